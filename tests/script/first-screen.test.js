import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { clearPage, replace } from "./page.js";
import { FirstScreen, findScreen, heldScreen, mayHaveRecord, treesOf, valuesOf } from "../../src/element/first-screen.js";

const file = new URL("../../src/element/first-screen.json", import.meta.url);
const markup = JSON.parse(readFileSync(file, "utf8"));
markup.languages = {
  en: ["Sign in", "Continue", "Mobile number", "Email address", "Mobile or email", "Username", "Customer number", "Any", "Country", "Stay", "No network"],
  ar: ["تسجيل الدخول", "متابعة", "رقم الجوال", "البريد", "أحدهما"],
};
const english = { choice: { language: "en", direction: "ltr" }, line: () => "", messages: {} };

const attributes = (values) => (name) => values[name] ?? null;

/** Draws the screen for attributes into the page. */
function draw(values = {}, locale = english) {
  const { key, label } = findScreen(markup, attributes(values));
  const screen = FirstScreen.draw(markup, key, valuesOf(markup, label, 1, locale), document.body);
  return { screen, key, input: document.body.querySelector("[part~=input]"), form: document.body.querySelector("form") };
}

beforeEach(clearPage);

test("identifiers in any order lead to the same screen", () => {
  const either = findScreen(markup, attributes({ identifiers: " email  mobile email " }));
  assert.deepEqual(either, findScreen(markup, attributes({ identifiers: "mobile email" })));
  assert.equal(either.label, "labelEither");
  assert.equal(findScreen(markup, attributes({})).label, "labelMobile");
});

test("the first factor decides the purpose of the field", () => {
  assert.equal(findScreen(markup, attributes({})).key, "mobile tel country");
  assert.equal(findScreen(markup, attributes({ "first-factor": " otp " })).key, "mobile tel country");
  assert.equal(findScreen(markup, attributes({ "first-factor": "password" })).key, "mobile username country");
  assert.equal(findScreen(markup, attributes({ identifiers: "username", "first-factor": "auto" })).key, "username username");
});

test("the choice to stay signed in is part of the key", () => {
  assert.equal(findScreen(markup, attributes({ remember: "ask" })).key, "mobile tel country remember");
  assert.equal(findScreen(markup, attributes({ remember: "off" })).key, "mobile tel country");
});

test("unknown identifiers have no screen", () => {
  assert.equal(findScreen(markup, attributes({ identifiers: "fax" })), undefined);
  assert.equal(findScreen(markup, attributes({ identifiers: "" })), undefined);
  assert.deepEqual(treesOf(markup, "fax"), []);
});

test("a screen is drawn in its language", () => {
  const locale = { ...english, choice: { language: "ar", direction: "rtl" } };
  const { form } = draw({}, locale);
  assert.equal(form.getAttribute("dir"), "rtl");
  assert.equal(form.getAttribute("lang"), "ar");
  assert.equal(form.querySelector("[part=label]").textContent, "رقم الجوال");
  assert.equal(form.querySelector("[part=title]").textContent, "تسجيل الدخول");
});

test("texts that the loader lacks come from the language file, and messages replace them", () => {
  const locale = { choice: { language: "ar", direction: "rtl" }, line: (at) => `line ${at}`, messages: { continue: "Go" } };
  const values = valuesOf(markup, "labelUsername", 3, locale);
  assert.equal(values.label, `line ${markup.lines[markup.texts.indexOf("labelUsername")]}`);
  assert.equal(values.continue, "Go");
  assert.equal(values.number, "3");
});

test("texts of the language file fill the empty places", () => {
  const arabic = { choice: { language: "ar", direction: "rtl" }, line: () => "", messages: {} };
  const { screen, key, form } = draw({ remember: "ask" }, arabic);
  const choice = form.querySelector("[part=remember]");
  assert.equal(choice.textContent, "");
  screen.complete(key, valuesOf(markup, "labelMobile", 1, { ...arabic, line: (at) => `line ${at}` }));
  assert.equal(choice.textContent, `line ${markup.lines[markup.texts.indexOf("remember")]}`);
  assert.equal(form.querySelector("[part=label]").textContent, "رقم الجوال");
});

test("the first submission is kept, and no submission leaves the page", () => {
  const { screen, form } = draw();
  const submit = () => new Event("submit", { bubbles: true, cancelable: true });
  const [first, second] = [submit(), submit()];
  assert.equal(screen.handle(first), true);
  assert.equal(screen.handle(second), false);
  assert.ok(first.defaultPrevented && second.defaultPrevented);
  assert.equal(form.querySelector("[part=submit]").getAttribute("aria-disabled"), "true");
});

test("a screen is used when something was typed or submitted", () => {
  const { screen, input } = draw();
  assert.equal(screen.isUsed, false);
  input.value = "9";
  assert.equal(screen.isUsed, true);
  input.value = "";
  screen.handle(new Event("submit", { cancelable: true }));
  assert.equal(screen.isUsed, true);
});

test("an unchanged screen is adopted, and the wasm learns what was typed", () => {
  const { screen, key, input, form } = draw();
  input.value = "99999";
  screen.handle(new Event("submit", { cancelable: true }));
  assert.equal(screen.adopt(key), form);
  assert.equal(form.querySelector("[part=submit]").hasAttribute("aria-disabled"), false);
  const sent = [];
  screen.resume(document.body, ({ type, target, isComposing }) => sent.push({ type, target, isComposing }));
  assert.deepEqual(sent, [
    { type: "input", target: input, isComposing: false },
    { type: "submit", target: form, isComposing: undefined },
  ]);
});

test("a composition that is under way is told to the wasm", () => {
  const { screen, key, input } = draw();
  const event = new Event("input", { bubbles: true });
  Object.defineProperty(event, "isComposing", { value: true });
  screen.handle(event);
  screen.adopt(key);
  const sent = [];
  screen.resume(document.body, ({ isComposing }) => sent.push(isComposing));
  assert.equal(input.value, "");
  assert.deepEqual(sent, [true]);
});

test("the choice to stay signed in is told to the wasm", () => {
  const { screen, key, form } = draw({ remember: "ask" });
  const choice = form.querySelector("[part=remember-input]");
  choice.checked = true;
  screen.adopt(key);
  const sent = [];
  screen.resume(document.body, ({ type, target }) => sent.push([type, target === choice]));
  assert.deepEqual(sent, [["click", true]]);
});

test("another key, another element, and another order are not adopted", () => {
  const changes = [
    (form) => form.querySelector("[part=title]").remove(),
    (form) => form.append(document.createElement("div")),
    (form) => form.querySelector("[part=label]").replaceChildren(document.createElement("font")),
    (form) => form.querySelector("[part=field]").prepend(document.createComment("")),
  ];
  for (const change of changes) {
    clearPage();
    const { screen, key, form } = draw();
    change(form);
    assert.equal(screen.adopt(key), undefined, String(change));
    assert.equal(form.isConnected, false);
  }
  clearPage();
  assert.equal(draw().screen.adopt("email email"), undefined);
  clearPage();
  assert.equal(draw().screen.adopt(undefined), undefined);
});

test("what was typed goes into the field that the wasm draws", () => {
  const { screen, input } = draw();
  input.value = "ada@shop";
  screen.adopt("email email");
  const other = draw({ identifiers: "email" });
  const sent = [];
  screen.resume(document.body, ({ type }) => sent.push(type));
  assert.equal(other.input.value, "ada@shop");
  assert.deepEqual(sent, ["input"]);
});

test("after a failure the message is shown and the form can be submitted again", () => {
  const { screen, form } = draw();
  screen.handle(new Event("submit", { cancelable: true }));
  screen.fail("No network");
  const notice = form.querySelector('[part="notice"]');
  assert.equal(notice.textContent, "No network");
  assert.equal(notice.getAttribute("data-tone"), "error");
  assert.equal(screen.handle(new Event("submit", { cancelable: true })), true);
});

test("a held place has no visible text and no field", async (t) => {
  withRecords(t, { local: { "ae-login:1:https://e Doc:identifier": "{}" }, locks: [] });
  for (const tree of [markup.held, await heldScreen(markup, "mobile tel country remember", true)]) {
    document.body.replaceChildren();
    FirstScreen.holdPlace(markup, tree, { lang: "en", dir: "ltr" }, document.body);
    const form = document.body.querySelector("form");
    assert.equal(form.style.visibility, "hidden");
    assert.equal(form.querySelector("[part~=input]"), null);
    assert.equal(form.textContent.trim(), "");
  }
});

test("the place of a remembered customer is kept if there is no session", async (t) => {
  const local = { "ae-login:1:https://e Doc:identifier": "{}" };
  const submitsOf = (tree) => JSON.stringify(tree).match(/"type":"submit"/g)?.length ?? 0;
  withRecords(t, { local, locks: [] });
  assert.equal(await heldScreen(markup, "mobile tel country", false), undefined);
  const offer = await heldScreen(markup, "mobile tel country", true);
  assert.equal(submitsOf(offer), 1);
  assert.equal(JSON.stringify(offer).includes("remember"), false);
  const withChoice = await heldScreen(markup, "mobile tel country remember", true);
  assert.ok(JSON.stringify(withChoice).includes("remember-input"));
  withRecords(t, { local, session: { "ae-login:1:https://e Doc:session": "{}" }, locks: [] });
  assert.equal(await heldScreen(markup, "mobile tel country", true), markup.held);
  withRecords(t, { local: { "shop:identifier": "{}" }, locks: [] });
  assert.equal(await heldScreen(markup, "mobile tel country", true), undefined);
});

/** Replaces the records of the page and the locks of its tabs. */
function withRecords(t, { session = {}, local = {}, locks }) {
  sessionStorage.clear();
  localStorage.clear();
  for (const [key, value] of Object.entries(session)) sessionStorage.setItem(key, value);
  for (const [key, value] of Object.entries(local)) localStorage.setItem(key, value);
  replace(t, navigator, "locks", locks && { query: async () => ({ held: locks.map((name) => ({ name })) }) });
}

test("records of this tab mean that there may be a session", async (t) => {
  withRecords(t, {});
  assert.equal(await mayHaveRecord(), false);
  withRecords(t, { session: { "ae-login:1:https://e Doc:session": "{}" } });
  assert.equal(await mayHaveRecord(), true);
  withRecords(t, { session: { "ae-login:1:https://e Doc:step": "{}" } });
  assert.equal(await mayHaveRecord(), true);
  withRecords(t, { session: { "shop:session": "{}" } });
  assert.equal(await mayHaveRecord(), false);
});

test("a session of other tabs counts while one of them is open", async (t) => {
  const local = { "ae-login:1:https://e Doc:mark": "3.1", "ae-login:1:https://e Doc:shared": "3.1 tabs x" };
  withRecords(t, { local, locks: [] });
  assert.equal(await mayHaveRecord(), false);
  withRecords(t, { local, locks: ["ae-login:1:https://e Doc:key:00ff"] });
  assert.equal(await mayHaveRecord(), true);
  withRecords(t, { local, locks: undefined });
  assert.equal(await mayHaveRecord(), true, "a browser without locks");
});

test("a session on the device counts, and one that has ended does not", async (t) => {
  const shared = { "ae-login:1:https://e Doc:shared": "3.1 device x" };
  withRecords(t, { local: { ...shared, "ae-login:1:https://e Doc:mark": "3.1" }, locks: [] });
  assert.equal(await mayHaveRecord(), true);
  withRecords(t, { local: { "ae-login:1:https://e Doc:mark": "4.0x" }, locks: ["ae-login:1:https://e Doc:key:00ff"] });
  assert.equal(await mayHaveRecord(), false);
});

test("a blocked storage means that there is no session", async (t) => {
  replace(t, globalThis, "sessionStorage", undefined);
  assert.equal(await mayHaveRecord(), false);
});
