import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clear, recordConsole, replace } from "./page.js";

const STYLE = "ae-login { --ae-gap: 1rem; --ae-accent: #06c; }";

let cases = 0;
/** A fresh instance of the module, which has warned of nothing yet. */
const load = async () => (await import(`../../src/element/property-check.js?case=${++cases}`)).checkCustomProperties;

/** Runs what the browser is asked to do when it is idle. */
function idle(t) {
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

beforeEach(clear);

test("an unknown property in the style of the element is warned of, when the browser is idle", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = idle(t);
  check(element("--ae-gapp: 1em; --ae-gap: 1em"), STYLE);
  assert.deepEqual(warnings, []);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-gapp"]]);
});

test("unknown properties in the page's style sheets and constructed sheets are warned of", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = idle(t);
  const style = document.createElement("style");
  style.textContent = "ae-login { --ae-acent: #000; --ae-accent: #000; color: red }";
  document.head.append(style);
  document.adoptedStyleSheets = [sheet("ae-login { --ae-radius-x: 1px; --shop: 1 }")];
  check(element(), STYLE);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-acent"], ["ae-login: unknown custom property --ae-radius-x"]]);
});

test("a property is warned of once for the page", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = idle(t);
  check(element("--ae-gapp: 1em"), STYLE);
  check(element("--ae-gapp: 2em"), STYLE);
  run();
  assert.equal(warnings.length, 1);
});

test("a property whose name only begins like a known one is warned of", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = idle(t);
  check(element("--ae-acc: red"), STYLE);
  run();
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-acc"]]);
});

test("a sheet of another origin is skipped, and those behind it are read", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  const run = idle(t);
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

test("a browser without idle callbacks checks a task later", async (t) => {
  const check = await load();
  const warnings = recordConsole(t, "warn");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  replace(t, window, "requestIdleCallback", undefined);
  check(element("--ae-gapp: 1em"), STYLE);
  assert.deepEqual(warnings, []);
  t.mock.timers.runAll();
  assert.equal(warnings.length, 1);
});
