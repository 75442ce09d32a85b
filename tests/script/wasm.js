// A fake of the wasm: it records each call, and returns values that a test sets.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { deferred } from "./page.js";

/** The names of the functions that `core.d.ts` declares. */
const declarations = readFileSync(new URL("../../src/element/core.d.ts", import.meta.url), "utf8");
const NAMES = [...declarations.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);

/** The default implementations. `connect` returns the id 7. */
const DEFAULTS = {
  connect: () => 7,
  session: () => undefined,
  may_receive_token: () => true,
  token_headers: (_id, token) => ["cap_authorization", token, "cap_brand", "DocDemo"],
  get_token: (_id, _validity, resolve) => resolve("token-1"),
  replacement_token: (_id, _status, _refused, resolve) => resolve(undefined),
};

/**
 * Returns a fake of the wasm. `core` has the functions, `calls` the name and the arguments of each call. `implementations` may be changed
 * at any time.
 */
export function fakeWasm(implementations = {}) {
  const calls = [];
  const wasm = { calls, implementations: { ...DEFAULTS, ...implementations } };
  const entries = NAMES.map((name) => [
    name,
    (...given) => {
      calls.push([name, ...given]);
      return wasm.implementations[name]?.(...given);
    },
  ]);
  wasm.core = Object.fromEntries(entries);
  for (const name of Object.keys(wasm.implementations)) assert.ok(name in wasm.core, `core.d.ts has no ${name}`);
  wasm.callsOf = (name) => calls.filter(([called]) => called === name);
  return wasm;
}

/** Throws like a function of the wasm that traps. */
export function trap() {
  throw new WebAssembly.RuntimeError("unreachable");
}

/** Returns a download of the wasm that a test completes by `resolve` or `reject`. */
export function pendingDownload() {
  const download = deferred();
  return { load: () => download.promise, ...download };
}

/** Records the type and the detail of each `ae-…` event of an object. */
export function recordEvents(target) {
  const events = [];
  for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error", "ae-activity"]) {
    target.addEventListener(name, ({ detail }) => events.push([name, detail]));
  }
  return events;
}

/** The event `ae-error` of a page that cannot run the wasm. */
export const UNAVAILABLE = unavailable(null);

/** The event of a page in which the widget cannot run, with its reason. */
export function unavailable(reason) {
  return ["ae-error", { kind: "unavailable", code: null, retryable: false, step: null, reason }];
}
