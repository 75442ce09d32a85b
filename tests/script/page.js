// A page for the tests: the globals of happy-dom's window in Node's global scope, and what happy-dom lacks.

import assert from "node:assert/strict";

import { Window } from "happy-dom";

const window = new Window({ url: "https://shop.example/sign-in" });

// Node's own `fetch`, `Request`, `AbortController`, `crypto`, `BroadcastChannel` and timers stay.
const NAMES = [
  "CSSStyleSheet",
  "CustomEvent",
  "Element",
  "Event",
  "EventTarget",
  "HTMLElement",
  "HTMLInputElement",
  "HTMLSelectElement",
  "KeyboardEvent",
  "MouseEvent",
  "MutationObserver",
  "Node",
  "ShadowRoot",
  "StorageEvent",
  "customElements",
  "document",
  "localStorage",
  "navigator",
  "sessionStorage",
];

for (const name of NAMES) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
  globalThis[name] = window[name].bind(window);
}
globalThis.window = window;
// A document of happy-dom is no instance of the window's own `Document`.
globalThis.Document = window.HTMLDocument;

/** https://html.spec.whatwg.org/multipage/form-elements.html#dom-option */
globalThis.Option = function (text, value) {
  const option = document.createElement("option");
  option.text = text;
  option.value = value;
  return option;
};

/** https://drafts.csswg.org/css-shadow-parts/#idl */
Object.defineProperty(Element.prototype, "part", {
  get() {
    const element = this;
    return {
      get value() {
        return element.getAttribute("part") ?? "";
      },
      set value(names) {
        element.setAttribute("part", names);
      },
    };
  },
});

/** Fails unless two lists have the same objects in the same order. */
export function assertSame(actual, expected) {
  assert.equal([...actual].length, expected.length);
  for (const [at, object] of expected.entries()) assert.equal(actual[at], object, `at ${at}`);
}

/**
 * Replaces a property of an object until the test ends.
 * @param {import("node:test").TestContext} t
 */
export function replace(t, object, name, value) {
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  t.after(() => {
    if (own) Object.defineProperty(object, name, own);
    else delete object[name];
  });
}

/** Makes a property throw, as browsers do with storage that is blocked, until the test ends. */
export function block(t, object, name) {
  replace(t, object, name);
  Object.defineProperty(object, name, {
    configurable: true,
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
}

/** Collects what is written to the console by one of its methods, until the test ends. */
export function recordConsole(t, method) {
  const lines = [];
  t.mock.method(console, method, (...parts) => lines.push(parts));
  return lines;
}

/** One turn of the event loop: all microtasks have run, and so have callbacks that were due. */
export function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until a condition holds; looks after each turn of the event loop. Fails after ten seconds. */
export async function until(condition, what) {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await turn();
  }
}

/** A promise with its functions. */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}

/** Empties the page. */
export function clear() {
  document.body.replaceChildren();
  document.head.replaceChildren();
  document.documentElement.removeAttribute("lang");
  document.adoptedStyleSheets = [];
  localStorage.clear();
  sessionStorage.clear();
}
