import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { assertSame, clearPage, nextTask, replace } from "./page.js";
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

/** The children of an element that it shows: those in slots that are not hidden. `slots` are the children of its shadow root. */
const shown = (element, slots) => {
  const names = slots.filter(({ hidden, localName }) => !hidden && localName === "slot").map(({ name }) => name);
  return [...element.childNodes].filter(({ slot = "" }) => names.includes(slot)).map(({ nodeName }) => nodeName);
};

/** Records the shadow roots that elements get until the test ends, also closed ones. */
function recordShadows(t) {
  const shadows = [];
  const { attachShadow } = Element.prototype;
  replace(t, Element.prototype, "attachShadow", function (init) {
    shadows.push(attachShadow.call(this, init));
    return shadows.at(-1);
  });
  return shadows;
}

test("open hides the children, close shows them, and both leave them in their place", (t) => {
  const [shadows, { element, root }] = [recordShadows(t), rootIn()];
  const children = [...element.childNodes];
  assert.equal(root.open(false, false), element);
  const [{ mode, children: slots }] = shadows;
  assert.equal(mode, "closed");
  assert.equal(element.shadowRoot, null);
  assert.deepEqual(shown(element, [...slots]), []);
  const form = add(element, "form");
  form.slot = "form";
  assert.deepEqual(shown(element, [...slots]), ["FORM"]);
  assertSame(element.childNodes, [...children, form]);
  root.close();
  assert.deepEqual(shown(element, [...slots]), ["P", "#text"]);
  assertSame(element.childNodes, children);
});

test("children with the slots header and footer are shown with the form and with the fallback", (t) => {
  for (const inShadow of [false, true]) {
    const [shadows, { element, root }] = [recordShadows(t), rootIn()];
    for (const name of ["footer", "header"]) add(element, "aside").slot = name;
    root.open(inShadow, false);
    const slots = [...shadows[0].children];
    assert.deepEqual(shown(element, slots), ["ASIDE", "ASIDE"]);
    assert.deepEqual(
      slots.map((slot) => slot.getAttribute("part")),
      ["header", null, null, "footer"],
    );
    root.close();
    assert.deepEqual(shown(element, slots), ["P", "#text", "ASIDE", "ASIDE"]);
  }
});

test("a dialog in light DOM hides header and footer, and one in a shadow root contains them", (t) => {
  const [shadows, light, dark] = [recordShadows(t), rootIn(), rootIn()];
  const dialog = light.root.open(false, true);
  assert.equal(dialog.slot, "form");
  assert.deepEqual(
    [...shadows[0].children].map(({ hidden }) => hidden),
    [true, false, true, true],
  );
  light.root.close();
  assert.deepEqual(
    [...shadows[0].children].map(({ hidden }) => hidden),
    [false, false, false, false],
  );
  const place = dark.root.open(true, true);
  assert.equal(place.parentNode.localName, "dialog");
  assert.deepEqual(childNames(place.parentNode), ["SLOT", "DIV", "SLOT"]);
  dark.root.close();
  assert.deepEqual(childNames(shadows[1]), ["SLOT", "DIV", "SLOT", "SLOT"]);
});

test("a form that the page removes with its other children is put back", async () => {
  const { element, root } = rootIn();
  root.open(false, false);
  const nodes = ["p", "form"].map((name) => add(element, name));
  for (const node of nodes) node.slot = "form";
  element.textContent = "Loading";
  await nextTask();
  assert.equal(element.firstChild.data, "Loading");
  assertSame(element.children, nodes);
  // A screen that replaces another one is not the page's change.
  nodes[1].remove();
  nodes[1] = add(element, "form");
  nodes[1].slot = "form";
  await nextTask();
  assertSame(element.children, nodes);
  root.close();
  await nextTask();
  assertSame(element.children, []);
});

test("opening twice keeps the children", () => {
  const { element, root } = rootIn();
  root.open(false, false);
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

test("each DOM event is reported once while the form is open, and none leaves the element", (t) => {
  const { element, root, events } = rootIn();
  root.open(false, false);
  root.open(false, false);
  const form = add(element, "form");
  form.slot = "form";
  const button = add(form, "b");
  const outside = [];
  const listeners = new AbortController();
  t.after(() => listeners.abort());
  for (const target of [element, document, window]) {
    for (const type of ["click", "input", "submit", "change", "keydown", "focusin", "paste", "formdata", "pointerdown"]) {
      target.addEventListener(type, () => outside.push(type), listeners);
    }
  }
  click(button);
  for (const type of ["input", "submit", "change", "focusin", "paste", "formdata"]) {
    button.dispatchEvent(new Event(type, { bubbles: true }));
  }
  button.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "7" }));
  assert.deepEqual(events, ["click", "input", "submit"]);
  assert.deepEqual(outside, []);
  // Dialogs and menus of the page close with these.
  button.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "Escape" }));
  press(button);
  assert.deepEqual(outside, ["keydown", "keydown", "keydown", "pointerdown", "pointerdown", "pointerdown"]);
  root.close();
  click(element);
  assert.equal(events.length, 3);
});

test("DOM events of the page's own children leave the element and are not reported", () => {
  for (const inShadow of [false, true]) {
    const { element, root, events } = rootIn();
    const logo = add(element, "a");
    logo.slot = "header";
    root.open(inShadow, false);
    const clicks = [];
    element.addEventListener("click", ({ target }) => clicks.push(target));
    click(logo);
    assert.deepEqual(events, []);
    assertSame(clicks, [logo]);
  }
});

test("a FormData of the form is empty", () => {
  const { element, root } = rootIn();
  root.open(false, false);
  const form = add(element, "form");
  form.slot = "form";
  const event = new Event("formdata", { bubbles: true });
  event.formData = new FormData();
  for (const name of ["tel", "tel", "one-time-code"]) event.formData.append(name, "x");
  form.dispatchEvent(event);
  assert.deepEqual([...event.formData.keys()], []);
});

test("a form in a shadow root keeps the fallback in light DOM, and close shows it in a slot", () => {
  const { element, root, events } = rootIn();
  const place = root.open(true, false);
  const { shadowRoot } = element;
  assert.equal(place.parentNode, shadowRoot);
  assert.equal(shadowRoot.mode, "open");
  assert.deepEqual(childNames(element), ["P", "#text"]);
  assert.deepEqual(shown(element, [...shadowRoot.children]), []);
  click(add(place, "button"));
  assert.deepEqual(events, ["click"]);
  root.close();
  assert.deepEqual(shown(element, [...shadowRoot.children]), ["P", "#text"]);
  assert.equal(root.open(true, false), place);
  assert.deepEqual(childNames(place), []);
});

test("the first opening decides whether the form is in the shadow root", () => {
  for (const inShadow of [false, true]) {
    const { element, root } = rootIn();
    const first = root.open(inShadow, false);
    root.close();
    assert.equal(root.open(!inShadow, false), first);
    assert.equal(!!element.shadowRoot, inShadow);
  }
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

test("Tab goes round in a dialog in light DOM", (t) => {
  replace(t, Element.prototype, "checkVisibility", function () {
    return !this.hidden;
  });
  const dialog = rootIn().root.open(false, true);
  const controls = ["button", "select", "input", "button"].map((name) => add(dialog, name));
  const [first, hidden, field, last] = controls;
  hidden.hidden = true;
  add(dialog, "h2").tabIndex = -1;
  const pressKey = (target, key, shiftKey = false) => {
    target.focus();
    const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return [event.defaultPrevented, controls.indexOf(document.activeElement)];
  };
  assert.deepEqual(pressKey(last, "Tab"), [true, 0]);
  assert.deepEqual(pressKey(first, "Tab", true), [true, 3]);
  // The browser moves the focus everywhere else.
  assert.deepEqual(pressKey(field, "Tab"), [false, 2]);
  assert.deepEqual(pressKey(first, "Tab"), [false, 0]);
  assert.deepEqual(pressKey(last, "Enter"), [false, 3]);
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
