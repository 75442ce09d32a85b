import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clearPage, recordConsole, replace } from "./page.js";

const STYLE = "ae-login { --ae-gap: 1rem; --ae-accent: #06c; }";

let cases = 0;
/** Returns a new instance of the module, which has printed no warnings. */
const load = async () => (await import(`../../src/element/property-check.js?case=${++cases}`)).checkCustomProperties;

/** Replaces `requestIdleCallback`, and returns a function that runs the callbacks. */
function mockIdleCallbacks(t) {
  const tasks = [];
  replace(t, window, "requestIdleCallback", (task) => tasks.push(task));
  return () => tasks.splice(0).forEach((task) => task());
}

const element = (style = "") => {
  const element = document.createElement("div");
  element.setAttribute("style", style);
  document.body.append(element);
  return element;
};

const sheet = (text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
};

beforeEach(clearPage);

test("an unknown property in the inline style prints a warning when the browser is idle", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = mockIdleCallbacks(t);
  check(element("--ae-gapp: 1em; --ae-gap: 1em"), STYLE);
  assert.deepEqual(warnings, []);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-gapp"]]);
});

test("unknown properties in style sheets and constructed style sheets print warnings", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = mockIdleCallbacks(t);
  const style = document.createElement("style");
  style.textContent = "ae-login { --ae-acent: #000; --ae-accent: #000; color: red }";
  document.head.append(style);
  document.adoptedStyleSheets = [sheet("ae-login { --ae-radius-x: 1px; --shop: 1 }")];
  check(element(), STYLE);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-acent"], ["ae-login: unknown custom property --ae-radius-x"]]);
});

test("a property prints one warning per page", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = mockIdleCallbacks(t);
  check(element("--ae-gapp: 1em"), STYLE);
  check(element("--ae-gapp: 2em"), STYLE);
  run();
  assert.equal(warnings.length, 1);
});

test("a prefix of a known name prints a warning", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = mockIdleCallbacks(t);
  check(element("--ae-acc: red"), STYLE);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-acc"]]);
});

test("a style sheet of another origin is skipped, and later ones are checked", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = mockIdleCallbacks(t);
  const foreign = sheet("");
  Object.defineProperty(foreign, "cssRules", {
    get() {
      throw new DOMException("another origin", "SecurityError");
    },
  });
  document.adoptedStyleSheets = [foreign, sheet("ae-login { --ae-gapp: 1px }")];
  check(element(), STYLE);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-gapp"]]);
});

test("without requestIdleCallback, the check runs in a later task", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  replace(t, window, "requestIdleCallback", undefined);
  check(element("--ae-gapp: 1em"), STYLE);
  assert.deepEqual(warnings, []);
  t.mock.timers.runAll();
  assert.equal(warnings.length, 1);
});
