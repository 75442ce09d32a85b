// The functions of the wasm as the tests need them: each call is recorded, and a test says what a function answers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { deferred } from "./page.js";

/** The functions that `core.d.ts` declares. */
const declarations = readFileSync(new URL("../../src/element/core.d.ts", import.meta.url), "utf8");
const NAMES = [...declarations.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);

/** What every function answers unless a test says otherwise. `connect` gives the number 7. */
const ANSWERS = {
  connect: () => 7,
  session: () => undefined,
  may_receive_token: () => true,
  token_headers: (_id, token) => ["cap_authorization", token, "cap_brand", "DocDemo"],
  get_token: (_id, _validity, resolve) => resolve("token-1"),
  replacement_token: (_id, _status, _refused, resolve) => resolve(undefined),
};

/** The wasm: `core` has its functions, `calls` the name and the arguments of each call, `answers` may be changed at any time. */
export function fakeWasm(answers = {}) {
  const calls = [];
  const wasm = { calls, answers: { ...ANSWERS, ...answers } };
  const entries = NAMES.map((name) => [
    name,
    (...given) => {
      calls.push([name, ...given]);
      return wasm.answers[name]?.(...given);
    },
  ]);
  wasm.core = Object.fromEntries(entries);
  for (const name of Object.keys(wasm.answers)) assert.ok(name in wasm.core, `the wasm has no ${name}`);
  wasm.named = (name) => calls.filter(([called]) => called === name);
  return wasm;
}

/** What a function of the wasm does when its memory is broken. */
export function trap() {
  throw new WebAssembly.RuntimeError("unreachable");
}

/** A download of the wasm that a test ends. */
export function download() {
  const started = deferred();
  return { load: () => started.promise, ...started };
}

/** Records the events of an object by name and detail. */
export function recordEvents(target) {
  const events = [];
  for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"]) {
    target.addEventListener(name, ({ detail }) => events.push([name, detail]));
  }
  return events;
}

/** The `ae-error` of a page in which the wasm cannot run. */
export const UNAVAILABLE = ["ae-error", { kind: "unavailable", code: null, retryable: false, step: null }];
