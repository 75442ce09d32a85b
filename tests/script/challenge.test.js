import assert from "node:assert/strict";
import { test } from "node:test";

import { nextTask } from "./page.js";
import { LIMIT, headersAfterChallenge } from "../../src/browser/challenge.js";

const ENDPOINT = "/auth/v1/web/otp/generate";

/** Returns the headers of a request as an object, or null. */
async function headersWith(challenge, pageHeaders) {
  const headers = await headersAfterChallenge(challenge, "send-code", ENDPOINT, pageHeaders);
  return headers && Object.fromEntries(headers);
}

test("the challenge receives the call, and its headers join those of the page", async () => {
  const calls = [];
  const challenge = async (call) => {
    calls.push(call);
    return { "X-Token": "passed", "x-shop": "challenge" };
  };
  assert.deepEqual(await headersWith(challenge, { "x-shop": "page", "x-other": "kept" }), {
    "x-token": "passed",
    "x-shop": "challenge",
    "x-other": "kept",
  });
  assert.deepEqual(calls, [{ action: "send-code", endpoint: ENDPOINT }]);
});

test("the headers may be anything that Headers takes, without a promise too", async () => {
  for (const headers of [{ a: "1" }, [["a", "1"]], new Headers({ a: "1" })]) {
    assert.deepEqual(await headersWith(() => headers), { a: "1" });
  }
  assert.deepEqual(await headersWith(() => ({})), {});
});

test("a challenge that rejects, throws or returns no headers stops the request", async () => {
  const answers = [() => Promise.reject(new Error("closed")), () => null, async () => {}, () => "text", () => ({ "a b": "1" })];
  answers.push(() => {
    throw new Error("no widget");
  });
  for (const challenge of answers) assert.equal(await headersWith(challenge), null, String(challenge));
});

test("a challenge is not called before the caller goes on", async () => {
  let isCalled = false;
  const headers = headersWith(() => ((isCalled = true), {}));
  assert.equal(isCalled, false);
  await headers;
  assert.equal(isCalled, true);
});

test("a challenge that is never over stops the request after two minutes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let outcome = "pending";
  headersWith(() => new Promise(() => {})).then((headers) => (outcome = headers));
  t.mock.timers.tick(LIMIT - 1);
  await nextTask();
  assert.equal(outcome, "pending");
  t.mock.timers.tick(1);
  await nextTask();
  assert.equal(outcome, null);
});

test("no timer is left after a challenge", async (t) => {
  const cleared = t.mock.method(globalThis, "clearTimeout");
  await headersWith(() => ({}));
  await headersWith(() => null);
  assert.equal(cleared.mock.callCount(), 2);
});

test("invalid headers of the page are not a failed challenge", async () => {
  await assert.rejects(headersWith(() => ({}), { "a b": "1" }), TypeError);
});
