import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clearPage } from "./page.js";
import { dispatch, parseFrozen } from "../../src/browser/events.js";

beforeEach(clearPage);

test("parsed objects and arrays are frozen at every depth", () => {
  const parsed = parseFrozen('{"session":{"brand":"DocDemo","roles":["A",{"b":1}]}}');
  assert.equal(parsed.session.roles[1].b, 1);
  assert.throws(() => (parsed.extra = 1), TypeError);
  assert.throws(() => (parsed.session.brand = "Other"), TypeError);
  assert.throws(() => parsed.session.roles.push("C"), TypeError);
  assert.throws(() => (parsed.session.roles[1].b = 2), TypeError);
});

test("a property called __proto__ does not change the prototype", () => {
  const parsed = parseFrozen('{"__proto__":{"isAdmin":true}}');
  assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
  assert.equal(parsed.isAdmin, undefined);
});

test("an event bubbles to the document with a frozen detail", () => {
  const element = document.createElement("div");
  document.body.append(element);
  let event;
  document.addEventListener("ae-step", (dispatched) => (event = dispatched), { once: true });
  dispatch(element, "ae-step", '{"step":"code","previous":"identify"}');
  assert.deepEqual(event.detail, { step: "code", previous: "identify" });
  assert.ok(Object.isFrozen(event.detail));
  assert.equal(event.target, element);
  assert.equal(event.cancelable, false);
});

test("an event of an element in a shadow root leaves the shadow root", () => {
  const host = document.createElement("div");
  const element = document.createElement("div");
  host.attachShadow({ mode: "open" }).append(element);
  document.body.append(host);
  const names = [];
  document.addEventListener("ae-ready", ({ type }) => names.push(type), { once: true });
  dispatch(element, "ae-ready", '{"version":"1.0.0"}');
  assert.deepEqual(names, ["ae-ready"]);
});

test("an event can be dispatched at a target outside the page", () => {
  const target = new EventTarget();
  const details = [];
  target.addEventListener("ae-signed-out", ({ detail }) => details.push(detail));
  dispatch(target, "ae-signed-out", '{"reason":"user"}');
  assert.deepEqual(details, [{ reason: "user" }]);
});

test("text that is not JSON throws and dispatches nothing", () => {
  const target = new EventTarget();
  target.addEventListener("ae-ready", () => assert.fail("dispatched"));
  assert.throws(() => dispatch(target, "ae-ready", "{"), SyntaxError);
});
