// Runs the example of `docs/embed.md` that maps `ae-activity` to the names of analytics tools.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

const [, section] = read("../../docs/embed.md").split("\n## Measure logins\n");
const [, example] = section.split("```js\n");
const [code] = example.split("```");

const [, union] = read("../../src/element/ae-login.d.ts").split("export type AeActivityAction =");
const actions = [...union.split(";")[0].matchAll(/"([\w-]+)"/g)].map(([, action]) => action);

/** The example as a function of the globals that it uses. */
const program = runInThisContext(`(document, window) => { ${code}; return names; }`);

/** Runs the example with stubs of both tools, and returns what it sends for an event. */
function runExample() {
  const sent = [];
  const listeners = [];
  const document = { addEventListener: (type, listener) => listeners.push([type, listener]) };
  const window = {
    gtag: (...given) => sent.push(["gtag", ...given]),
    analytics: { track: (...given) => sent.push(["track", ...given]) },
  };
  const names = program(document, window);
  assert.deepEqual(
    listeners.map(([type]) => type),
    ["ae-activity"],
  );
  const [[, listener]] = listeners;
  return { names, send: (detail) => (listener({ detail }), sent.splice(0)) };
}

test("the example names every action for both tools", () => {
  const { names, send } = runExample();
  assert.equal(actions.length, 10);
  assert.deepEqual(Object.keys(names), actions);
  for (const action of actions) {
    const values = { attempt: "17", method: "otp", factor: 1, code: null, elapsed: 250 };
    const [ga4, segment] = names[action];
    assert.deepEqual(send(Object.freeze({ action, ...values })), [
      ["gtag", "event", ga4, values],
      ["track", segment, values],
    ]);
  }
  for (const of of [0, 1]) assert.equal(new Set(Object.values(names).map((pair) => pair[of])).size, 10);
});

test("the names keep the rules of the tools", () => {
  const { names } = runExample();
  for (const [ga4, segment] of Object.values(names)) {
    // https://support.google.com/analytics/answer/13316687: letters, digits and underscores, at most 40, and no reserved prefix.
    assert.match(ga4, /^(?!ga_|google_|firebase_)[a-z][a-z_]{0,39}$/);
    // https://segment.com/docs/connections/spec/best-practices-event-calls: words in title case.
    assert.match(segment, /^([A-Z][a-z]+ )*[A-Z][a-z]+$/);
  }
  // The names that both tools know: https://developers.google.com/analytics/devguides/collection/ga4/reference/events and
  // https://segment.com/docs/connections/spec/b2b-saas.
  assert.deepEqual(names.completed, ["login", "Signed In"]);
});

test("the example works without the tools", () => {
  const listeners = [];
  program({ addEventListener: (_type, listener) => listeners.push(listener) }, {});
  listeners[0]({ detail: { action: "shown" } });
});
