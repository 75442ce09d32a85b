import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clearPage, deferred, replace, nextTask } from "./page.js";
import { receiveCode } from "../../src/browser/web-otp.js";

beforeEach(clearPage);

/** Replaces the APIs for codes by those of a phone, and records the requests of the page. */
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

/** Returns the input of a form for a code, and its recorded events. */
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

test("a code from a message is filled in and submitted", async (t) => {
  const requests = phone(t);
  const { input, events } = form();
  receiveCode(document.body);
  assert.deepEqual(requests[0].options.otp, { transport: ["sms"] });
  requests[0].resolve({ code: "123456" });
  await nextTask();
  assert.equal(input.value, "123456");
  assert.deepEqual(events, ["input 123456", "submit 123456"]);
});

test("a code that the user has started to type is kept", async (t) => {
  const requests = phone(t);
  const { input, events } = form({ value: "12" });
  receiveCode(document.body);
  requests[0].resolve({ code: "654321" });
  await nextTask();
  assert.equal(input.value, "12");
  assert.deepEqual(events, []);
});

test("cancelling aborts the request, and a later message is ignored", async (t) => {
  const requests = phone(t);
  const { input, events } = form();
  const stop = receiveCode(document.body);
  assert.equal(requests[0].options.signal.aborted, false);
  stop();
  assert.equal(requests[0].options.signal.aborted, true);
  requests[0].resolve({ code: "123456" });
  await nextTask();
  assert.equal(input.value, "");
  assert.deepEqual(events, []);
});

test("a message is ignored if the form is gone", async (t) => {
  const requests = phone(t);
  receiveCode(document.body);
  requests[0].resolve({ code: "123456" });
  await nextTask();
  assert.equal(document.body.textContent, "");
});

test("a rejected request is not an unhandled rejection", async (t) => {
  const requests = phone(t);
  const { input } = form();
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  receiveCode(document.body);
  requests[0].reject(new DOMException("no", "InvalidStateError"));
  await nextTask();
  await nextTask();
  assert.equal(unhandled.mock.callCount(), 0);
  assert.equal(input.value, "");
});

test("a desktop browser gets no request, although it has the API", (t) => {
  const requests = phone(t, { mobile: false });
  receiveCode(document.body)();
  assert.equal(requests.length, 0);
});

test("a browser without the API gets no request", (t) => {
  const requests = phone(t);
  delete window.OTPCredential;
  receiveCode(document.body)();
  assert.equal(requests.length, 0);
});
