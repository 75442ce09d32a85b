import assert from "node:assert/strict";
import { test } from "node:test";

import { replace } from "./page.js";
import { isReachable } from "../../src/browser/reachability.js";

function mockFetch(t, answer) {
  const requests = [];
  replace(t, globalThis, "fetch", async (...given) => {
    requests.push(given);
    return answer();
  });
  return requests;
}

test("an opaque answer means that the server was reached", async (t) => {
  const requests = mockFetch(t, () => ({ type: "opaque" }));
  assert.equal(await isReachable("https://engine.example"), true);
  const options = { mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };
  assert.deepEqual(requests, [["https://engine.example", options]]);
});

for (const [what, answer] of [
  ["a rejection", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["an answer that can be read", () => new Response("")],
  ["a plain object", () => ({})],
  ["nothing", () => undefined],
]) {
  test(`${what} does not mean that`, async (t) => {
    mockFetch(t, answer);
    assert.equal(await isReachable("https://engine.example"), false);
  });
}
