// @ts-check
// Fills the `<select>` of countries beside a mobile number. The table of countries is a file beside the module; the browser provides
// the names.

import { readFile } from "./files.js";
import { maximize } from "./locale.js";

/** The longest pause between two typed digits of a dial code, in milliseconds. */
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
   * @param {(table: string) => void} onLoad is called with the table; its first line is the region of the browser's language
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
      const { compare } = new Intl.Collator(language);
      const options = [...this.#table.matchAll(/^([A-Z]{2})(\d+)/gm)]
        .filter(([, code = ""]) => !allowed || allowed.toUpperCase().includes(code))
        // U+200E keeps the plus sign in front of the digits in right-to-left text.
        .map(([, code = "", dial]) => new Option(`${this.displayName(code, language)} (\u200e+${dial})`, code));
      select.replaceChildren(...options.sort((a, b) => compare(a.text, b.text)));
      select.onkeydown = this.#selectByDialCode();
    }
    select.value = code;
  }

  /**
   * Returns the name of a country.
   * @param {string} code ISO 3166-1 alpha-2
   * @param {string} language BCP 47
   */
  displayName(code, language) {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
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
