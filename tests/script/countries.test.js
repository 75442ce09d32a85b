import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clearPage, deferred, recordConsole, replace, nextTask } from "./page.js";
import { CountryList } from "../../src/browser/countries.js";

const TABLE = "libphonenumber-js 1.0.0\nIN91 a 5 0\nDE49 b 3 0\nUS1 a 33\nCA1-204,226 a 33\nAE971 9 2 0\nGB44 a 4 0\nGG44-7781 a 4 0\n";

let cases = 0;

/** Returns a list of countries whose table is this response. Each list has another folder, because files are read once per page. */
function listWith(t, response) {
  const requests = [];
  const tables = [];
  replace(t, globalThis, "fetch", async (url) => {
    requests.push(url);
    return response;
  });
  const folder = `https://cdn.example/${++cases}/`;
  const files = { url: (file) => folder + file, hashes: {} };
  return { list: new CountryList(files, (table) => tables.push(table)), requests, tables };
}

async function loadedList(t) {
  const { list } = listWith(t, new Response(TABLE));
  await list.load("");
  return list;
}

const select = () => document.body.appendChild(document.createElement("select"));
const texts = (select) => [...select.options].map(({ text }) => text);
const codes = (select) => [...select.options].map(({ value }) => value);

beforeEach(clearPage);

test("the first line of the table is the region of the browser's language", async (t) => {
  replace(t, navigator, "language", "de");
  const { list, tables } = listWith(t, new Response(TABLE));
  await list.load("IN");
  assert.deepEqual(tables, [TABLE.replace("libphonenumber-js 1.0.0", "DE")]);
});

test("an invalid browser language leaves the first line empty", async (t) => {
  replace(t, navigator, "language", "not a tag");
  const { list, tables } = listWith(t, new Response(TABLE));
  await list.load("");
  assert.equal(tables[0].split("\n")[0], "");
});

test("a table that is loading is not requested again", async (t) => {
  const response = deferred();
  const { list, requests, tables } = listWith(t, response.promise);
  const both = [list.load(""), list.load("")];
  response.resolve(new Response(TABLE));
  await Promise.all(both);
  assert.equal(requests.length, 1);
  assert.equal(tables.length, 1);
});

test("a second load passes the table without another download", async (t) => {
  const { list, requests, tables } = listWith(t, new Response(TABLE));
  await list.load("");
  await list.load("");
  assert.equal(requests.length, 1);
  assert.equal(tables.length, 2);
});

test("an unknown country code prints one warning", async (t) => {
  const warnings = recordConsole(t, "warn");
  const { list } = listWith(t, new Response(TABLE));
  await list.load("in IN,XX xx YY");
  assert.deepEqual(warnings, [["ae-login: unknown country XX"], ["ae-login: unknown country YY"]]);
});

test("a failed download prints one warning and passes an empty table", async (t) => {
  const warnings = recordConsole(t, "warn");
  const { list, requests, tables } = listWith(t, new Response("", { status: 503 }));
  await list.load("IN");
  await list.load("IN");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0][0], /table of countries could not be read/);
  assert.equal(requests.length, 1);
  assert.deepEqual(tables, [""]);
});

test("options are sorted by name in the language of the form and show dial codes", async (t) => {
  const list = await loadedList(t);
  const english = select();
  list.update(english, "IN", "en", undefined);
  assert.deepEqual(codes(english), ["CA", "DE", "GG", "IN", "AE", "GB", "US"]);
  assert.equal(texts(english)[1], "Germany (\u200e+49)");
  const german = select();
  list.update(german, "IN", "de", undefined);
  assert.equal(texts(german)[0], "Deutschland (\u200e+49)");
});

test("the country of the number is selected", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "GB", "en", undefined);
  assert.equal(element.value, "GB");
  list.update(element, "AE", "en", undefined);
  assert.equal(element.value, "AE");
});

test("only allowed countries have an option", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "DE", "en", "de, in");
  assert.deepEqual(codes(element), ["DE", "IN"]);
});

test("options are rebuilt only for another language or other allowed countries", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "DE", "en", undefined);
  const [first] = element.options;
  list.update(element, "IN", "en", undefined);
  assert.equal(element.options[0], first);
  list.update(element, "IN", "de", undefined);
  assert.notEqual(element.options[0], first);
  list.update(element, "IN", "de", "IN");
  assert.deepEqual(codes(element), ["IN"]);
});

test("the name of a country is in the language of the form", async (t) => {
  const { list } = listWith(t, deferred().promise);
  assert.equal(list.displayName("DE", "fr"), "Allemagne");
  assert.equal(list.displayName("DE", "en"), "Germany");
});

/** Dispatches `keydown` events with time stamps in milliseconds, and returns the value at each `input` event that follows. */
function press(element, ...keys) {
  const values = [];
  const record = ({ bubbles }) => bubbles && values.push(element.value);
  element.addEventListener("input", record);
  for (const [key, at] of keys) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true });
    Object.defineProperty(event, "timeStamp", { value: at });
    element.dispatchEvent(event);
  }
  element.removeEventListener("input", record);
  return values;
}

test("typed digits select a country by its dial code", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "US", "en", undefined);
  assert.deepEqual(press(element, ["9", 5000], ["1", 6000]), ["IN"]);
  assert.equal(element.value, "IN");
  assert.deepEqual(press(element, ["9", 10_000], ["7", 10_100], ["1", 10_200]), ["AE"]);
});

test("digits after a pause start a new dial code", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "IN", "en", undefined);
  assert.deepEqual(press(element, ["9", 5000], ["1", 6500]), ["US"]);
});

test("a shared dial code selects the main country", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "IN", "en", undefined);
  assert.deepEqual(press(element, ["4", 5000], ["4", 5100]), ["GB"]);
});

test("a dial code without an option changes nothing", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "DE", "en", "DE IN");
  assert.deepEqual(press(element, ["1", 5000]), []);
  assert.deepEqual(press(element, ["8", 9000], ["8", 9100]), []);
  assert.equal(element.value, "DE");
});

test("keys other than digits are left to the browser", async (t) => {
  const list = await loadedList(t);
  const element = select();
  list.update(element, "DE", "en", undefined);
  assert.deepEqual(press(element, ["I", 5000], ["F1", 5100], ["Enter", 5200]), []);
  await nextTask();
  assert.equal(element.value, "DE");
});
