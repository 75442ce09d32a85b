// @ts-check
// Fills the `<select>` of countries beside a mobile number. The table of countries is a file beside the module; the browser provides
// the names.

import { readFile } from "./files.js";
import { maximize } from "./locale.js";

/** The longest pause between two typed digits of a dial code, in milliseconds. */
const MAX_PAUSE = 1500;

/** The names of countries in one language. @type {Intl.DisplayNames | undefined} */
let names;
/** The language of `names`. */
let namesLanguage = "";
/** The options that were made last. Most forms of a page have the same, and copying takes a tenth of the time. @type {DocumentFragment} */
let options;
/** What `options` were made from. */
let optionsKey = "";

/** The list of countries of one form. */
export class CountryList {
  #files;
  #onLoad;
  #isRequested = false;
  #table = "";
  /** @type {HTMLSelectElement | undefined} */
  #select;
  #content = "";

  /**
   * @param {import("./files.js").Files} files
   * @param {(table: string) => void} onLoad is called with the table, whose first line is the region of the browser's language; with an
   *   empty string if it cannot be read
   */
  constructor(files, onLoad) {
    this.#files = files;
    this.#onLoad = onLoad;
  }

  /**
   * Reads the table. Prints a warning for each code in the shop's attributes that is not in the table.
   * @param {string} codes the attributes `country` and `countries`
   */
  async load(codes) {
    if (this.#isRequested) return;
    this.#isRequested = true;
    try {
      this.#table = await readFile(this.#files, "countries", "txt");
      this.#onLoad(this.#table.replace(/.*/, maximize(navigator.language)?.region ?? ""));
      for (const code of new Set(codes.toUpperCase().match(/[A-Z]{2}/g))) {
        if (!this.#table.includes(`\n${code}`)) console.warn(`ae-login: unknown country ${code}`);
      }
      // A form that is opened again needs the table again. The file itself is cached.
      this.#isRequested = false;
    } catch (reason) {
      console.warn("ae-login: the table of countries could not be read; the form works without it", reason);
      this.#onLoad("");
    }
  }

  /**
   * Selects a country. The options are rebuilt if the language or the allowed countries have changed.
   * @param {HTMLSelectElement} select
   * @param {string} code ISO 3166-1 alpha-2
   * @param {string} language BCP 47
   * @param {string | undefined} allowed the attribute `countries`
   */
  update(select, code, language, allowed) {
    const content = language + (allowed ?? "");
    if (this.#select !== select || this.#content !== content) {
      this.#select = select;
      this.#content = content;
      select.replaceChildren(this.#options(language, allowed).cloneNode(true));
      select.onkeydown = this.#selectByDialCode();
    }
    select.value = code;
  }

  /**
   * @param {string} language BCP 47
   * @param {string | undefined} allowed
   */
  #options(language, allowed) {
    const key = [language, allowed, this.#table].join("\n");
    if (optionsKey !== key) {
      optionsKey = key;
      const { compare } = new Intl.Collator(language);
      const list = [...this.#table.matchAll(/^([A-Z]{2})(\d+)/gm)]
        .filter(([, code = ""]) => !allowed || allowed.toUpperCase().includes(code))
        // U+200E keeps the plus sign in front of the digits in right-to-left text.
        .map(([, code = "", dial]) => /** @type {const} */ ([`${this.displayName(code, language)} (\u200e+${dial})`, code]))
        .sort(([a], [b]) => compare(a, b));
      options = document.createDocumentFragment();
      options.append(...list.map(([text, code]) => new Option(text, code)));
    }
    return options;
  }

  /**
   * Returns the name of a country.
   * @param {string} code ISO 3166-1 alpha-2
   * @param {string} language BCP 47
   */
  displayName(code, language) {
    // Making this object takes longer than a hundred names.
    if (!names || namesLanguage !== language) names = new Intl.DisplayNames(language, { type: "region" });
    namesLanguage = language;
    return names.of(code) ?? code;
  }

  /** Browsers select an option by the first letters of its text. This listener also selects it by its dial code. */
  #selectByDialCode() {
    let digits = "";
    let last = 0;
    return (/** @type {KeyboardEvent} */ { key, timeStamp, target }) => {
      if (!/^\d$/.test(key) || !(target instanceof HTMLSelectElement)) return;
      digits = timeStamp - last < MAX_PAUSE ? digits + key : key;
      last = timeStamp;
      // Some countries share a dial code. In the table, the main country of the code has no area codes behind it.
      const code = new RegExp(`^(..)${digits} `, "m").exec(this.#table)?.[1];
      if (code === undefined || ![...target.options].some(({ value }) => value === code)) return;
      target.value = code;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    };
  }
}
