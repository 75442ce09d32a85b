import assert from "node:assert/strict";
import { test } from "node:test";

import "./page.js";
import { instantiateWith } from "../../src/element/compat.js";

/** Returns the functions that the translated wasm imports, and the table that it exports. */
function instantiate(size = 4) {
  let given;
  const create = (imports) => {
    given = imports;
    return { memory: {}, connect: () => 7 };
  };
  const imports = { a: { log() {} } };
  const { exports } = instantiateWith(create, "objects", size, imports);
  assert.equal(given.a, imports.a);
  return { exports, table: exports.objects, compat: given.compat };
}

test("the exports are those of the translated wasm and the table", () => {
  const { exports } = instantiate();
  assert.deepEqual(Object.keys(exports), ["memory", "connect", "objects"]);
  assert.equal(exports.connect(), 7);
});

test("the table holds null at first", () => {
  const { compat } = instantiate(2);
  assert.deepEqual([compat.get(0), compat.get(1)], [null, null]);
});

test("the glue and the translated wasm share the table", () => {
  const { table, compat } = instantiate();
  const value = {};
  table.set(1, value);
  assert.equal(compat.get(1), value);
  compat.set(2, undefined);
  assert.equal(table.get(2), undefined);
});

test("growing returns the old size and fills the new places", () => {
  const { table, compat } = instantiate(4);
  assert.equal(compat.grow("new", 2), 4);
  assert.deepEqual([3, 4, 5].map(table.get), [null, "new", "new"]);
  // The glue calls it without a value.
  assert.equal(table.grow(1), 6);
  assert.equal(table.get(6), undefined);
  assert.equal(compat.grow(null, 0), 7);
});

test("filling changes only the given places", () => {
  const { table, compat } = instantiate(4);
  compat.fill(1, "x", 2);
  assert.deepEqual([0, 1, 2, 3].map(table.get), [null, "x", "x", null]);
});

test("two results are an array", () => {
  assert.deepEqual(instantiate().compat.pair(3, -1), [3, -1]);
});
