import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { assertSame, clear, recordConsole, replace, turn, until } from "./page.js";
import { UNAVAILABLE, download, fakeWasm, recordEvents, trap } from "./wasm.js";
import { defineElement } from "../../src/element/element.js";

const STYLE = "ae-login { --ae-gap: 1em }";
const TABLE = "libphonenumber-js 1.0.0\nDE49 b 3 0\n";

/** What each new element loads. */
let load;
/** Properties that a page has set on the next element before its class was defined. */
let early = {};

// A browser upgrades an element that has its properties already: they are there before the constructor of the class goes on.
const { HTMLElement } = globalThis;
globalThis.HTMLElement = class extends HTMLElement {
  constructor() {
    super();
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(early));
  }
};
globalThis.fetch = async (url) => new Response(String(url).endsWith(".txt") ? TABLE : '["continue","back"]');
defineElement(() => load(), STYLE, { base: "https://cdn.example/ae-login.js", hashes: {} });
globalThis.HTMLElement = HTMLElement;

beforeEach(() => {
  clear();
  early = {};
});

/** An element that has a fallback and is in the page, and the wasm that draws a form into it. */
async function elementWith({ wasm = fakeWasm(), attributes = {}, inShadow = false, inDialog = false, isIn = true } = {}) {
  const { connect } = wasm.answers;
  wasm.answers.connect = (target, given, root, ...rest) => {
    const place = root.open(inShadow, inDialog);
    const input = document.createElement("input");
    input.setAttribute("part", "input");
    place.append(input);
    return connect(target, given, root, ...rest);
  };
  load = async () => wasm.core;
  const element = document.createElement("ae-login");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append("Call us");
  const events = recordEvents(element);
  if (isIn) {
    document.body.append(element);
    await until(() => wasm.calls.length > 0, "the connection");
    await turn();
  }
  return { element, wasm, events, dialog: element.querySelector("dialog"), input: element.querySelector("input") };
}

test("a second definition leaves the first one", () => {
  const first = customElements.get("ae-login");
  defineElement(() => assert.fail("loaded"), STYLE, { base: "", hashes: {} });
  assert.equal(customElements.get("ae-login"), first);
});

test("an element in the page connects with its attributes and the parts of its form", async () => {
  const { element, wasm } = await elementWith({ attributes: { brand: "DocDemo", shadow: "" } });
  const [[, target, attributes, root, locale, countries], ...more] = wasm.named("connect");
  assert.equal(target, element);
  assert.deepEqual(
    attributes,
    new Map([
      ["brand", "DocDemo"],
      ["shadow", ""],
    ]),
  );
  assert.deepEqual([root, locale, countries].map(({ constructor }) => constructor.name), ["FormRoot", "LocaleController", "CountryList"]);
  assert.equal(locale.catalogue, "en ltr");
  assert.deepEqual(more, []);
});

test("attributes that are set in a row are one change", async () => {
  const { element, wasm } = await elementWith();
  element.setAttribute("brand", "DocDemo");
  element.setAttribute("base-url", "https://engine.example");
  element.removeAttribute("brand");
  assert.deepEqual(wasm.named("attributes_changed"), []);
  await turn();
  assert.deepEqual(wasm.named("attributes_changed"), [["attributes_changed", 7, new Map([["base-url", "https://engine.example"]])]]);
});

test("attributes that the form itself sets are no change", async () => {
  const { element, wasm } = await elementWith();
  for (const name of ["step", "busy", "signed-in", "aria-busy"]) element.setAttribute(name, "x");
  await turn();
  assert.deepEqual(wasm.named("attributes_changed"), []);
  element.setAttribute("step", "code");
  element.setAttribute("brand", "DocDemo");
  await turn();
  assert.equal(wasm.named("attributes_changed").length, 1);
});

test("an element that is moved within the page stays connected and takes its styles along", async () => {
  const { element, wasm } = await elementWith();
  const shadow = document.body.appendChild(document.createElement("section")).attachShadow({ mode: "open" });
  const [sheet] = document.adoptedStyleSheets;
  shadow.append(element);
  await turn();
  assert.equal(wasm.named("connect").length, 1);
  assert.deepEqual(wasm.named("disconnect"), []);
  assertSame(shadow.adoptedStyleSheets, [sheet]);
});

test("an element that leaves the page is disconnected, and connects again when it comes back", async () => {
  const { element, wasm } = await elementWith();
  element.remove();
  await turn();
  assert.deepEqual(wasm.named("disconnect"), [["disconnect", 7]]);
  document.body.append(element);
  await until(() => wasm.named("connect").length === 2, "the connection");
});

test("an element that leaves the page before the wasm is there does not connect", async () => {
  const wasm = fakeWasm();
  const { element } = await elementWith({ isIn: false });
  const { load: loading, resolve } = download();
  load = loading;
  document.body.append(element);
  await turn();
  element.remove();
  await turn();
  resolve(wasm.core);
  await turn();
  assert.deepEqual(wasm.calls, []);
});

test("an element that is never in the page loads nothing", async () => {
  const { element } = await elementWith({ isIn: false });
  load = () => assert.fail("loaded");
  element.setAttribute("brand", "DocDemo");
  await turn();
  assert.equal(element.session, null);
});

test("calls for a token are rejected when the element leaves the page", async () => {
  const { element } = await elementWith({ isIn: false });
  load = download().load;
  document.body.append(element);
  const waiting = element.getToken();
  element.remove();
  await assert.rejects(waiting, { name: "AeError", kind: "unavailable" });
});

test("a trap brings the fallback back, dispatches ae-error and rejects calls", async (t) => {
  recordConsole(t, "error");
  const { element, events } = await elementWith({ wasm: fakeWasm({ on_form_event: trap }) });
  assert.equal(element.textContent, "");
  element.setAttribute("step", "identify");
  element.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
  assert.equal(element.textContent, "Call us");
  assert.equal(element.hasAttribute("step"), false);
  assert.deepEqual(events, [UNAVAILABLE]);
  await assert.rejects(element.getToken(), { kind: "unavailable" });
  assert.equal(element.session, null);
});

test("a wasm that cannot be loaded leaves the fallback and dispatches ae-error", async (t) => {
  recordConsole(t, "error");
  const { element, events } = await elementWith({ isIn: false });
  load = () => Promise.reject(new TypeError("no network"));
  document.body.append(element);
  await until(() => events.length > 0, "the event");
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.equal(element.textContent, "Call us");
});

test("events of the form go to the wasm", async () => {
  const { input, wasm } = await elementWith();
  const event = new Event("input", { bubbles: true });
  input.dispatchEvent(event);
  assert.deepEqual(wasm.named("on_form_event").length, 1);
  assert.equal(wasm.named("on_form_event")[0][2], event);
});

test("members of the element reach the wasm", async () => {
  const { element, wasm } = await elementWith({ wasm: fakeWasm({ session: () => '{"brand":"DocDemo"}' }) });
  assert.equal(element.session.brand, "DocDemo");
  assert.equal(await element.getToken({ minValidity: 90 }), "token-1");
  assert.equal(wasm.named("get_token")[0][2], 90);
  element.restart();
  element.changePassword();
  await element.signOut();
  for (const name of ["restart", "change_password", "sign_out"]) assert.deepEqual(wasm.named(name), [[name, 7]]);
});

test("show opens the dialog and focuses the first field, and close closes it", async () => {
  const { element, dialog, input } = await elementWith({ inDialog: true });
  const closes = [];
  element.addEventListener("close", ({ type }) => closes.push(type));
  assert.equal(dialog.open, false);
  element.show();
  assert.equal(dialog.open, true);
  assert.equal(document.activeElement, input);
  element.close();
  assert.equal(dialog.open, false);
  assert.deepEqual(closes, ["close"]);
});

test("show waits until there is a form, unless close is called before", async () => {
  for (const isClosed of [false, true]) {
    const { element, wasm } = await elementWith({ isIn: false, inDialog: true });
    element.show();
    document.body.append(element);
    if (isClosed) element.close();
    await until(() => wasm.calls.length > 0, "the connection");
    await turn();
    assert.equal(element.querySelector("dialog").open, !isClosed);
    element.remove();
    await turn();
  }
});

test("a login closes the dialog", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  element.show();
  element.dispatchEvent(new CustomEvent("ae-signed-in"));
  assert.equal(dialog.open, false);
});

test("a dialog that leaves the page is closed", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  element.show();
  element.remove();
  assert.equal(dialog.open, false);
});

test("a request that waits opens the dialog, and closing it rejects the request", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  const waiting = element.fetch("https://api.example/orders", { wait: true });
  await until(() => dialog.open, "the dialog");
  dialog.close();
  await assert.rejects(waiting, { name: "AeError", kind: "signed-out" });
});

test("a restart rejects the requests that wait for a login", async () => {
  const { element } = await elementWith();
  const waiting = element.fetch("https://api.example/orders", { wait: true });
  await turn();
  element.restart();
  await assert.rejects(waiting, { kind: "signed-out" });
});

test("other texts are told to the wasm", async () => {
  const { element, wasm } = await elementWith();
  element.messages = { back: "Start over" };
  await until(() => wasm.named("texts_changed").length > 0, "the texts");
  const [[, , , , locale]] = wasm.named("connect");
  assert.equal(locale.catalogue, "en ltr\n\nStart over");
});

test("texts that a page sets before the class is defined are taken over", async () => {
  early = { messages: { back: "Start over" } };
  const { element } = await elementWith();
  assert.equal(Object.hasOwn(element, "messages"), false);
  assert.deepEqual(element.messages, { back: "Start over" });
});

test("the table of countries is given to the wasm", async () => {
  const { wasm } = await elementWith();
  const [[, , , , , countries]] = wasm.named("connect");
  await countries.load("DE");
  assert.deepEqual(wasm.named("countries_loaded"), [["countries_loaded", 7, TABLE.replace(/.*/, "US")]]);
});

test("an attribute locale that changes is read", async () => {
  const { element, wasm } = await elementWith({ attributes: { locale: "de" } });
  const [[, , , , locale]] = wasm.named("connect");
  element.setAttribute("locale", "ar");
  await until(() => wasm.named("texts_changed").length > 0, "the texts");
  assert.match(locale.catalogue, /^en rtl/);
});

test("custom properties that do not exist are warned of", async (t) => {
  const warnings = recordConsole(t, "warn");
  const tasks = [];
  replace(t, window, "requestIdleCallback", (task) => tasks.push(task));
  await elementWith({ attributes: { style: "--ae-gapp: 1em" } });
  tasks.forEach((task) => task());
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-gapp"]]);
});

test("the class makes sessions without a form", async () => {
  const wasm = fakeWasm();
  load = async () => wasm.core;
  const session = customElements.get("ae-login").createSession({ baseUrl: "https://engine.example" });
  assert.equal(await session.getToken(), "token-1");
  assert.deepEqual(wasm.named("connect")[0].slice(1), [session, new Map([["base-url", "https://engine.example"]])]);
});
