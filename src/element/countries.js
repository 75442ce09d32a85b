// The list of countries beside a number: their table lies beside this module, their names are the browser's own.
// Nothing here knows what a number is, or which country is chosen.

import { read, whole } from "./texts.js";

/** How long a dial code that is typed on the list may take from one digit to the next. */
const PAUSE = 1500;

/** The list of one form. */
export class Countries {
  #hash;
  #told;
  #isAsked = false;
  #table = "";
  #list;
  #made;

  /** `told` hears the table once somebody has asked. */
  constructor(hash, told) {
    this.#hash = hash;
    this.#told = told;
  }

  /** Asks for the table, and says which of the countries that the shop names are none. */
  async ask(named) {
    if (this.#isAsked) return;
    this.#isAsked = true;
    try {
      this.#table = await read("countries.txt", this.#hash);
      // Where it is from is of no use here; what the browser's language says of its country is.
      this.#told(this.#table.replace(/.*/, whole(navigator.language)?.region ?? ""));
      for (const code of new Set(named.toUpperCase().match(/[A-Z]{2}/g))) {
        if (!this.#table.includes(`\n${code}`)) console.warn(`ae-login: no country ${code}`);
      }
      // A form that begins anew asks again.
      this.#isAsked = false;
    } catch (reason) {
      console.warn("ae-login: goes on without the list of countries", reason);
    }
  }

  /** Shows a country in a list, which is made anew for another language. */
  show(list, code, language, allowed) {
    const made = language + allowed;
    if (this.#list !== list || this.#made !== made) {
      this.#list = list;
      this.#made = made;
      const { compare } = new Intl.Collator(language);
      const options = [...this.#table.matchAll(/^([A-Z]{2})(\d+)/gm)]
        .filter(([, code]) => !allowed || allowed.toUpperCase().includes(code))
        // The mark keeps the plus ahead of its digits in any direction.
        .map(([, code, dial]) => new Option(`${this.name(code, language)} (\u200e+${dial})`, code));
      list.replaceChildren(...options.sort((a, b) => compare(a.text, b.text)));
      list.onkeydown = this.#dialled();
    }
    list.value = code;
  }

  name(code, language) {
    return new Intl.DisplayNames(language, { type: "region" }).of(code);
  }

  /** Browsers find an option by the beginning of its words; this finds it by its dial code. */
  #dialled() {
    let [digits, last] = ["", 0];
    return ({ key, timeStamp, target }) => {
      if (!/^\d$/.test(key)) return;
      digits = timeStamp - last < PAUSE ? digits + key : key;
      last = timeStamp;
      // Of several countries with one code, that with nothing behind it has most of the numbers.
      const code = new RegExp(`^(..)${digits} `, "m").exec(this.#table)?.[1];
      if (![...target.options].some(({ value }) => value === code)) return;
      target.value = code;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    };
  }
}
