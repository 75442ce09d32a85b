import assert from "node:assert/strict";
import { test } from "node:test";

import { AeError } from "../../src/element/errors.js";

test("an error has a kind, a code and retryable", () => {
  const error = new AeError("server", 1597, true);
  const { name, kind, code, retryable } = error;
  assert.ok(error instanceof Error);
  assert.deepEqual({ name, kind, code, retryable }, { name: "AeError", kind: "server", code: 1597, retryable: true });
});

test("an error without a code has the code null and is not retryable", () => {
  const { code, retryable } = new AeError("configuration");
  assert.deepEqual({ code, retryable }, { code: null, retryable: false });
});

test("an error has the reason of the event, or null", () => {
  assert.equal(new AeError("unavailable", null, false, "csp-files").reason, "csp-files");
  assert.equal(new AeError("unavailable").reason, null);
});

test("the message names the kind and the code", () => {
  assert.equal(new AeError("rejected", 1201).message, "ae-login: rejected 1201");
  assert.equal(new AeError("signed-out").message, "ae-login: signed-out");
});
