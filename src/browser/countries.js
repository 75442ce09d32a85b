// @ts-check
// Fills the list of countries beside a mobile number. The table is a file beside the module, the names are the browser's own.

import { readFile } from "./files.js";
import { maximize } from "./locale.js";

/** The longest pause between two digits of a dial code that is typed on the list, in milliseconds. */
const MAX_PAUSE = 1500;

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
   * @param {(table: string) => void} onLoad is called with the table, whose first line is the region of the browser's language
   */
  constructor(files, onLoad) {
    this.#files = files;
    this.#onLoad = onLoad;
  }

  /**
   * Reads the table, and warns of codes in the shop's attributes that are no countries.
   * @param {string} codes the attributes `country` and `countries`
   */
  async load(codes) {
    if (this.#isRequested) return;
    this.#isRequested = true;
    try {
      this.#table = await readFile(this.#files, "countries", "txt");
      this.#onLoad(this.#table.replace(/.*/, maximize(navigator.language)?.region ?? ""));
      for (const code of new Set(codes.toUpperCase().match(/[A-Z]{2}/g))) {
        if (!this.#table.includes(`\n${code}`)) console.warn(`ae-login: no country ${code}`);
      }
      // A form that starts over asks again.
      this.#isRequested = false;
    } catch (reason) {
      console.warn("ae-login: goes on without the list of countries", reason);
    }
  }

  /**
   * Selects a country. The options are built again for another language.
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
      const { compare } = new Intl.Collator(language);
      const options = [...this.#table.matchAll(/^([A-Z]{2})(\d+)/gm)]
        .filter(([, code = ""]) => !allowed || allowed.toUpperCase().includes(code))
        // U+200E keeps the plus in front of the digits in both directions.
        .map(([, code = "", dial]) => new Option(`${this.displayName(code, language)} (\u200e+${dial})`, code));
      select.replaceChildren(...options.sort((a, b) => compare(a.text, b.text)));
      select.onkeydown = this.#selectByDialCode();
    }
    select.value = code;
  }

  /**
   * The name of a country.
   * @param {string} code ISO 3166-1 alpha-2
   * @param {string} language BCP 47
   */
  displayName(code, language) {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  }

  /** Browsers find an option by the first letters of its text. This handler finds it by its dial code. */
  #selectByDialCode() {
    let digits = "";
    let last = 0;
    return (/** @type {KeyboardEvent} */ { key, timeStamp, target }) => {
      if (!/^\d$/.test(key) || !(target instanceof HTMLSelectElement)) return;
      digits = timeStamp - last < MAX_PAUSE ? digits + key : key;
      last = timeStamp;
      // Several countries share some codes. The one without an area code behind it has most of the numbers.
      const code = new RegExp(`^(..)${digits} `, "m").exec(this.#table)?.[1];
      if (code === undefined || ![...target.options].some(({ value }) => value === code)) return;
      target.value = code;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    };
  }
}
