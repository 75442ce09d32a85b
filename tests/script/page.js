// The page of the tests: globals of happy-dom's window in the global scope of Node, and features that happy-dom does not have.

import assert from "node:assert/strict";

import { Window } from "happy-dom";

const window = new Window({ url: "https://shop.example/sign-in" });

// `fetch`, `Request`, `AbortController`, `crypto`, `BroadcastChannel` and the timers are those of Node.
const NAMES = [
  "CSSStyleSheet",
  "Comment",
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
  "Text",
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
// The document of happy-dom is not an instance of `window.Document`.
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

/**
 * The path of an event leads through the slot that a node is assigned to. In this window, it does so for slots of the tree's root.
 * https://dom.spec.whatwg.org/#get-the-parent
 */
const { attachShadow } = Element.prototype;
const { composedPath } = Event.prototype;
const shadows = new WeakMap();
Element.prototype.attachShadow = function (init) {
  const shadow = attachShadow.call(this, init);
  shadows.set(this, shadow);
  return shadow;
};
Event.prototype.composedPath = function () {
  return composedPath.call(this).flatMap((node) => {
    const shadow = shadows.get(node.parentNode);
    const slot = [...(shadow?.children ?? [])].find(({ localName, name }) => localName === "slot" && name === (node.slot ?? ""));
    return slot ? [node, slot, shadow] : [node];
  });
};

/** Asserts that two lists have the same objects in the same order. */
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

/** Makes reading a property throw until the test ends, as in browsers that block storage. */
export function block(t, object, name) {
  replace(t, object, name);
  Object.defineProperty(object, name, {
    configurable: true,
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
}

/** Records the calls of a method of the console until the test ends, and prints nothing. */
export function recordConsole(t, method) {
  const calls = [];
  t.mock.method(console, method, (...given) => calls.push(given));
  return calls;
}

/** Resolves in the next iteration of the event loop, after all microtasks and due callbacks. */
export function nextTask() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until a condition holds, and checks it in each iteration of the event loop. Rejects after ten seconds. */
export async function until(condition, what) {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`timeout: ${what}`);
    await nextTask();
  }
}

/** Returns a promise with the functions that settle it. */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}

/** Empties the page and its storage. */
export function clearPage() {
  document.body.replaceChildren();
  document.head.replaceChildren();
  document.documentElement.removeAttribute("lang");
  document.adoptedStyleSheets = [];
  localStorage.clear();
  sessionStorage.clear();
}
