import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { assertSame, clearPage, recordConsole, replace, nextTask, until } from "./page.js";
import { UNAVAILABLE, pendingDownload, fakeWasm, recordEvents, trap } from "./wasm.js";
import { defineElement } from "../../src/element/element.js";

const STYLE = "ae-login { --ae-gap: 1em }";
const TABLE = "libphonenumber-js 1.0.0\nDE49 b 3 0\n";

/** Returns the functions of the wasm for new elements. */
let load;
/** Properties that the page sets on the next element before its class is defined. */
let earlyProperties = {};

// When a browser upgrades an element, properties that were set before exist already when the constructor of `HTMLElement` returns.
const { HTMLElement } = globalThis;
globalThis.HTMLElement = class extends HTMLElement {
  constructor() {
    super();
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(earlyProperties));
  }
};
globalThis.fetch = async (url) => new Response(String(url).endsWith(".txt") ? TABLE : '["continue","back"]');
defineElement(() => load(), STYLE, { url: (file) => `https://cdn.example/${file}`, hashes: {} });
globalThis.HTMLElement = HTMLElement;

beforeEach(() => {
  clearPage();
  earlyProperties = {};
});

/** Returns an element with a fallback, in the page unless `isInPage` is false, and the fake wasm, which draws an input into the form. */
async function elementWith({ wasm = fakeWasm(), attributes = {}, inShadow = false, inDialog = false, isInPage = true } = {}) {
  const { connect } = wasm.implementations;
  wasm.implementations.connect = (target, given, root, ...rest) => {
    const form = root.open(inShadow, inDialog);
    const input = document.createElement("input");
    input.setAttribute("part", "input");
    input.slot = "form";
    form.append(input);
    return connect(target, given, root, ...rest);
  };
  load = async () => wasm.core;
  const element = document.createElement("ae-login");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append("Call us");
  const events = recordEvents(element);
  if (isInPage) {
    document.body.append(element);
    await until(() => wasm.calls.length > 0, "the connection");
    await nextTask();
  }
  return { element, wasm, events, dialog: element.querySelector("dialog"), input: element.querySelector("input") };
}

test("a second call of defineElement keeps the first definition", () => {
  const first = customElements.get("ae-login");
  defineElement(() => assert.fail("loaded"), STYLE, { url: () => "", hashes: {} });
  assert.equal(customElements.get("ae-login"), first);
});

test("an element in the page connects with its attributes and the objects of its form", async () => {
  const { element, wasm } = await elementWith({ attributes: { brand: "DocDemo", shadow: "" } });
  const [[, target, attributes, root, locale, countries], ...more] = wasm.callsOf("connect");
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

test("attributes that change in one task are reported once", async () => {
  const { element, wasm } = await elementWith();
  element.setAttribute("brand", "DocDemo");
  element.setAttribute("base-url", "https://engine.example");
  element.removeAttribute("brand");
  assert.deepEqual(wasm.callsOf("attributes_changed"), []);
  await nextTask();
  assert.deepEqual(wasm.callsOf("attributes_changed"), [["attributes_changed", 7, new Map([["base-url", "https://engine.example"]])]]);
});

test("attributes that the form sets are not reported", async () => {
  const { element, wasm } = await elementWith();
  for (const name of ["step", "busy", "signed-in", "aria-busy"]) element.setAttribute(name, "x");
  await nextTask();
  assert.deepEqual(wasm.callsOf("attributes_changed"), []);
  element.setAttribute("step", "code");
  element.setAttribute("brand", "DocDemo");
  await nextTask();
  assert.equal(wasm.callsOf("attributes_changed").length, 1);
});

test("a moved element stays connected, and its style sheet is added at the new place", async () => {
  const { element, wasm } = await elementWith();
  const shadow = document.body.appendChild(document.createElement("section")).attachShadow({ mode: "open" });
  const [sheet] = document.adoptedStyleSheets;
  shadow.append(element);
  await nextTask();
  assert.equal(wasm.callsOf("connect").length, 1);
  assert.deepEqual(wasm.callsOf("disconnect"), []);
  assertSame(shadow.adoptedStyleSheets, [sheet]);
});

test("a removed element disconnects, and connects again when it is reinserted", async () => {
  const { element, wasm } = await elementWith();
  element.remove();
  await nextTask();
  assert.deepEqual(wasm.callsOf("disconnect"), [["disconnect", 7]]);
  document.body.append(element);
  await until(() => wasm.callsOf("connect").length === 2, "the connection");
});

test("an element that is removed before the wasm is loaded does not connect", async () => {
  const wasm = fakeWasm();
  const { element } = await elementWith({ isInPage: false });
  const { load: loading, resolve } = pendingDownload();
  load = loading;
  document.body.append(element);
  await nextTask();
  element.remove();
  await nextTask();
  resolve(wasm.core);
  await nextTask();
  assert.deepEqual(wasm.calls, []);
});

test("an element outside the page loads nothing", async () => {
  const { element } = await elementWith({ isInPage: false });
  load = () => assert.fail("loaded");
  element.setAttribute("brand", "DocDemo");
  await nextTask();
  assert.equal(element.session, null);
});

test("removing the element rejects pending calls of getToken", async () => {
  const { element } = await elementWith({ isInPage: false });
  load = pendingDownload().load;
  document.body.append(element);
  const waiting = element.getToken();
  element.remove();
  await assert.rejects(waiting, { name: "AeError", kind: "unavailable" });
});

test("a trap shows the fallback, dispatches ae-error and rejects calls", async (t) => {
  recordConsole(t, "error");
  const { element, events } = await elementWith({ wasm: fakeWasm({ on_form_event: trap }) });
  element.setAttribute("step", "identify");
  const input = element.querySelector("input");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  assert.equal(input.isConnected, false);
  assert.equal(element.textContent, "Call us");
  assert.equal(element.hasAttribute("step"), false);
  assert.deepEqual(events, [UNAVAILABLE]);
  await assert.rejects(element.getToken(), { kind: "unavailable" });
  assert.equal(element.session, null);
});

test("a failed download keeps the fallback and dispatches ae-error", async (t) => {
  recordConsole(t, "error");
  const { element, events } = await elementWith({ isInPage: false });
  load = () => Promise.reject(new TypeError("no network"));
  document.body.append(element);
  await until(() => events.length > 0, "the event");
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.equal(element.textContent, "Call us");
});

test("DOM events of the form are passed to the wasm", async () => {
  const { input, wasm } = await elementWith();
  const event = new Event("input", { bubbles: true });
  input.dispatchEvent(event);
  assert.deepEqual(wasm.callsOf("on_form_event").length, 1);
  assert.equal(wasm.callsOf("on_form_event")[0][2], event);
});

test("public members call the wasm", async () => {
  const { element, wasm } = await elementWith({ wasm: fakeWasm({ session: () => '{"brand":"DocDemo"}' }) });
  assert.equal(element.session.brand, "DocDemo");
  assert.equal(await element.getToken({ minValidity: 90 }), "token-1");
  assert.equal(wasm.callsOf("get_token")[0][2], 90);
  element.restart();
  element.changePassword();
  await element.signOut();
  for (const name of ["restart", "change_password", "sign_out"]) assert.deepEqual(wasm.callsOf(name), [[name, 7]]);
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

test("show takes effect when the form opens, unless close is called before", async () => {
  for (const isClosed of [false, true]) {
    const { element, wasm } = await elementWith({ isInPage: false, inDialog: true });
    element.show();
    document.body.append(element);
    if (isClosed) element.close();
    await until(() => wasm.calls.length > 0, "the connection");
    await nextTask();
    assert.equal(element.querySelector("dialog").open, !isClosed);
    element.remove();
    await nextTask();
  }
});

test("a login closes the dialog", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  element.show();
  element.dispatchEvent(new CustomEvent("ae-signed-in"));
  assert.equal(dialog.open, false);
});

test("removing the element closes the dialog", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  element.show();
  element.remove();
  assert.equal(dialog.open, false);
});

test("a request with wait opens the dialog, and closing it rejects the request", async () => {
  const { element, dialog } = await elementWith({ inDialog: true });
  const waiting = element.fetch("https://api.example/orders", { wait: true });
  await until(() => dialog.open, "the dialog");
  dialog.close();
  await assert.rejects(waiting, { name: "AeError", kind: "signed-out" });
});

test("a restart rejects the requests that wait for a login", async () => {
  const { element } = await elementWith();
  const waiting = element.fetch("https://api.example/orders", { wait: true });
  await nextTask();
  element.restart();
  await assert.rejects(waiting, { kind: "signed-out" });
});

test("changed messages are passed to the wasm", async () => {
  const { element, wasm } = await elementWith();
  element.messages = { back: "Start over" };
  await until(() => wasm.callsOf("texts_changed").length > 0, "the texts");
  const [[, , , , locale]] = wasm.callsOf("connect");
  assert.equal(locale.catalogue, "en ltr\n\nStart over");
});

test("properties that are set before the definition are kept, and others do not matter", async () => {
  const requestHeaders = { "x-shop": "pip" };
  earlyProperties = { messages: { back: "Start over" }, requestHeaders, baseUrl: "https://e.example", dialog: true, otpLength: 4, session: 1, own: 2 };
  const { element } = await elementWith();
  assert.deepEqual(Object.keys(element), ["own"]);
  assert.deepEqual(element.messages, { back: "Start over" });
  assert.equal(element.requestHeaders, requestHeaders);
  assert.equal(element.session, null);
  assert.deepEqual(element.getAttributeNames(), ["base-url", "dialog", "otp-length"]);
  assert.equal(element.getAttribute("otp-length"), "4");
});

test("properties reflect attributes", async () => {
  const { element } = await elementWith({ isInPage: false });
  assert.deepEqual([element.baseUrl, element.brand, element.dialog, element.sendDeviceId], ["", "", false, false]);
  element.setAttribute("second-factor-method", "otp");
  element.setAttribute("dialog", "");
  assert.deepEqual([element.secondFactorMethod, element.dialog], ["otp", true]);
  Object.assign(element, { baseUrl: "https://e.example", dialog: false, noRenew: true, resendAfter: 0 });
  assert.deepEqual(element.getAttributeNames(), ["second-factor-method", "base-url", "no-renew", "resend-after"]);
  assert.deepEqual([element.getAttribute("no-renew"), element.getAttribute("resend-after")], ["", "0"]);
  for (const unset of [null, undefined, "", false]) {
    Object.assign(element, { brand: "DocDemo", allowFraming: true });
    assert.deepEqual([element.brand, element.allowFraming], ["DocDemo", true]);
    Object.assign(element, { brand: unset, allowFraming: unset });
    assert.deepEqual([element.hasAttribute("brand"), element.hasAttribute("allow-framing")], [false, false]);
  }
});

test("the table of countries is passed to the wasm", async () => {
  const { wasm } = await elementWith();
  const [[, , , , , countries]] = wasm.callsOf("connect");
  await countries.load("DE");
  assert.deepEqual(wasm.callsOf("countries_loaded"), [["countries_loaded", 7, TABLE.replace(/.*/, "US")]]);
});

test("a changed attribute locale changes the texts", async () => {
  const { element, wasm } = await elementWith({ attributes: { locale: "de" } });
  const [[, , , , locale]] = wasm.callsOf("connect");
  element.setAttribute("locale", "ar");
  await until(() => wasm.callsOf("texts_changed").length > 0, "the texts");
  assert.match(locale.catalogue, /^en rtl/);
});

test("unknown custom properties print a warning", async (t) => {
  const warnings = recordConsole(t, "warn");
  const tasks = [];
  replace(t, window, "requestIdleCallback", (task) => tasks.push(task));
  await elementWith({ attributes: { style: "--ae-gapp: 1em" } });
  tasks.forEach((task) => task());
  assert.deepEqual(warnings, [["ae-login: unknown custom property --ae-gapp"]]);
});

test("createSession returns a session without a form", async () => {
  const wasm = fakeWasm();
  load = async () => wasm.core;
  const session = customElements.get("ae-login").createSession({ baseUrl: "https://engine.example" });
  assert.equal(await session.getToken(), "token-1");
  assert.deepEqual(wasm.callsOf("connect")[0].slice(1), [session, new Map([["base-url", "https://engine.example"]])]);
});
