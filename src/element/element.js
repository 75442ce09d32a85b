// @ts-check
// The class of `<ae-login>` with its public members.

import { CountryList } from "../browser/countries.js";
import { LocaleController } from "../browser/locale.js";
import { Connection } from "./connection.js";
import { findScreen, heldScreen, valuesOf } from "./first-screen.js";
import { FormRoot, STATE_ATTRIBUTES } from "./form-root.js";
import { checkCustomProperties } from "./property-check.js";
import { AeSession } from "./session.js";

/**
 * The attributes that properties reflect, each under its name in camel case. `?` is behind a boolean one. A test compares this list with
 * the attributes that the wasm reads.
 */
const REFLECTED =
  "base-url brand identifiers first-factor second-factor second-factor-method second-factor-identifier pending-roles fallback-channels " +
  "password-pattern password-hint country countries otp-length resend-after session-minutes storage remember max-age max-idle device-id " +
  "send-device-id? allow-origins no-renew? allow-framing? locale dialog? shadow? compat auto-submit? remember-identifier?";

/** The number of first screens in the page, for their ids. */
let screens = 0;

/**
 * Defines `<ae-login>`. Does nothing if the element is defined already, for example by another copy of this module.
 * @param {() => Promise<import("./connection.js").Core>} load returns the functions of the wasm
 * @param {string} style the style sheet of the form
 * @param {import("../browser/files.js").Files} files
 * @param {import("./first-screen.js").Markup} [markup] the markup of the first screen; without it, the form appears when the wasm is there
 */
export function defineElement(load, style, files, markup) {
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

    #connection = new Connection(this, load, () => this.#showFailure());
    #formRoot = new FormRoot(
      this,
      sheet,
      (event) => this.#connection.call("on_form_event", event),
      () => {
        this.#connection.cancelLoginWaits();
        this.#connection.call("dialog_toggled", false);
      },
      () => this.#hasFailed && this.#open(),
    );
    #locale = new LocaleController(this, files, () => this.#connection.call("texts_changed"));
    #countries = new CountryList(files, (table) => this.#connection.call("countries_loaded", table));
    /** Reports attributes that the page has changed. Changes within one task are reported once. */
    #observer = new MutationObserver((changes) => {
      if (changes.every(({ attributeName }) => STATE_ATTRIBUTES.includes(attributeName ?? ""))) return;
      this.#locale.update();
      this.#connection.call("attributes_changed", this.#attributes());
    });
    /** Whether the wasm could not be loaded while the customer used the first screen. */
    #hasFailed = false;
    /** Whether `show()` was called before the form was open. */
    #showWhenOpen = false;
    /** @type {((call: { action: string, endpoint: string }) => unknown) | null} */
    #challenge = null;
    /** @type {Record<string, string> | undefined} */
    #requestHeaders;

    constructor() {
      super();
      this.#observer.observe(this, { attributes: true });
      this.addEventListener("ae-signed-in", () => this.#formRoot.closeDialog());
      // Properties that were set before the class was defined would hide the accessors.
      for (const name of Object.keys(this)) {
        const value = Reflect.get(this, name);
        if (name in AeLogin.prototype && Reflect.deleteProperty(this, name)) Reflect.set(this, name, value);
      }
    }

    /** The shop's replacements for texts, by key. */
    get messages() {
      return this.#locale.messages;
    }

    set messages(messages) {
      this.#locale.messages = messages;
    }

    /** The page's function that gives the headers of each request that sends a message. The wasm reads it. */
    get challenge() {
      return this.#challenge;
    }

    set challenge(challenge) {
      this.#challenge = challenge;
    }

    /** Additional headers for every request to the engine. The wasm reads them. */
    get requestHeaders() {
      return this.#requestHeaders;
    }

    set requestHeaders(headers) {
      this.#requestHeaders = headers;
    }

    /** The session, frozen; null while signed out. */
    get session() {
      return this.#connection.session;
    }

    /** A promise that resolves at the first `ae-ready`, and rejects if the form cannot run. */
    get whenReady() {
      return this.#connection.whenReady;
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
      if (this.#showWhenOpen) return;
      this.#formRoot.show();
      if (this.#formRoot.hasDialog) this.#connection.call("dialog_toggled", true);
    }

    /** Closes the dialog, if there is one. */
    close() {
      this.#showWhenOpen = false;
      this.#formRoot.closeDialog();
    }

    connectedCallback() {
      // A move disconnects and connects the element within one task. Only the style sheet may be missing at the new place.
      if (this.#connection.isOpen) return this.#formRoot.applyStyles();
      this.#open();
    }

    disconnectedCallback() {
      // A modal dialog that is moved while it is open would no longer be modal.
      this.#formRoot.closeDialog();
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.close();
        this.#connection.close();
        this.#formRoot.close();
        this.#locale.stop();
      });
    }

    /** Shows the first screen, and connects the element when the wasm is loaded. */
    async #open() {
      this.#hasFailed = false;
      const localeIsReady = this.#locale.start();
      this.#showFirstScreen(localeIsReady);
      await this.#connection.open(
        (core) => {
          checkCustomProperties(this, style);
          return core.connect(this, this.#attributes(), this.#formRoot, this.#locale, this.#countries);
        },
        () => this.isConnected,
        localeIsReady,
      );
      if (this.#showWhenOpen) this.show();
    }

    /**
     * Shows the first screen if the attributes say which one that is. A dialog is closed at first, so it has none.
     * @param {Promise<unknown>} localeIsReady
     */
    async #showFirstScreen(localeIsReady) {
      const attribute = this.getAttribute.bind(this);
      const screen = markup && findScreen(markup, attribute);
      const isFramed = window.top !== window && !this.hasAttribute("allow-framing");
      if (!screen || !attribute("base-url") || !attribute("brand") || this.hasAttribute("dialog") || isFramed) return;
      const { key, label } = screen;
      const held = await heldScreen(markup, key, this.hasAttribute("remember-identifier"));
      if (!valuesOf(markup, label, 0, this.#locale).label) await localeIsReady;
      if (this.#connection.isOpen || !this.isConnected || this.#formRoot.hasFirstScreen) return;
      const values = valuesOf(markup, label, ++screens, this.#locale);
      this.#formRoot.showFirstScreen(markup, key, values, this.hasAttribute("shadow"), held);
      await localeIsReady;
      if (!held) this.#formRoot.completeFirstScreen(key, valuesOf(markup, label, screens, this.#locale));
    }

    /** Shows the fallback, and keeps the first screen if the customer has used it. */
    #showFailure() {
      this.#hasFailed = !!markup && this.#formRoot.isFirstScreenUsed;
      if (markup && this.#hasFailed) this.#formRoot.failFirstScreen(valuesOf(markup, "network", 0, this.#locale).label ?? "");
      else this.#formRoot.close();
    }

    #attributes() {
      // Old libraries replace `Array.from` with a function that does not map (Prototype.js 1.7).
      return new Map([...this.attributes].map(({ name, value }) => [name, value]));
    }
  }

  for (const item of REFLECTED.split(" ")) {
    const [name = "", flag] = item.split("?");
    Object.defineProperty(AeLogin.prototype, camelCase(name), {
      configurable: true,
      enumerable: true,
      /** @this {HTMLElement} */
      get() {
        return flag === undefined ? (this.getAttribute(name) ?? "") : this.hasAttribute(name);
      },
      /**
       * Frameworks unset a property with `null`, `undefined` or an empty text. No attribute has a meaning when it is empty.
       * @this {HTMLElement}
       * @param {unknown} value
       */
      set(value) {
        if (value || (value === 0 && flag === undefined)) this.setAttribute(name, flag ?? String(value));
        else this.removeAttribute(name);
      },
    });
  }

  customElements.define("ae-login", AeLogin);
}

/** @param {string} name */
function camelCase(name) {
  return name.replace(/-./g, ([, letter = ""]) => letter.toUpperCase());
}
