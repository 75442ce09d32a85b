import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { clearPage } from "./page.js";
import { FirstScreen, findScreen } from "../../src/element/first-screen.js";
import { render } from "../../src/element/first-screen-html.js";

const file = new URL("../../src/element/first-screen.json", import.meta.url);
const markup = JSON.parse(readFileSync(file, "utf8"));
markup.languages = {
  en: ["Sign in", "Continue", "Mobile number", "Email address", "Mobile or email", "Username", "Customer number", "Any", "Country", "Stay", "No network"],
  ar: ["تسجيل الدخول", "متابعة", "رقم الجوال", "البريد", "أحدهما"],
};
const attributes = (values) => (name) => values[name] ?? null;

beforeEach(clearPage);

test("the HTML of a server has the structure of the drawn screen", () => {
  for (const identifiers of Object.keys(markup.screens)) {
    for (const remember of ["off", "ask"]) {
      clearPage();
      const { key } = findScreen(markup, attributes({ identifiers, remember }));
      document.body.innerHTML = render(markup, { identifiers, remember });
      const screen = FirstScreen.find(markup, document.body);
      assert.ok(screen, identifiers);
      assert.ok(screen.adopt(key), key);
    }
  }
});

test("the HTML of a server has no empty notice, so that it is not shown", () => {
  document.body.innerHTML = render(markup);
  assert.equal(document.body.querySelector('[part="notice"]').childNodes.length, 0);
});

test("the HTML of a server escapes texts", () => {
  const html = render(markup, { messages: { continue: '<b>"&' } });
  assert.ok(html.includes("&#60;b&#62;&#34;&#38; "), html);
  assert.ok(!html.includes("<b>"));
});

test("the HTML of a server has the direction of its language", () => {
  assert.match(render(markup, { locale: "ar" }), /<form [^>]*dir="rtl" lang="ar"/);
  assert.match(render(markup), /<form [^>]*dir="ltr" lang="en"/);
});

test("options without a valid value are an error", () => {
  assert.throws(() => render(markup, { identifiers: "fax" }), /no first screen/);
  assert.throws(() => render(markup, { locale: "tlh" }), /no language tlh; the languages are en, ar/);
});
