import assert from "node:assert/strict";
import { test } from "node:test";

import { replace } from "./page.js";
import { createSession, filesIn } from "../../src/element/package.js";

test("createSession says on a server that it needs a browser", (t) => {
  replace(t, globalThis, "customElements", undefined);
  assert.throws(() => createSession({ brand: "DocDemo" }), /createSession\(\) works in browsers only/);
});

test("createSession says that define() comes first", (t) => {
  replace(t, globalThis, "customElements", { get: () => undefined });
  assert.throws(() => createSession({ brand: "DocDemo" }), /after define\(\)/);
});

test("createSession calls the element's class", (t) => {
  const session = {};
  const options = { brand: "DocDemo" };
  const create = t.mock.fn(() => session);
  replace(t, globalThis, "customElements", { get: (name) => (name === "ae-login" ? { createSession: create } : undefined) });
  assert.equal(createSession(options), session);
  assert.deepEqual(create.mock.calls[0].arguments, [options]);
});

for (const [folder, expected] of [
  ["/ae-login/", "https://shop.example/ae-login/ae-login.wasm"],
  ["/ae-login", "https://shop.example/ae-login/ae-login.wasm"],
  ["files", "https://shop.example/files/ae-login.wasm"],
  [new URL("https://cdn.example/1.2.3/"), "https://cdn.example/1.2.3/ae-login.wasm"],
]) {
  test(`files in ${folder} are found`, () => {
    assert.equal(filesIn(folder)("ae-login.wasm"), expected);
  });
}
