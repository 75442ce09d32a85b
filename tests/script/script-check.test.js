import assert from "node:assert/strict";
import { test } from "node:test";

import { recordConsole } from "./page.js";
import { recordEvents } from "./wasm.js";
import { REMEDIES } from "../../src/element/load-failure.js";
import { checkScriptTag } from "../../src/element/script-check.js";

/** Returns the events of the element and the errors in the console after a check of a page with a script that has these attributes. */
function check(t, attributes) {
  const errors = recordConsole(t, "error");
  const script = document.createElement("script");
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  const element = document.createElement("ae-login");
  const events = recordEvents(element);
  // Scripts in a template are not loaded. The check sees them all the same.
  const scripts = t.mock.getter(document, "scripts", () => [script]);
  document.body.append(element);
  checkScriptTag();
  element.remove();
  scripts.mock.restore();
  return { events, errors: errors.map(([text]) => text) };
}

for (const attributes of [
  { type: "text/delayed-module", src: "/files/ae-login.js" },
  { src: "ae-login.js" },
  { type: "module", "data-src": "https://cdn.example/ae-login.js?v=1" },
  { type: "text/delayed", "data-lazy-src": "/files/ae-login.js#a" },
]) {
  test(`a script with ${JSON.stringify(attributes)} is reported once`, (t) => {
    const { events, errors } = check(t, attributes);
    const detail = { kind: "configuration", code: null, retryable: false, step: null, reason: "script-delayed" };
    assert.deepEqual(events, [["ae-error", detail]]);
    assert.deepEqual(errors, [`ae-login: ${REMEDIES["script-delayed"]}`]);
  });
}

for (const attributes of [
  { type: "module", src: "https://cdn.example/ae-login.js" },
  { type: "module", src: "/files/ae-login.js?v=1" },
  { src: "/files/not-ae-login.js" },
  { src: "/ae-login.json" },
  { src: "/boot.js", "data-widget": "/ae-login.js" },
]) {
  test(`a script with ${JSON.stringify(attributes)} is not reported`, (t) => {
    assert.deepEqual(check(t, attributes), { events: [], errors: [] });
  });
}
