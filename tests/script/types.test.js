import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Reads a TypeScript file without its generated part, its comments and its compiler directives. `tests/types` uses the generated part. */
const read = (path) =>
  readFileSync(new URL(path, import.meta.url), "utf8")
    .split("// Generated")[0]
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*/g, "$1");

const declared = read("../../src/element/ae-login.d.ts");
const used = read("types.ts");
const isUsed = (word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(used);

const names = (pattern) => [...new Set([...declared.matchAll(pattern)].map(([, name]) => name))];

test("types.ts uses every exported name", () => {
  const exported = names(/^export (?:declare )?(?:interface|type|const|function|class) (\w+)/gm);
  assert.ok(exported.includes("AeLoginElement") && exported.includes("createSession"), String(exported));
  assert.deepEqual(exported.filter((name) => !isUsed(name)), []);
});

test("types.ts uses every member of every interface", () => {
  const members = names(/^ +(?:readonly )?"?([\w-]+)"?\??(?:<[^>]*>)?[:(]/gm);
  for (const known of ["userId", "retryable", "getToken", "requestHeaders", "ae-renewed", "addEventListener", "maxIdle", "ae-login"]) {
    assert.ok(members.includes(known), `${known} in ${members}`);
  }
  // Parameters of methods that are formatted with one parameter per line.
  const parameters = ["type", "listener", "options"];
  assert.deepEqual(members.filter((name) => !parameters.includes(name) && !isUsed(name)), []);
});

test("types.ts uses every field of an event's detail and of the options of a call", () => {
  const fields = names(/[{;] (\w+)\??: /g);
  for (const known of ["restored", "previous", "reason", "minValidity", "wait"]) assert.ok(fields.includes(known), `${known} in ${fields}`);
  assert.deepEqual(fields.filter((name) => !isUsed(name)), []);
});

test("types.ts uses every literal", () => {
  const literals = names(/"([\w-]+)"/g);
  for (const known of ["rate-limited", "second-new-password", "too-old", "EXTERNALID", "off"]) assert.ok(literals.includes(known), known);
  assert.deepEqual(literals.filter((word) => !used.includes(`"${word}"`)), []);
});
