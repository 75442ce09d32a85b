// @ts-check
// Chooses the language of a form and reads its texts. English texts are in the wasm, the other languages are files.

import { readFile } from "./files.js";

/**
 * The file for languages and regions without one of their own (as in CLDR: `nb` for the other codes of Norwegian, European
 * Portuguese outside of Brazil).
 * @type {Record<string, string>}
 */
const SUBSTITUTES = { nn: "nb", no: "nb", pt: "pt-PT" };

/** Scripts that are written from right to left (ISO 15924). */
const RIGHT_TO_LEFT = /^(Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa)$/;
/** How long a form waits for its texts before it begins in English, in milliseconds. */
const MAX_WAIT = 2000;

/** The name of the file that holds the keys of all texts, in the order of the language files. */
const KEYS = "messages";

/** The language and the texts of one form. */
export class LocaleController {
  #element;
  #files;
  #changed;
  /** @type {Record<string, unknown>} */
  #messages = {};
  #observer = new MutationObserver(() => this.update());
  /** Counts requests for texts, so that an older answer does not replace a newer one. */
  #turn = 0;
  /** @type {unknown[]} */
  #lines = [];
  #requested = "";
  #text = "en ltr";

  /**
   * @param {Element} element its attribute `locale`, or the nearest `lang` around it, names the language
   * @param {import("./files.js").Files} files
   * @param {() => void} changed is called when other texts are there
   */
  constructor(element, files, changed) {
    this.#element = element;
    this.#files = files;
    this.#changed = changed;
  }

  /** Follows the `lang` attributes of the page. The promise settles when the first texts are there, or after two seconds. */
  start() {
    this.#observer.observe(document, { subtree: true, attributeFilter: ["lang"] });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, MAX_WAIT);
      this.update().then(() => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
  }

  stop() {
    this.#observer.disconnect();
  }

  /** The shop's own texts by key, in place of ours. */
  get messages() {
    return this.#messages;
  }

  set messages(messages) {
    this.#messages = { ...messages };
    this.#requested = "";
    this.update();
  }

  /** Whether the attribute `locale` is absent or a language tag (BCP 47). */
  get isValid() {
    const tag = this.#element.getAttribute("locale");
    return tag === null || !!maximize(tag);
  }

  /** The tag of the language of the texts. */
  get language() {
    return this.#text.split(" ", 1)[0] ?? "en";
  }

  /** The language and its direction in the first line, then a line for each text; empty lines mean English. */
  get text() {
    return this.#text;
  }

  /** Reads the texts of the language that the page asks for now. */
  async update() {
    const locale = maximize(this.#tag()) ?? new Intl.Locale("en-Latn-US");
    const found = this.#findLanguage(locale);
    // The texts may be in another script than the tag says: Azerbaijani in Iran (`az-IR`) means Arabic letters, the file is in Latin.
    const { script } = (found && maximize(found)) || locale;
    const direction = RIGHT_TO_LEFT.test(script ?? "") ? "rtl" : "ltr";
    let head = `${found ?? "en"} ${direction}`;
    if (head === this.#requested) return;
    this.#requested = head;
    const turn = ++this.#turn;
    const hasMessages = Object.keys(this.#messages).length > 0;
    try {
      /** @type {string[]} */
      const none = [];
      const [lines, keys] = await Promise.all([found ? this.#read(found) : none, hasMessages ? this.#read(KEYS) : none]);
      if (turn !== this.#turn) return;
      this.#lines = hasMessages ? keys.map((key, at) => this.#messages[key] ?? lines[at] ?? "") : lines;
      const unknown = Object.keys(this.#messages).filter((key) => !keys.includes(key));
      if (unknown.length) console.warn(`ae-login: messages has no ${unknown.join(", ")}`);
    } catch (reason) {
      if (turn !== this.#turn) return;
      console.warn(`ae-login: says it in English instead of ${found}`, reason);
      this.#lines = [];
      this.#requested = "";
      head = `en ${direction}`;
    }
    this.#text = [head, ...this.#lines.map((line) => String(line).replace(/\s+/g, " "))].join("\n");
    this.#changed();
  }

  /**
   * The language file for a locale: by language and script, by language and region, by language.
   * @param {Intl.Locale} locale
   */
  #findLanguage({ language, script, region }) {
    const names = Object.keys(this.#files.hashes);
    const candidates = [`${language}-${script}`, `${language}-${region}`, language, SUBSTITUTES[language] ?? language];
    return candidates.find((name) => names.includes(name)) ?? names.find((name) => name.split("-")[0] === language);
  }

  /**
   * @param {string} name
   * @returns {Promise<string[]>}
   */
  async #read(name) {
    return JSON.parse(await readFile(this.#files, name, "json"));
  }

  /** The element's own language, the nearest around it, the browser's. */
  #tag() {
    const own = this.#element.getAttribute("locale");
    if (own) return own;
    /** @type {Element | null} */
    let at = this.#element;
    while (at) {
      const lang = at.closest("[lang]")?.getAttribute("lang");
      if (lang) return lang;
      const root = at.getRootNode();
      at = root instanceof ShadowRoot ? root.host : null;
    }
    return navigator.language;
  }
}

/**
 * A language tag with the script and the region that most people mean by it; undefined for text that is no tag.
 * @param {string} tag
 */
export function maximize(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return undefined;
  }
}
