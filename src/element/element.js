// @ts-check
// The class of `<ae-login>` with its public members.

import { CountryList } from "../browser/countries.js";
import { LocaleController } from "../browser/locale.js";
import { Connection } from "./connection.js";
import { FormRoot, STATE_ATTRIBUTES } from "./form-root.js";
import { checkCustomProperties } from "./property-check.js";
import { AeSession } from "./session.js";

/**
 * Defines `<ae-login>`. If another copy of this module has done so already, that one stays.
 * @param {() => Promise<import("./connection.js").Core>} load gives the functions of the wasm
 * @param {string} style the style sheet of the form
 * @param {import("../browser/files.js").Files} files
 */
export function defineElement(load, style, files) {
  if (customElements.get("ae-login")) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);

  class AeLogin extends HTMLElement {
    /**
     * A session for pages without a form.
     * @param {Record<string, unknown>} options
     */
    static createSession(options) {
      return new AeSession(options, load);
    }

    #connection = new Connection(this, load, () => this.#formRoot.close());
    #formRoot = new FormRoot(
      this,
      sheet,
      (event) => this.#connection.call("on_form_event", event),
      () => this.#connection.cancelLoginWaits(),
    );
    #locale = new LocaleController(this, files, () => this.#connection.call("texts_changed"));
    #countries = new CountryList(files, (table) => this.#connection.call("countries_loaded", table));
    /** Several attributes that are set in a row are one change. Those that the form itself sets are none. */
    #observer = new MutationObserver((changes) => {
      if (changes.every(({ attributeName }) => STATE_ATTRIBUTES.includes(attributeName ?? ""))) return;
      this.#locale.update();
      this.#connection.call("attributes_changed", this.#attributes());
    });
    /** Whether `show()` was called before the form was there. */
    #showsWhenOpen = false;

    constructor() {
      super();
      this.#observer.observe(this, { attributes: true });
      this.addEventListener("ae-signed-in", () => this.#formRoot.closeDialog());
      // A value that was set before the class was defined hides the accessor below.
      const { messages } = this;
      if (delete (/** @type {any} */ (this).messages) && messages) this.messages = messages;
    }

    /** The shop's own texts by key, in place of ours. */
    get messages() {
      return this.#locale.messages;
    }

    set messages(messages) {
      this.#locale.messages = messages;
    }

    get session() {
      return this.#connection.session;
    }

    /** @param {{ minValidity?: number }} [options] */
    getToken(options) {
      return this.#connection.getToken(options);
    }

    signOut() {
      return this.#connection.signOut();
    }

    /**
     * The page's own fetch with a token.
     * @param {RequestInfo | URL} input
     * @param {RequestInit & { wait?: boolean }} [init]
     */
    fetch(input, init) {
      return this.#connection.fetch(input, init);
    }

    /** Back to the first step. */
    restart() {
      this.#connection.cancelLoginWaits();
      this.#connection.call("restart");
    }

    /** Lets a signed-in customer choose another password. */
    changePassword() {
      this.#connection.call("change_password");
    }

    /** Opens the dialog, or scrolls to the form. */
    show() {
      this.#showsWhenOpen = !this.#connection.isOpen;
      if (!this.#showsWhenOpen) this.#formRoot.show();
    }

    /** Closes the dialog, if it is one. */
    close() {
      this.#showsWhenOpen = false;
      this.#formRoot.closeDialog();
    }

    connectedCallback() {
      // A move disconnects and connects within one task: only the styles may be missing in the new place.
      if (this.#connection.isOpen) return this.#formRoot.applyStyles();
      const opened = this.#connection.open(
        (core) => {
          checkCustomProperties(this, style);
          return core.connect(this, this.#attributes(), this.#formRoot, this.#locale, this.#countries);
        },
        () => this.isConnected,
        this.#locale.start(),
      );
      opened.then(() => this.#showsWhenOpen && this.show());
    }

    disconnectedCallback() {
      // A dialog that is moved would stand open in the page.
      this.#formRoot.closeDialog();
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.close();
        this.#connection.close();
        this.#locale.stop();
      });
    }

    #attributes() {
      return new Map(Array.from(this.attributes, ({ name, value }) => [name, value]));
    }
  }

  customElements.define("ae-login", AeLogin);
}
