// @ts-check
// The first screen before the wasm is there. This module draws it, or takes it from the page's HTML, and keeps what the customer does in
// it: the wasm takes over the same elements, with their values, the caret and the focus.
//
// The markup is data (`first-screen.json`), because pages with Trusted Types forbid HTML in strings.

/**
 * A node of the markup: a text, null for a comment, an element with its name, its attributes and its children, or the name of a part
 * (`["field"]`, `["remember"]`). `{name}` in a text or an attribute stands for a value.
 * @typedef {string | null | [string, ...any[]]} Tree
 */

/**
 * The markup of all first screens.
 * @typedef {object} Markup
 * @property {Record<string, string[]>} screens by the sorted words of the attribute `identifiers`: the name of the label's text, the key
 *   of the field for logins by code, and the key of the field for other logins if it differs
 * @property {Record<string, Tree>} fields the fields by key
 * @property {Tree} remember the choice to stay signed in
 * @property {Tree} frame the whole screen, with `["field"]` and `["remember"]` in place of these parts
 * @property {Tree} held the form of a signed-in customer
 * @property {Tree} offer the first screen that offers the identifier of an earlier login, with `["remember"]` in place of this part
 * @property {string[]} texts the names of the texts
 * @property {number[]} lines the places of the texts in the language files
 * @property {Record<string, string[]>} languages the texts of each language in the same order: all in English, the first ones in others
 */

/**
 * The values for `{name}` in the markup. The value of the empty name replaces missing values.
 * @typedef {Record<string, string>} Values
 */

/**
 * The members of a DOM event that the wasm reads.
 * @typedef {Pick<Event, "type" | "target"> & { isComposing?: boolean, preventDefault?: () => void }} FormEvent
 */

/** The end of the key of a screen with the choice to stay signed in. */
const REMEMBER = " remember";

/**
 * Finds the first screen for attributes. Returns undefined if they have no valid values.
 * @param {Markup} markup
 * @param {(name: string) => string | null} attribute returns the value of an attribute; null if it is absent
 */
export function findScreen(markup, attribute) {
  const words = (attribute("identifiers") ?? "mobile").split(/\s+/).filter(Boolean);
  const [label, ...fields] = markup.screens[[...new Set(words)].sort().join(" ")] ?? [];
  const isByCode = (attribute("first-factor") ?? "otp").trim() === "otp";
  const field = fields.at(isByCode ? 0 : -1);
  const remember = attribute("remember")?.trim() === "ask" ? REMEMBER : "";
  return label && field ? { label, key: field + remember } : undefined;
}

/**
 * The values of a screen. A text that is in the language file only is empty until that is read.
 * @param {Markup} markup
 * @param {string} label the name of the label's text
 * @param {number} number makes the ids unique in the page
 * @param {Pick<import("../browser/locale.js").LocaleController, "choice" | "line" | "messages">} locale
 * @returns {Values}
 */
export function valuesOf(markup, label, number, { choice, line, messages }) {
  /** @type {Values} */
  const values = { lang: choice.language, dir: choice.direction, number: String(number) };
  const texts = markup.languages[choice.language] ?? [];
  markup.texts.forEach((name, at) => (values[name] = String(messages[name] ?? texts[at] ?? line(markup.lines[at]))));
  return { ...values, label: values[label] ?? "" };
}

/**
 * The nodes of a screen: the status region and the form.
 * @param {Markup} markup
 * @param {string} key
 * @returns {Tree[]} empty for an unknown key
 */
export function treesOf(markup, key) {
  const hasChoice = key.endsWith(REMEMBER);
  const field = markup.fields[hasChoice ? key.slice(0, -REMEMBER.length) : key];
  if (field === undefined) return [];
  return /** @type {any[]} */ (withParts(markup.frame, { field, remember: hasChoice ? markup.remember : null })).slice(2);
}

/**
 * The form whose place is kept until the wasm is there: that of a signed-in customer, or the one that offers an identifier. Returns
 * undefined if the first screen is shown at once.
 * @param {Markup} markup
 * @param {string} key the key of the first screen
 * @param {boolean} remembersIdentifier whether the form offers the identifier of an earlier login
 */
export async function heldScreen(markup, key, remembersIdentifier) {
  if (await mayHaveRecord()) return markup.held;
  if (!remembersIdentifier || !hasIdentifier()) return undefined;
  return withParts(markup.offer, { remember: key.endsWith(REMEMBER) ? markup.remember : null });
}

/**
 * Puts parts into the places of a tree.
 * @param {Tree} tree
 * @param {Record<string, Tree>} parts
 * @returns {Tree}
 */
function withParts(tree, parts) {
  if (!Array.isArray(tree)) return tree;
  if (tree.length === 1) return parts[tree[0]] ?? null;
  return [tree[0], tree[1], ...tree.slice(2).map((child) => withParts(child, parts))];
}

/**
 * Replaces `{name}` in a text by its value.
 * @param {string} text
 * @param {Values} values
 */
export function fillIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? values[""] ?? "");
}

/**
 * Creates the node of a tree.
 * @param {Tree} tree
 * @param {Values} values
 * @returns {Node}
 */
function build(tree, values) {
  if (tree === null) return document.createComment("");
  if (typeof tree === "string") return document.createTextNode(fillIn(tree, values));
  const [name, attributes, ...children] = tree;
  const element = document.createElement(name);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, fillIn(value, values));
  element.append(...children.map((child) => build(child, values)));
  return element;
}

/**
 * Returns whether a node has the structure of a tree: the same elements, texts and comments. HTML has no empty texts; they are added.
 * @param {Node} node
 * @param {Tree} tree
 * @returns {boolean}
 */
function hasStructure(node, tree) {
  if (!Array.isArray(tree)) return node instanceof (tree === null ? Comment : Text);
  const [name, , ...children] = tree;
  if (!(node instanceof Element) || node.localName !== name) return false;
  children.forEach((child, at) => {
    const place = node.childNodes[at] ?? null;
    if (child === "" && !(place instanceof Text)) node.insertBefore(document.createTextNode(""), place);
  });
  return node.childNodes.length === children.length && children.every((child, at) => hasStructure(/** @type {Node} */ (node.childNodes[at]), child));
}

/**
 * Fills in the empty texts of a node.
 * @param {Node | undefined} node has the structure of the tree
 * @param {Tree} tree
 * @param {Values} values
 */
function complete(node, tree, values) {
  if (Array.isArray(tree)) tree.slice(2).forEach((child, at) => complete(node?.childNodes[at], child, values));
  else if (tree && node instanceof Text) node.data ||= fillIn(tree, values);
}

/** What the customer has done in a first screen. */
export class FirstScreen {
  #markup;
  #status;
  #form;
  #isComposing = false;
  /** Whether the form was submitted. */
  #isSubmitted = false;
  /** What was typed, if the wasm draws other elements. @type {{ text: string, hasFocus: boolean, range: [number, number] } | undefined} */
  #typed;

  /**
   * @param {Markup} markup
   * @param {ChildNode} status
   * @param {Element} form
   */
  constructor(markup, status, form) {
    this.#markup = markup;
    this.#status = status;
    this.#form = form;
  }

  /**
   * Draws a screen at the end of a node.
   * @param {Markup} markup
   * @param {string} key
   * @param {Values} values
   * @param {ParentNode & Node} root
   */
  static draw(markup, key, values, root) {
    const [status, form] = treesOf(markup, key).map((tree) => /** @type {Element} */ (build(tree, values)));
    if (!status || !form) return undefined;
    root.append(status, form);
    return new FirstScreen(markup, status, form);
  }

  /**
   * Draws an invisible screen that is as high as the one to come. It holds the place until the wasm knows whether there is a session or
   * an identifier.
   * @param {Markup} markup
   * @param {Tree} tree the screen
   * @param {Values} values
   * @param {ParentNode & Node} root
   */
  static holdPlace(markup, tree, { lang = "", dir = "" }, root) {
    const form = /** @type {HTMLFormElement} */ (build(tree, { lang, dir, "": "\u00a0" }));
    form.style.visibility = "hidden";
    const status = document.createComment("");
    root.append(status, form);
    return new FirstScreen(markup, status, form);
  }

  /**
   * Finds a screen that a server has rendered into a node.
   * @param {Markup} markup
   * @param {ParentNode & Node} root
   */
  static find(markup, root) {
    const form = [...root.children].find((child) => child.matches('form[part="form"]'));
    const status = form?.previousElementSibling;
    return form && status?.matches('[part="status"]') ? new FirstScreen(markup, status, form) : undefined;
  }

  /**
   * Fills in the texts that have come with the language file.
   * @param {string} key
   * @param {Values} values
   */
  complete(key, values) {
    const [, form] = treesOf(this.#markup, key);
    if (form) complete(this.#form, form, values);
  }

  get nodes() {
    return [this.#status, this.#form];
  }

  /** Whether the customer has typed or submitted something. */
  get isUsed() {
    return this.#isSubmitted || !!this.#input?.value;
  }

  get #input() {
    return /** @type {HTMLInputElement | null} */ (this.#form.querySelector("[part~=input]"));
  }

  /**
   * Takes a DOM event of the form.
   * @param {Event} event
   * @returns {boolean} whether the form was submitted for the first time
   */
  handle(event) {
    if (event.type === "input") this.#isComposing = /** @type {InputEvent} */ (event).isComposing;
    if (event.type !== "submit") return false;
    event.preventDefault();
    const isFirst = !this.#isSubmitted;
    this.#isSubmitted = true;
    this.#form.querySelector("[part=submit]")?.setAttribute("aria-disabled", "true");
    return isFirst;
  }

  /**
   * Shows that the wasm could not be loaded. The customer can submit the form again.
   * @param {string} message
   */
  fail(message) {
    this.#isSubmitted = false;
    this.#form.querySelector("[part=submit]")?.removeAttribute("aria-disabled");
    const notice = this.#form.querySelector('[part="notice"]');
    notice?.setAttribute("data-tone", "error");
    notice?.replaceChildren(message);
  }

  /**
   * Returns the form if it has the structure of the screen with this key. Otherwise removes the elements and keeps what was typed.
   * @param {string | undefined} key
   */
  adopt(key) {
    this.#form.querySelector("[part=submit]")?.removeAttribute("aria-disabled");
    this.#form.querySelector('[part="notice"]')?.removeAttribute("data-tone");
    const [status, form] = treesOf(this.#markup, key ?? "");
    if (status && form && hasStructure(this.#status, status) && hasStructure(this.#form, form)) return this.#form;
    const input = this.#input;
    if (input) {
      const root = /** @type {Document | ShadowRoot} */ (input.getRootNode());
      const end = input.value.length;
      const range = /** @type {[number, number]} */ ([input.selectionStart ?? end, input.selectionEnd ?? end]);
      this.#typed = { text: input.value, hasFocus: root.activeElement === input, range };
    }
    this.remove();
    return undefined;
  }

  /** Removes the elements from the page. */
  remove() {
    for (const node of this.nodes) node.remove();
  }

  /**
   * Tells the wasm what the customer has done.
   * @param {ParentNode} root contains the form
   * @param {(event: FormEvent) => void} send passes an event to the wasm
   */
  resume(root, send) {
    const input = /** @type {HTMLInputElement | null} */ (root.querySelector("[part~=identifier-input]"));
    if (!input) return;
    if (this.#typed) {
      input.value = this.#typed.text;
      if (this.#typed.hasFocus) {
        input.focus({ preventScroll: true });
        input.setSelectionRange(...this.#typed.range);
      }
    }
    if (input.value || this.#isComposing) send({ type: "input", target: input, isComposing: this.#isComposing });
    const choice = /** @type {HTMLInputElement | null} */ (root.querySelector("[part=remember-input]"));
    if (choice?.checked && !this.#typed) send({ type: "click", target: choice });
    if (this.#isSubmitted) send({ type: "submit", target: input.form, preventDefault: () => {} });
  }
}

/**
 * The keys of the widget in a storage.
 * @param {Storage} storage
 * @param {RegExp} end matches their ends
 */
const own = (storage, end) => Object.keys(storage).filter((key) => key.startsWith("ae-login:") && end.test(key));

/** Whether an earlier login has stored its identifier. */
function hasIdentifier() {
  try {
    return own(localStorage, /:identifier$/).length > 0;
  } catch {
    return false;
  }
}

/**
 * Returns whether an earlier page may have left a session or a step in progress. The wasm knows whether it has.
 *
 * A session of other tabs is only of use while one of them is open: each open tab holds a lock whose name contains the key.
 */
export async function mayHaveRecord() {
  try {
    if (own(sessionStorage, /:(session|step)$/).length) return true;
    const marks = own(localStorage, /:mark$/).filter((key) => !localStorage.getItem(key)?.endsWith("x"));
    if (!marks.length) return false;
    const isOnDevice = marks.some((key) => localStorage.getItem(key.replace(/mark$/, "shared"))?.split(" ")[1] === "device");
    if (isOnDevice || !navigator.locks) return true;
    const { held = [] } = await navigator.locks.query();
    return held.some(({ name }) => name?.startsWith("ae-login:") && name.includes(":key:"));
  } catch {
    return false;
  }
}
