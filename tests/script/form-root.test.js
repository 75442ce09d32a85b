import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { assertSame, clearPage, replace } from "./page.js";
import { FormRoot, STATE_ATTRIBUTES } from "../../src/element/form-root.js";

beforeEach(clearPage);

/** Returns an element with a fallback, its form root, and the recorded calls of the form root's callbacks. */
function rootIn(parent = document.body) {
  const element = document.createElement("div");
  element.append(document.createElement("p"), "Call us");
  parent.append(element);
  const events = [];
  const closings = [];
  const sheet = new CSSStyleSheet();
  const root = new FormRoot(
    element,
    sheet,
    ({ type }) => events.push(type),
    () => closings.push("closed"),
  );
  return { element, root, sheet, events, closings };
}

const add = (parent, name, part) => {
  const element = document.createElement(name);
  if (part) element.setAttribute("part", part);
  parent.append(element);
  return element;
};
const click = (target) => target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const press = (target) => target.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
const childNames = (node) => [...node.childNodes].map(({ nodeName }) => nodeName);

test("open removes the fallback, and close puts it back", () => {
  const { element, root } = rootIn();
  const [paragraph, text] = element.childNodes;
  assert.equal(root.open(false, false), element);
  assert.deepEqual(childNames(element), []);
  add(element, "form");
  root.close();
  assertSame(element.childNodes, [paragraph, text]);
});

test("opening twice keeps the fallback", () => {
  const { element, root } = rootIn();
  root.open(false, false);
  add(element, "form");
  root.open(false, false);
  root.close();
  assert.deepEqual(childNames(element), ["P", "#text"]);
});

test("closing twice keeps nodes that the page has added", () => {
  const { element, root } = rootIn();
  root.open(false, false);
  root.close();
  add(element, "em");
  root.close();
  assert.deepEqual(childNames(element), ["P", "#text", "EM"]);
});

test("close removes only the state attributes", () => {
  const { element, root } = rootIn();
  root.open(false, false);
  for (const name of [...STATE_ATTRIBUTES, "brand"]) element.setAttribute(name, "x");
  root.close();
  assert.deepEqual(element.getAttributeNames(), ["brand"]);
});

test("each DOM event is reported once while the form is open", () => {
  const { element, root, events } = rootIn();
  root.open(false, false);
  root.open(false, false);
  const button = add(element, "button");
  click(button);
  button.dispatchEvent(new Event("input", { bubbles: true }));
  button.dispatchEvent(new Event("submit", { bubbles: true }));
  assert.deepEqual(events, ["click", "input", "submit"]);
  root.close();
  click(element);
  assert.equal(events.length, 3);
});

test("a form in a shadow root keeps the fallback in light DOM, and close shows it in a slot", () => {
  const { element, root, events } = rootIn();
  const shadow = root.open(true, false);
  assert.equal(shadow, element.shadowRoot);
  assert.equal(shadow.mode, "open");
  assert.deepEqual(childNames(element), ["P", "#text"]);
  click(add(shadow, "button"));
  assert.deepEqual(events, ["click"]);
  root.close();
  assert.deepEqual(childNames(shadow), ["SLOT"]);
  assert.equal(root.open(true, false), shadow);
  assert.deepEqual(childNames(shadow), []);
});

test("the style sheet is added once to the document, after those of the page", () => {
  const own = new CSSStyleSheet();
  document.adoptedStyleSheets = [own];
  const { root, sheet } = rootIn();
  root.open(false, false);
  root.applyStyles();
  assertSame(document.adoptedStyleSheets, [own, sheet]);
});

test("the style sheet is added to the shadow root that contains the form", () => {
  const inner = rootIn();
  inner.root.open(true, false);
  assertSame(inner.element.shadowRoot.adoptedStyleSheets, [inner.sheet]);
  const host = add(document.body, "section").attachShadow({ mode: "open" });
  const outer = rootIn(host);
  outer.root.open(false, false);
  assertSame(host.adoptedStyleSheets, [outer.sheet]);
  assertSame(document.adoptedStyleSheets, []);
});

test("an element outside a document gets no style sheet", () => {
  const { element, root } = rootIn(document.createElement("section"));
  root.applyStyles();
  assert.equal(element.getRootNode().adoptedStyleSheets, undefined);
});

test("show opens the dialog and focuses its first field", () => {
  const { element, root } = rootIn();
  const dialog = root.open(false, true);
  assert.equal(dialog.localName, "dialog");
  assert.equal(dialog.parentNode, element);
  assert.equal(dialog.getAttribute("part"), "dialog");
  add(dialog, "h2", "title");
  const input = add(dialog, "input", "input");
  assert.equal(dialog.open, false);
  root.show();
  assert.equal(dialog.open, true);
  assert.equal(document.activeElement, input);
});

test("show focuses the title of a form without a field", () => {
  const { root } = rootIn();
  const dialog = root.open(false, true);
  const title = add(dialog, "h2", "title");
  title.tabIndex = -1;
  root.show();
  assert.equal(document.activeElement, title);
});

test("show scrolls to a form without a dialog", (t) => {
  const { element, root } = rootIn();
  const scrolls = [];
  replace(t, element, "scrollIntoView", (options) => scrolls.push(options));
  const input = add(root.open(false, false), "input", "input");
  root.show();
  assert.deepEqual(scrolls, [{ block: "center" }]);
  assert.equal(document.activeElement, input);
});

test("show does nothing if the focus is in the form", (t) => {
  const { element, root } = rootIn();
  replace(t, element, "scrollIntoView", () => assert.fail("scrolled"));
  const form = root.open(false, false);
  add(form, "input", "input");
  const second = add(form, "input", "input");
  second.focus();
  root.show();
  assert.equal(document.activeElement, second);
});

test("a click on the close button or its content closes the dialog", () => {
  const { root, closings } = rootIn();
  const dialog = root.open(false, true);
  const icon = add(add(dialog, "button", "close"), "span");
  root.show();
  press(icon);
  click(icon);
  assert.equal(dialog.open, false);
  assert.deepEqual(closings, ["closed"]);
});

test("a click on the backdrop closes the dialog", () => {
  const { root, closings } = rootIn();
  const dialog = root.open(false, true);
  root.show();
  press(dialog);
  click(dialog);
  assert.equal(dialog.open, false);
  assert.deepEqual(closings, ["closed"]);
});

test("a press that starts inside and ends on the backdrop does not close the dialog", () => {
  const { root, closings } = rootIn();
  const dialog = root.open(false, true);
  const input = add(dialog, "input", "input");
  root.show();
  press(input);
  click(dialog);
  assert.equal(dialog.open, true);
  assert.deepEqual(closings, []);
});

test("a click inside does not close the dialog", () => {
  const { root } = rootIn();
  const dialog = root.open(false, true);
  const title = add(dialog, "h2", "title");
  root.show();
  press(title);
  click(title);
  assert.equal(dialog.open, true);
});

test("closing the dialog dispatches close on the element", () => {
  const { element, root } = rootIn();
  root.open(false, true);
  const types = [];
  element.addEventListener("close", ({ type, bubbles }) => types.push(type, bubbles));
  root.show();
  root.closeDialog();
  assert.deepEqual(types, ["close", false]);
  root.closeDialog();
  assert.equal(types.length, 2);
});

test("a close event of a dialog that is open again is not reported", () => {
  const { element, root, closings } = rootIn();
  const dialog = root.open(false, true);
  root.show();
  const types = [];
  element.addEventListener("close", ({ type }) => types.push(type));
  // Browsers dispatch this event in a later task.
  dialog.dispatchEvent(new Event("close"));
  assert.deepEqual(closings, []);
  assert.deepEqual(types, ["close"]);
});

test("closing the form closes its dialog", () => {
  const { element, root } = rootIn();
  const dialog = root.open(false, true);
  root.show();
  root.close();
  assert.equal(dialog.open, false);
  assert.deepEqual(childNames(element), ["P", "#text"]);
  root.closeDialog();
});
