import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clear, deferred, replace, turn } from "./page.js";
import { receiveCode } from "../../src/browser/web-otp.js";

beforeEach(clear);

/** A phone whose browser reads codes; gives what the page asked for. */
function phone(t, { mobile = true } = {}) {
  const requests = [];
  replace(t, window, "OTPCredential", class {});
  replace(t, navigator, "userAgentData", { mobile });
  replace(t, navigator, "credentials", {
    get(options) {
      const message = deferred();
      requests.push({ options, ...message });
      return message.promise;
    },
  });
  return requests;
}

/** A form that asks for a code, and how often it was sent with which code. */
function form({ value = "" } = {}) {
  const element = document.createElement("form");
  const input = document.createElement("input");
  input.setAttribute("part", "input code-input");
  input.value = value;
  element.append(input);
  document.body.append(element);
  const events = [];
  element.addEventListener("input", ({ target }) => events.push(`input ${target.value}`));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    events.push(`submit ${input.value}`);
  });
  return { input, events };
}

test("a code from a message is filled in and sent", async (t) => {
  const requests = phone(t);
  const { input, events } = form();
  receiveCode(document.body);
  assert.deepEqual(requests[0].options.otp, { transport: ["sms"] });
  requests[0].resolve({ code: "123456" });
  await turn();
  assert.equal(input.value, "123456");
  assert.deepEqual(events, ["input 123456", "submit 123456"]);
});

test("a code that the person has begun to type stays", async (t) => {
  const requests = phone(t);
  const { input, events } = form({ value: "12" });
  receiveCode(document.body);
  requests[0].resolve({ code: "654321" });
  await turn();
  assert.equal(input.value, "12");
  assert.deepEqual(events, []);
});

test("the end of the wait is told to the browser, and a message that comes later is ignored", async (t) => {
  const requests = phone(t);
  const { input, events } = form();
  const stop = receiveCode(document.body);
  assert.equal(requests[0].options.signal.aborted, false);
  stop();
  assert.equal(requests[0].options.signal.aborted, true);
  requests[0].resolve({ code: "123456" });
  await turn();
  assert.equal(input.value, "");
  assert.deepEqual(events, []);
});

test("a message for a form that is gone does nothing", async (t) => {
  const requests = phone(t);
  receiveCode(document.body);
  requests[0].resolve({ code: "123456" });
  await turn();
  assert.equal(document.body.textContent, "");
});

test("a browser that refuses is not an error", async (t) => {
  const requests = phone(t);
  const { input } = form();
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  receiveCode(document.body);
  requests[0].reject(new DOMException("no", "InvalidStateError"));
  await turn();
  await turn();
  assert.equal(unhandled.mock.callCount(), 0);
  assert.equal(input.value, "");
});

test("a desktop browser is not asked, although it has the interface", (t) => {
  const requests = phone(t, { mobile: false });
  receiveCode(document.body)();
  assert.equal(requests.length, 0);
});

test("a browser without the interface is not asked", (t) => {
  const requests = phone(t);
  delete window.OTPCredential;
  receiveCode(document.body)();
  assert.equal(requests.length, 0);
});
