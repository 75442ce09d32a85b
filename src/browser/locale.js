// @ts-check
// Chooses the language of a form and reads its texts. The English texts are in the wasm; the other languages are files.

import { readFile } from "./files.js";

/**
 * The file for languages and regions without one of their own (as in CLDR: `nb` for the other codes of Norwegian, European
 * Portuguese outside of Brazil).
 * @type {Record<string, string>}
 */
const SUBSTITUTES = { nn: "nb", no: "nb", pt: "pt-PT" };

/** Writing systems that run from right to left (ISO 15924). */
const RIGHT_TO_LEFT = /^(Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa)$/;
/** The longest wait for texts before the form is shown in English, in milliseconds. */
const MAX_WAIT = 2000;

/** The name of the file with the keys of all texts, in the order of the language files. */
const KEYS_FILE = "messages";

/** The language and the texts of one form. */
export class LocaleController {
  #element;
  #files;
  #onChange;
  /** @type {Record<string, unknown>} */
  #messages = {};
  #observer = new MutationObserver(() => this.update());
  /** The number of the latest request for texts. Answers to older requests are ignored. */
  #lastRequest = 0;
  /** @type {unknown[]} */
  #lines = [];
  #requestedHead = "";
  /** The last reading of texts. @type {Promise<void>} */
  #lastUpdate = Promise.resolve();
  #catalogue = "en ltr";

  /**
   * @param {Element} element its attribute `locale`, or else the nearest attribute `lang`, sets the language
   * @param {import("./files.js").Files} files
   * @param {() => void} onChange is called when the texts have changed
   */
  constructor(element, files, onChange) {
    this.#element = element;
    this.#files = files;
    this.#onChange = onChange;
  }

  /** Observes the `lang` attributes of the page. The promise resolves when the first texts are read, at the latest after two seconds. */
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

  /** Ends the observation. */
  stop() {
    this.#observer.disconnect();
  }

  /** The shop's replacements for texts, by key. */
  get messages() {
    return this.#messages;
  }

  set messages(messages) {
    this.#messages = { ...messages };
    this.#requestedHead = "";
    this.update();
  }

  /** Whether the attribute `locale` is absent or a valid language tag (BCP 47). */
  get isValid() {
    const tag = this.#element.getAttribute("locale");
    return tag === null || !!maximize(tag);
  }

  /** The language tag of the texts. */
  get language() {
    return this.#catalogue.split(" ", 1)[0] ?? "en";
  }

  /** The texts for the wasm: the first line has the language and its direction, each further line a text. An empty line means English. */
  get catalogue() {
    return this.#catalogue;
  }

  /**
   * A text by its place in the language files; empty if the texts are English or not read yet.
   * @param {number} [at]
   */
  line = (at = 0) => String(this.#lines[at] ?? "");

  /** The language of the texts and its direction. */
  get choice() {
    const locale = maximize(this.#tag()) ?? new Intl.Locale("en-Latn-US");
    const language = this.#findLanguage(locale);
    // The texts may be in another script than the tag says: Azerbaijani in Iran (`az-IR`) means Arabic letters, the file is in Latin.
    return { language: language ?? "en", direction: directionOf((language && maximize(language)) || locale) };
  }

  /** Reads the texts of the current language, unless that has been done already. The promise resolves when they are read. */
  update() {
    const { language, direction } = this.choice;
    const head = `${language} ${direction}`;
    if (head !== this.#requestedHead) this.#lastUpdate = this.#readTexts(language === "en" ? undefined : language, direction, head);
    return this.#lastUpdate;
  }

  /**
   * @param {string | undefined} name undefined for English
   * @param {string} direction
   * @param {string} head
   */
  async #readTexts(name, direction, head) {
    this.#requestedHead = head;
    const request = ++this.#lastRequest;
    const hasMessages = Object.keys(this.#messages).length > 0;
    try {
      /** @type {string[]} */
      const none = [];
      const [lines, keys] = await Promise.all([name ? this.#read(name) : none, hasMessages ? this.#read(KEYS_FILE) : none]);
      if (request !== this.#lastRequest) return;
      this.#lines = hasMessages ? keys.map((key, at) => this.#messages[key] ?? lines[at] ?? "") : lines;
      const unknown = Object.keys(this.#messages).filter((key) => !keys.includes(key));
      if (unknown.length) console.warn(`ae-login: unknown keys in messages: ${unknown.join(", ")}`);
    } catch (reason) {
      if (request !== this.#lastRequest) return;
      console.warn(`ae-login: the texts of ${name} could not be read; the form is in English`, reason);
      this.#lines = [];
      this.#requestedHead = "";
      head = `en ${direction}`;
    }
    this.#catalogue = [head, ...this.#lines.map((line) => String(line).replace(/\s+/g, " "))].join("\n");
    this.#onChange();
  }

  /**
   * Finds the language file for a locale: first by language and script, then by language and region, then by language.
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

  /** The language tag of the element, or else of the nearest ancestor, or else of the browser. */
  #tag() {
    const own = this.#element.getAttribute("locale");
    if (own) return own;
    /** @type {Element | null} */
    let element = this.#element;
    while (element) {
      const lang = element.closest("[lang]")?.getAttribute("lang");
      if (lang) return lang;
      const root = element.getRootNode();
      element = root instanceof ShadowRoot ? root.host : null;
    }
    return navigator.language;
  }
}

/**
 * The direction in which the script of a locale runs.
 * @param {Intl.Locale | undefined} locale with its script
 */
export function directionOf(locale) {
  return RIGHT_TO_LEFT.test(locale?.script ?? "") ? "rtl" : "ltr";
}

/**
 * Adds the likely script and region to a language tag. Returns undefined if `tag` is not a language tag.
 * @param {string} tag
 */
export function maximize(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return undefined;
  }
}
