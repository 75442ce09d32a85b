import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import { clearPage, deferred, recordConsole, replace, nextTask, until } from "./page.js";
import { LocaleController, maximize } from "../../src/browser/locale.js";

let cases = 0;
const hash = (text) => createHash("sha256").update(text).digest().subarray(0, 12).toString("base64");

/**
 * Returns the locale of a form. `texts` maps names of language files to their lines, or to promises of responses; `messages` has the keys.
 * Each form has another folder, because files are read once per page.
 */
function formWith(t, texts, { element = document.body.appendChild(document.createElement("div")) } = {}) {
  const requests = [];
  const hashes = {};
  const folder = `https://cdn.example/${++cases}/`;
  for (const [name, content] of Object.entries(texts)) {
    if (name !== "messages") hashes[name] = Array.isArray(content) ? hash(JSON.stringify(content)) : undefined;
  }
  replace(t, globalThis, "fetch", async (url) => {
    const [, name] = /ae-login\.([\w-]+)\.json$/.exec(url);
    requests.push(name);
    const content = texts[name];
    return Array.isArray(content) ? new Response(JSON.stringify(content)) : content;
  });
  let changes = 0;
  const locale = new LocaleController(element, { url: (file) => folder + file, hashes }, () => (changes += 1));
  t.after(() => locale.stop());
  return { element, locale, requests, hashes, changes: () => changes };
}

const KEYS = ["continue", "back"];
const GERMAN = ["Weiter", "Zurück"];
const FRENCH = ["Continuer", "Retour"];

beforeEach(clearPage);

test("the texts are English before any file is read", (t) => {
  const { locale } = formWith(t, { de: GERMAN });
  assert.equal(locale.catalogue, "en ltr");
  assert.equal(locale.language, "en");
});

test("texts of the requested language are read", async (t) => {
  const { element, locale, changes } = formWith(t, { de: GERMAN });
  element.setAttribute("locale", "de-AT");
  await locale.update();
  assert.equal(locale.catalogue, "de ltr\nWeiter\nZurück");
  assert.equal(locale.language, "de");
  assert.equal(changes(), 1);
});

test("the attribute locale precedes lang, and the nearest lang precedes that of the page", async (t) => {
  const { element, locale } = formWith(t, { de: GERMAN, fr: FRENCH, it: ["Continua"] });
  document.documentElement.lang = "it";
  await locale.update();
  assert.equal(locale.language, "it");
  document.body.lang = "fr";
  t.after(() => document.body.removeAttribute("lang"));
  await locale.update();
  assert.equal(locale.language, "fr");
  element.setAttribute("locale", "de");
  await locale.update();
  assert.equal(locale.language, "de");
});

test("an element in a shadow root inherits the language of the shadow host", async (t) => {
  const host = document.body.appendChild(document.createElement("section"));
  host.lang = "fr";
  const element = document.createElement("div");
  host.attachShadow({ mode: "open" }).append(element);
  const { locale } = formWith(t, { de: GERMAN, fr: FRENCH }, { element });
  await locale.update();
  assert.equal(locale.language, "fr");
});

test("without lang, the browser's language is used", async (t) => {
  replace(t, navigator, "language", "de-CH");
  const { locale } = formWith(t, { de: GERMAN });
  await locale.update();
  assert.equal(locale.language, "de");
});

test("without a language file, the texts are English", async (t) => {
  const { element, locale, requests } = formWith(t, { de: GERMAN });
  element.setAttribute("locale", "cy");
  await locale.update();
  assert.equal(locale.catalogue, "en ltr");
  assert.deepEqual(requests, []);
});

test("script and region select among the files of a language", async (t) => {
  const texts = { "zh-Hans": ["a"], "zh-Hant": ["b"], "pt-BR": ["c"], fil: ["d"] };
  const { element, locale } = formWith(t, texts);
  const expected = { "zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-SG": "zh-Hans", zh: "zh-Hans", "pt-PT": "pt-BR", tl: "fil", "fil-PH": "fil" };
  for (const [tag, name] of Object.entries(expected)) {
    element.setAttribute("locale", tag);
    await locale.update();
    assert.equal(locale.language, name, tag);
  }
});

test("a language or region without a file takes the one of its nearest relative", async (t) => {
  const { element, locale } = formWith(t, { nb: ["a"], "pt-BR": ["b"], "pt-PT": ["c"], "sr-Latn": ["d"] });
  const expected = { no: "nb", "nn-NO": "nb", "nb-NO": "nb", pt: "pt-BR", "pt-PT": "pt-PT", "pt-AO": "pt-PT", sr: "sr-Latn", "sr-Latn-RS": "sr-Latn" };
  for (const [tag, name] of Object.entries(expected)) {
    element.setAttribute("locale", tag);
    await locale.update();
    assert.equal(locale.language, name, tag);
  }
});

test("right-to-left languages have the direction rtl", async (t) => {
  const { element, locale } = formWith(t, { ar: ["متابعة"], ur: ["جاری"], he: ["המשך"] });
  for (const tag of ["ar", "ur-IN", "he"]) {
    element.setAttribute("locale", tag);
    await locale.update();
    assert.match(locale.catalogue, /^\w+ rtl\n/, tag);
  }
});

test("the direction is that of the language file; a language without one has its own direction with English texts", async (t) => {
  const { element, locale } = formWith(t, { az: ["Davam et"], pa: ["ਅੱਗੇ ਵਧੋ"], ur: ["جاری"] });
  const expected = { "az-IR": "az ltr", "pa-PK": "pa ltr", "ur-PK": "ur rtl", ckb: "en rtl", "zh-TW": "en ltr" };
  for (const [tag, head] of Object.entries(expected)) {
    element.setAttribute("locale", tag);
    await locale.update();
    assert.equal(locale.catalogue.split("\n", 1)[0], head, tag);
  }
});

test("a late answer does not replace a newer one", async (t) => {
  const slow = deferred();
  const { element, locale, changes } = formWith(t, { de: slow.promise, fr: FRENCH });
  element.setAttribute("locale", "de");
  const first = locale.update();
  element.setAttribute("locale", "fr");
  await locale.update();
  slow.resolve(new Response(JSON.stringify(GERMAN)));
  await first;
  assert.equal(locale.catalogue, "fr ltr\nContinuer\nRetour");
  assert.equal(changes(), 1);
});

test("a late failure does not replace a newer answer", async (t) => {
  const warnings = recordConsole(t, "warn");
  const slow = deferred();
  const { element, locale, changes } = formWith(t, { de: slow.promise, fr: FRENCH });
  element.setAttribute("locale", "de");
  const first = locale.update();
  element.setAttribute("locale", "fr");
  await locale.update();
  slow.reject(new TypeError("no network"));
  await first;
  assert.equal(locale.language, "fr");
  assert.equal(changes(), 1);
  assert.deepEqual(warnings, []);
});

test("the same language is not read again", async (t) => {
  const { element, locale, changes } = formWith(t, { de: GERMAN });
  element.setAttribute("locale", "de");
  await Promise.all([locale.update(), locale.update()]);
  element.setAttribute("locale", "de-CH");
  await locale.update();
  assert.equal(changes(), 1);
});

test("a file of another release leads to English and a warning", async (t) => {
  const warnings = recordConsole(t, "warn");
  const { element, locale, hashes, changes } = formWith(t, { de: GERMAN });
  hashes.de = hash("another release");
  element.setAttribute("locale", "de");
  await locale.update();
  assert.equal(locale.catalogue, "en ltr");
  assert.equal(changes(), 1);
  assert.match(warnings[0][0], /texts of de could not be read/);
  assert.match(warnings[0][1].message, /file of another release/);
});

test("update reads a language again after a failure", async (t) => {
  recordConsole(t, "warn");
  const texts = { de: Promise.reject(new TypeError("no network")) };
  texts.de.catch(() => {});
  const { element, locale } = formWith(t, texts);
  element.setAttribute("locale", "de");
  await locale.update();
  assert.equal(locale.language, "en");
  texts.de = new Response(JSON.stringify(GERMAN));
  await locale.update();
  assert.equal(locale.catalogue, "de ltr\nWeiter\nZurück");
});

test("messages replace texts of the language", async (t) => {
  const { element, locale } = formWith(t, { de: GERMAN, messages: KEYS });
  element.setAttribute("locale", "de");
  locale.messages = { back: "Zum\n  Anfang" };
  await until(() => locale.language === "de", "German");
  assert.equal(locale.catalogue, "de ltr\nWeiter\nZum Anfang");
});

test("messages replace English texts, and the other texts stay", async (t) => {
  const { locale, requests } = formWith(t, { messages: KEYS });
  locale.messages = { back: "Start over" };
  await until(() => locale.catalogue !== "en ltr", "the texts");
  assert.equal(locale.catalogue, "en ltr\n\nStart over");
  assert.deepEqual(requests, ["messages"]);
});

test("messages are copied, so later changes of the object have no effect", async (t) => {
  const { locale } = formWith(t, { messages: KEYS });
  const own = { back: "Start over" };
  locale.messages = own;
  own.back = "changed";
  await until(() => locale.catalogue !== "en ltr", "the texts");
  assert.equal(locale.catalogue, "en ltr\n\nStart over");
  assert.notEqual(locale.messages, own);
});

test("an unknown key in messages prints a warning", async (t) => {
  const warnings = recordConsole(t, "warn");
  const { locale } = formWith(t, { messages: KEYS });
  locale.messages = { contiune: "Go", back: "Start over" };
  await until(() => locale.catalogue !== "en ltr", "the texts");
  assert.deepEqual(warnings, [["ae-login: unknown keys in messages: contiune"]]);
});

test("removing messages restores the texts", async (t) => {
  const { locale, changes } = formWith(t, { messages: KEYS });
  locale.messages = { back: "Start over" };
  await until(() => changes() === 1, "the shop's texts");
  locale.messages = undefined;
  await until(() => changes() === 2, "our texts");
  assert.equal(locale.catalogue, "en ltr");
  assert.deepEqual(locale.messages, {});
});

test("start waits for the first texts", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const response = deferred();
  const { element, locale } = formWith(t, { de: response.promise });
  element.setAttribute("locale", "de");
  let isStarted = false;
  const start = locale.start().then(() => (isStarted = true));
  await nextTask();
  assert.equal(isStarted, false);
  response.resolve(new Response(JSON.stringify(GERMAN)));
  await start;
  assert.equal(locale.language, "de");
});

test("start waits for texts that are being read already", async (t) => {
  const answer = deferred();
  const { element, locale } = formWith(t, { de: answer.promise });
  element.setAttribute("locale", "de");
  locale.messages = {};
  let hasStarted = false;
  const started = locale.start().then(() => (hasStarted = true));
  await nextTask();
  assert.equal(hasStarted, false);
  answer.resolve(new Response(JSON.stringify(GERMAN)));
  await started;
  assert.equal(locale.language, "de");
});

test("start waits at most two seconds, and texts that arrive later are used", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const response = deferred();
  const { element, locale, changes } = formWith(t, { de: response.promise });
  element.setAttribute("locale", "de");
  let isStarted = false;
  const start = locale.start().then(() => (isStarted = true));
  t.mock.timers.tick(1999);
  await nextTask();
  assert.equal(isStarted, false);
  t.mock.timers.tick(1);
  await start;
  assert.equal(locale.language, "en");
  response.resolve(new Response(JSON.stringify(GERMAN)));
  await until(() => changes() === 1, "the texts");
  assert.equal(locale.language, "de");
});

test("lang attributes of the page are observed between start and stop", async (t) => {
  const { locale } = formWith(t, { de: GERMAN, fr: FRENCH });
  await locale.start();
  document.documentElement.lang = "de";
  await until(() => locale.language === "de", "German");
  locale.stop();
  document.documentElement.lang = "fr";
  await nextTask();
  await nextTask();
  assert.equal(locale.language, "de");
});

test("a locale is valid if it is absent or a language tag", (t) => {
  const { element, locale } = formWith(t, {});
  assert.equal(locale.isValid, true);
  element.setAttribute("locale", "pt-BR");
  assert.equal(locale.isValid, true);
  for (const wrong of ["", "english!", "de_DE", "-"]) {
    element.setAttribute("locale", wrong);
    assert.equal(locale.isValid, false, JSON.stringify(wrong));
  }
});

test("maximize adds the likely script and region", () => {
  assert.equal(maximize("de")?.toString(), "de-Latn-DE");
  assert.equal(maximize("zh-TW")?.script, "Hant");
  assert.equal(maximize("no tag"), undefined);
});
