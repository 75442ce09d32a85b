// @ts-check
// The root of the form in an element: light DOM or an open shadow root, optionally inside a dialog. The children of the element are the
// fallback: they stay where the page put them, and are hidden while the form is open. Until the wasm draws the form, the root shows the
// first screen (`first-screen.js`).
//
// Slots hide the children, because a style sheet cannot hide texts. An element that has its form in the light DOM therefore has a shadow
// root too: a closed one that contains only slots. `docs/adr/0011-children-and-events.md` gives the reasons.

import { FirstScreen } from "./first-screen.js";

/** The DOM events of the form that the wasm handles. */
const HANDLED = ["submit", "click", "input", "compositionend"];
/** The DOM events of the form that do not leave the element, besides those: they have what a customer types, or the field with it. */
const KEPT = [
  "beforeinput", "change", "compositionstart", "compositionupdate", "copy", "cut", "drop", "focusin", "focusout",
  "formdata", "keydown", "keypress", "keyup", "paste", "select", "textInput",
];
/** The slot of a form in light DOM. Each of its nodes has this value in the attribute `slot`. */
const FORM = "form";
/** The attributes that the wasm sets on the element. */
export const STATE_ATTRIBUTES = ["step", "busy", "signed-in", "aria-busy"];

export class FormRoot {
  #element;
  #sheet;
  #onEvent;
  #onDialogClosed;
  #onEarlySubmit;
  /** The first screen, until the wasm draws the form. @type {FirstScreen | undefined} */
  #firstScreen;
  /** The shadow root with the slots; undefined until the form opens for the first time. @type {ShadowRoot | undefined} */
  #shadow;
  #isInShadow = false;
  #header = slot("header");
  /** The slot of all other children. */
  #fallback = slot("");
  #footer = slot("footer");
  /** The place of the form in the shadow root: the slot of a form in light DOM, or else an element with the form. @type {HTMLElement} */
  #place = slot(FORM);
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /**
   * @param {HTMLElement} element
   * @param {CSSStyleSheet} sheet the styles of the form
   * @param {(event: import("./first-screen.js").FormEvent) => void} onEvent is called for each DOM event of the form
   * @param {() => void} onDialogClosed is called when the dialog has closed
   * @param {() => void} onEarlySubmit is called when the first screen is submitted before the wasm is there
   */
  constructor(element, sheet, onEvent, onDialogClosed, onEarlySubmit) {
    this.#element = element;
    this.#sheet = sheet;
    this.#onEvent = onEvent;
    this.#onDialogClosed = onDialogClosed;
    this.#onEarlySubmit = onEarlySubmit;
  }

  /**
   * Shows the first screen until the wasm draws the form. A screen that a server has rendered stays as it is.
   * @param {import("./first-screen.js").Markup} markup
   * @param {string} key the key of the screen
   * @param {import("./first-screen.js").Values} values
   * @param {boolean} inShadow
   * @param {import("./first-screen.js").Tree} [held] the screen whose place is kept, because it may follow
   */
  showFirstScreen(markup, key, values, inShadow, held) {
    const root = this.#prepareRoot(inShadow);
    const found = FirstScreen.find(markup, root);
    this.#firstScreen = found;
    this.#fallback.hidden = true;
    // A customer who has typed something already goes on.
    if (held && !found?.isUsed) {
      found?.remove();
      this.#firstScreen = FirstScreen.holdPlace(markup, held, values, root);
    } else {
      this.#firstScreen ??= FirstScreen.draw(markup, key, values, root);
    }
  }

  /**
   * Fills in the texts of the first screen that have come with the language file.
   * @param {string} key
   * @param {import("./first-screen.js").Values} values
   */
  completeFirstScreen(key, values) {
    this.#firstScreen?.complete(key, values);
  }

  /** Whether the first screen is shown. */
  get hasFirstScreen() {
    return !!this.#firstScreen;
  }

  /** Whether the first screen is shown and the customer has used it. */
  get isFirstScreenUsed() {
    return !!this.#firstScreen?.isUsed;
  }

  /**
   * Shows in the first screen that the wasm could not be loaded, and the fallback below.
   * @param {string} message
   */
  failFirstScreen(message) {
    this.#setBusy(false);
    this.#firstScreen?.fail(message);
    this.#fallback.hidden = false;
  }

  /**
   * Hides the fallback and returns the node in which the form is drawn.
   * @param {boolean} inShadow
   * @param {boolean} inDialog
   * @returns {ParentNode & Node}
   */
  open(inShadow, inDialog) {
    const root = this.#prepareRoot(inShadow);
    this.#fallback.hidden = true;
    return inDialog ? this.#openDialog(root) : root;
  }

  /**
   * Returns the `<form>` of the first screen if it has the structure of the screen with this key. Otherwise removes it. The wasm calls
   * this once, when it draws the form. It is told what the customer has done when it has drawn.
   * @param {string | undefined} key
   */
  adopt(key) {
    const screen = this.#firstScreen;
    this.#firstScreen = undefined;
    if (!screen) return undefined;
    queueMicrotask(() => screen.resume(this.#root, this.#onEvent));
    return screen.adopt(key);
  }

  /** Closes the form and shows the fallback. Does nothing if the form is closed already. */
  close() {
    if (!this.#fallback.hidden) return;
    this.#dialog?.close();
    this.#dialog = null;
    this.#firstScreen?.remove();
    this.#firstScreen = undefined;
    this.#fallback.hidden = false;
    for (const node of this.#nodes) node.remove();
    this.#arrange();
    for (const name of STATE_ATTRIBUTES) this.#element.removeAttribute(name);
  }

  /** Adds the style sheet to the shadow root, and to the document or shadow root that contains a form in light DOM. */
  applyStyles() {
    for (const root of [this.#shadow, this.#isInShadow || this.#element.getRootNode()]) {
      if (!(root instanceof Document || root instanceof ShadowRoot)) continue;
      const sheets = root.adoptedStyleSheets;
      if (!sheets.includes(this.#sheet)) root.adoptedStyleSheets = [...sheets, this.#sheet];
    }
  }

  /** Whether the form is in a dialog. */
  get hasDialog() {
    return !!this.#dialog;
  }

  /** Opens the dialog, or scrolls to the form, and focuses the first field. Does nothing if the focus is in the form. */
  show() {
    const element = this.#element;
    const parent = /** @type {Document | ShadowRoot} */ (element.getRootNode());
    // `:focus-within` does not match in Chromium if the focus is in an open dialog.
    if (element.contains(parent.activeElement)) return;
    if (!this.#dialog) element.scrollIntoView({ block: "center" });
    else if (!this.#dialog.open) this.#dialog.showModal();
    const target = this.#root.querySelector("[part~=input]") ?? this.#root.querySelector("[part~=title]");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }

  /** Closes the dialog, if there is one. */
  closeDialog() {
    this.#dialog?.close();
  }

  /** The node that contains the form. */
  get #root() {
    return this.#isInShadow ? this.#place : this.#element;
  }

  /** The nodes of the form. */
  get #nodes() {
    return [...this.#root.children].filter((node) => this.#isInShadow || node.slot === FORM);
  }

  /**
   * Returns the root with its slots, listeners and styles. The first call decides whether the form is in the shadow root, because an
   * element has one shadow root for ever.
   * @param {boolean} inShadow
   */
  #prepareRoot(inShadow) {
    if (!this.#shadow) {
      const element = this.#element;
      this.#isInShadow = inShadow;
      this.#shadow = element.shadowRoot ?? element.attachShadow({ mode: inShadow ? "open" : "closed" });
      if (inShadow) this.#place = document.createElement("div");
      else this.#restorer.observe(element, { childList: true });
      // The form's elements are replaced with each screen, so the listeners are on its place (event delegation).
      for (const name of [...HANDLED, ...KEPT]) this.#place.addEventListener(name, this.#handle);
      this.#arrange();
    }
    this.applyStyles();
    return this.#root;
  }

  /** Puts the parts of the shadow root in their order, without a dialog. */
  #arrange() {
    this.#shadow?.replaceChildren(this.#header, this.#place, this.#fallback, this.#footer);
    this.#header.hidden = this.#footer.hidden = false;
  }

  /** Puts a form in light DOM back if the page has removed it, for example by setting `textContent`. */
  #restorer = new MutationObserver((changes) => {
    if (!this.#fallback.hidden || this.#nodes.length) return;
    const removed = changes.flatMap(({ removedNodes }) => [...removedNodes]);
    this.closeDialog();
    // The status region and the form of the last screen, or the dialog.
    this.#element.append(...removed.filter((node) => /** @type {Element} */ (node).slot === FORM).slice(-2));
  });

  /** @param {Event & { key?: string, formData?: FormData }} event */
  #handle = (event) => {
    const { type, key = "", formData } = event;
    // Dialogs and menus of the page react to these keys.
    if (!["Escape", "Tab"].includes(key)) event.stopPropagation();
    // A script of the page has created a `FormData` of the form.
    for (const name of [...(formData?.keys() ?? [])]) formData?.delete(name);
    if (!HANDLED.includes(type)) return;
    if (!this.#firstScreen) this.#onEvent(event);
    else if (this.#firstScreen.handle(event)) {
      this.#setBusy(true);
      this.#onEarlySubmit();
    }
  };

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#element.toggleAttribute("busy", isBusy);
    this.#element.setAttribute("aria-busy", String(isBusy));
  }

  /**
   * Returns the node in the dialog in which the form is drawn.
   * @param {ParentNode & Node} root
   */
  #openDialog(root) {
    const dialog = (this.#dialog = document.createElement("dialog"));
    dialog.part.value = "dialog";
    dialog.slot = FORM;
    /** @type {EventTarget | null} */
    let pressed = null;
    dialog.onpointerdown = ({ target }) => (pressed = target);
    // A press that starts inside and ends on the backdrop, such as one that selects text, does not close the dialog.
    dialog.onclick = ({ target }) => {
      const isCloseButton = target instanceof Element && target.closest("[part~=close]");
      if (isCloseButton || (target === dialog && pressed === dialog)) dialog.close();
    };
    dialog.onclose = (event) => {
      // The event comes in a later task, when the dialog may be open again.
      if (!dialog.open) this.#onDialogClosed();
      // The browser's event does not bubble to the element.
      this.#element.dispatchEvent(new Event(event.type));
    };
    if (this.#isInShadow) {
      dialog.append(this.#header, root, this.#footer);
      this.#shadow?.prepend(dialog);
      return root;
    }
    // A dialog in light DOM cannot contain slots.
    this.#header.hidden = this.#footer.hidden = true;
    dialog.onkeydown = goRound;
    root.append(dialog);
    return dialog;
  }
}

/**
 * Moves the focus from the last control of a dialog to the first, and back with Shift. Firefox does not find the first one by itself if
 * the dialog is in a slot (WCAG 2.1.1).
 * @param {KeyboardEvent} event
 */
function goRound(event) {
  const dialog = /** @type {HTMLElement} */ (event.currentTarget);
  const controls = [...dialog.querySelectorAll("button, input, select, a")].filter((control) => control.checkVisibility());
  if (event.shiftKey) controls.reverse();
  const [first] = controls;
  if (event.key !== "Tab" || event.target !== controls.at(-1) || !(first instanceof HTMLElement)) return;
  event.preventDefault();
  first.focus();
}

/**
 * Creates a slot. That of the header or the footer is a part of the same name.
 * @param {string} name
 */
function slot(name) {
  const element = document.createElement("slot");
  element.name = name;
  if (name && name !== FORM) element.part.value = name;
  return element;
}
