// @ts-check
// The root of the form in an element: light DOM or an open shadow root, optionally inside a dialog. The children of the element are the
// fallback; they are removed while the form is open, and put back when it closes.

/** The DOM events of the form that the wasm handles. */
const EVENTS = ["submit", "click", "input"];
/** The attributes that the wasm sets on the element. */
export const STATE_ATTRIBUTES = ["step", "busy", "signed-in", "aria-busy"];

export class FormRoot {
  #element;
  #sheet;
  #onEvent;
  #onDialogClosed;
  /** @type {DocumentFragment | null} */
  #fallback = null;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /**
   * @param {HTMLElement} element
   * @param {CSSStyleSheet} sheet the styles of the form
   * @param {(event: Event) => void} onEvent is called for each DOM event of the form
   * @param {() => void} onDialogClosed is called when the dialog has closed
   */
  constructor(element, sheet, onEvent, onDialogClosed) {
    this.#element = element;
    this.#sheet = sheet;
    this.#onEvent = onEvent;
    this.#onDialogClosed = onDialogClosed;
  }

  /**
   * Removes the fallback and returns the node in which the form is drawn.
   * @param {boolean} inShadow
   * @param {boolean} inDialog
   * @returns {ParentNode & Node}
   */
  open(inShadow, inDialog) {
    const element = this.#element;
    const root = inShadow ? (element.shadowRoot ?? element.attachShadow({ mode: "open" })) : element;
    if (!this.#fallback) {
      this.#fallback = document.createDocumentFragment();
      this.#fallback.append(...root.childNodes);
    }
    // The form's elements are replaced with each screen, so the listeners are on the root (event delegation).
    for (const name of EVENTS) root.addEventListener(name, this.#onEvent);
    this.applyStyles();
    return inDialog ? this.#openDialog(root) : root;
  }

  /** Closes the form and puts the fallback back. Does nothing if the form is closed already. */
  close() {
    if (!this.#fallback) return;
    this.#dialog?.close();
    this.#dialog = null;
    const root = this.#root;
    for (const name of EVENTS) root.removeEventListener(name, this.#onEvent);
    root.replaceChildren(this.#fallback);
    this.#fallback = null;
    if (root !== this.#element && !root.firstChild) root.append(document.createElement("slot"));
    for (const name of STATE_ATTRIBUTES) this.#element.removeAttribute(name);
  }

  /** Adds the style sheet to the document or shadow root that contains the form. */
  applyStyles() {
    const root = this.#element.shadowRoot ?? this.#element.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return;
    const sheets = root.adoptedStyleSheets;
    if (!sheets.includes(this.#sheet)) root.adoptedStyleSheets = [...sheets, this.#sheet];
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

  get #root() {
    return this.#element.shadowRoot ?? this.#element;
  }

  /** @param {ParentNode & Node} root */
  #openDialog(root) {
    const dialog = (this.#dialog = document.createElement("dialog"));
    dialog.part.value = "dialog";
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
    root.append(dialog);
    return dialog;
  }
}
