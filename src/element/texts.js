// Which language a form speaks and where its words come from: English is in wasm, the others lie beside this module.
// Nothing here knows what is said, or when.

/** The scripts that run from right to left. */
const RIGHT_TO_LEFT = /^(Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa)$/;
/** How long a form waits for its words before it begins in English. */
const PATIENCE = 2000;

/** The address of the module that the page has loaded; the files lie beside it. */
let base;

export function setBase(url) {
  base = url;
}

/** What was read, by name: each file once. */
const files = new Map();

/** A file beside this module as text: the one it was built with, or none. */
export function read(name, hash) {
  if (!files.has(name)) {
    files.set(name, fetched(name, hash));
    // Whoever asks next may have more luck.
    files.get(name).catch(() => files.delete(name));
  }
  return files.get(name);
}

async function fetched(name, hash) {
  const bytes = await (await fetch(new URL(`ae-login.${name}`, base))).arrayBuffer();
  // Not there on an insecure page, where anybody could change this module as well.
  const found = await crypto.subtle?.digest("SHA-256", bytes);
  if (found && btoa(String.fromCharCode(...new Uint8Array(found, 0, 12))) !== hash) throw new Error(`not of this release: ${name}`);
  return new TextDecoder().decode(bytes);
}

/** The words of one form. `hashes` says which files there are, `changed` hears that other words are there. */
export class Speech {
  #element;
  #hashes;
  #changed;
  #messages = {};
  #observer = new MutationObserver(() => this.update());
  /** Counts what was asked for, so that what comes late is not said. */
  #turn = 0;
  #lines = [];
  #asked = "";
  /** The language and its direction, then a line for each text; an empty one is said in English. */
  words = "en ltr";

  constructor(hashes, element, changed) {
    this.#element = element;
    this.#hashes = hashes;
    this.#changed = changed;
  }

  /** Follows the languages of the page, and says when the first words are there, or that nobody waits for them any longer. */
  start() {
    this.#observer.observe(document, { subtree: true, attributeFilter: ["lang"] });
    return new Promise((begin) => {
      const late = setTimeout(begin, PATIENCE);
      this.update().then(() => begin(clearTimeout(late)));
    });
  }

  stop() {
    this.#observer.disconnect();
  }

  get messages() {
    return this.#messages;
  }

  set messages(messages) {
    this.#messages = { ...messages };
    this.#asked = "";
    this.update();
  }

  /** Whether the element's own attribute names a language; an absent one need not. */
  get isLegal() {
    const tag = this.#element.getAttribute("locale");
    return tag === null || !!whole(tag);
  }

  /** The language that is spoken. */
  get language() {
    return this.words.split(" ", 1)[0];
  }

  async update() {
    const { language, script, region } = whole(this.#tag()) ?? whole("en");
    const there = Object.keys(this.#hashes);
    const fits = [`${language}-${script}`, `${language}-${region}`, language];
    const found = fits.find((name) => there.includes(name)) ?? there.find((name) => name.split("-")[0] === language);
    const direction = RIGHT_TO_LEFT.test(script) ? "rtl" : "ltr";
    let asked = `${found ?? "en"} ${direction}`;
    if (asked === this.#asked) return;
    this.#asked = asked;
    const turn = ++this.#turn;
    const own = Object.keys(this.#messages).length > 0;
    try {
      const [lines, names] = await Promise.all([
        found ? this.#read(found) : [],
        own ? this.#read("messages") : [],
      ]);
      if (turn !== this.#turn) return;
      this.#lines = own ? names.map((name, at) => this.#messages[name] ?? lines[at] ?? "") : lines;
      const unknown = Object.keys(this.#messages).filter((name) => !names.includes(name));
      if (unknown.length) console.warn(`ae-login: messages has no ${unknown.join(", ")}`);
    } catch (reason) {
      if (turn !== this.#turn) return;
      console.warn(`ae-login: says it in English instead of ${found}`, reason);
      this.#lines = [];
      this.#asked = "";
      asked = `en ${direction}`;
    }
    this.words = [asked, ...this.#lines.map((line) => String(line).replace(/\s+/g, " "))].join("\n");
    this.#changed();
  }

  async #read(name) {
    return JSON.parse(await read(`${name}.json`, this.#hashes[name]));
  }

  /** The element's own language, the nearest around it, the browser's. */
  #tag() {
    const own = this.#element.getAttribute("locale");
    if (own) return own;
    for (let at = this.#element; at; at = at.getRootNode().host) {
      const near = at.closest("[lang]")?.lang;
      if (near) return near;
    }
    return navigator.language;
  }
}

/** A tag with what it leaves out: the script and the region that most people mean by it. */
export function whole(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return undefined;
  }
}
