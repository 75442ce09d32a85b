// @ts-check
// The class of `<ae-login>` with its public members.

import { CountryList } from "../browser/countries.js";
import { LocaleController } from "../browser/locale.js";
import { Connection } from "./connection.js";
import { FormRoot, STATE_ATTRIBUTES } from "./form-root.js";
import { checkCustomProperties } from "./property-check.js";
import { AeSession } from "./session.js";

/**
 * Defines `<ae-login>`. Does nothing if the element is defined already, for example by another copy of this module.
 * @param {() => Promise<import("./connection.js").Core>} load returns the functions of the wasm
 * @param {string} style the style sheet of the form
 * @param {import("../browser/files.js").Files} files
 */
export function defineElement(load, style, files) {
  if (customElements.get("ae-login")) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);

  class AeLogin extends HTMLElement {
    /**
     * Creates a session without a form.
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
    /** Reports attributes that the page has changed. Changes within one task are reported once. */
    #observer = new MutationObserver((changes) => {
      if (changes.every(({ attributeName }) => STATE_ATTRIBUTES.includes(attributeName ?? ""))) return;
      this.#locale.update();
      this.#connection.call("attributes_changed", this.#attributes());
    });
    /** Whether `show()` was called before the form was open. */
    #showWhenOpen = false;

    constructor() {
      super();
      this.#observer.observe(this, { attributes: true });
      this.addEventListener("ae-signed-in", () => this.#formRoot.closeDialog());
      // A property that was set before the class was defined would hide the accessor below.
      const { messages } = this;
      if (delete (/** @type {any} */ (this).messages) && messages) this.messages = messages;
    }

    /** The shop's replacements for texts, by key. */
    get messages() {
      return this.#locale.messages;
    }

    set messages(messages) {
      this.#locale.messages = messages;
    }

    /** The session, frozen; null while signed out. */
    get session() {
      return this.#connection.session;
    }

    /**
     * Returns a token that stays valid for at least `minValidity` seconds.
     * @param {{ minValidity?: number }} [options]
     */
    getToken(options) {
      return this.#connection.getToken(options);
    }

    /** Ends the session. */
    signOut() {
      return this.#connection.signOut();
    }

    /**
     * Calls the page's `fetch` with a token.
     * @param {RequestInfo | URL} input
     * @param {RequestInit & { wait?: boolean }} [init]
     */
    fetch(input, init) {
      return this.#connection.fetch(input, init);
    }

    /** Returns to the first step. */
    restart() {
      this.#connection.cancelLoginWaits();
      this.#connection.call("restart");
    }

    /** Opens the step in which a signed-in customer changes the password. */
    changePassword() {
      this.#connection.call("change_password");
    }

    /** Opens the dialog, or scrolls to the form. */
    show() {
      this.#showWhenOpen = !this.#connection.isOpen;
      if (!this.#showWhenOpen) this.#formRoot.show();
    }

    /** Closes the dialog, if there is one. */
    close() {
      this.#showWhenOpen = false;
      this.#formRoot.closeDialog();
    }

    connectedCallback() {
      // A move disconnects and connects the element within one task. Only the style sheet may be missing at the new place.
      if (this.#connection.isOpen) return this.#formRoot.applyStyles();
      const opened = this.#connection.open(
        (core) => {
          checkCustomProperties(this, style);
          return core.connect(this, this.#attributes(), this.#formRoot, this.#locale, this.#countries);
        },
        () => this.isConnected,
        this.#locale.start(),
      );
      opened.then(() => this.#showWhenOpen && this.show());
    }

    disconnectedCallback() {
      // A modal dialog that is moved while it is open would no longer be modal.
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
