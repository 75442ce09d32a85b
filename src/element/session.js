// @ts-check
// A session without a form, for pages that only need tokens. It has the events of the element, and its members except those of the
// form.

import { Connection } from "./connection.js";

export class AeSession extends EventTarget {
  #connection;

  /**
   * @param {Record<string, unknown>} options the attributes in camel case
   * @param {() => Promise<import("./connection.js").Core>} load returns the functions of the wasm
   */
  constructor(options, load) {
    super();
    this.#connection = new Connection(this, load, () => {});
    const attributes = attributesOf(options);
    this.#connection.open(
      (core) => core.connect(this, attributes),
      () => true,
    );
  }

  /** The session, frozen; null while signed out. */
  get session() {
    return this.#connection.session;
  }

  /** A promise that resolves at the first `ae-ready`, and rejects if the session cannot run. */
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
}

/**
 * Converts options to attributes: `baseUrl` becomes `base-url`; true becomes an empty string; false, null and undefined are omitted.
 * @param {Record<string, unknown>} options
 */
function attributesOf(options) {
  /** @type {Map<string, string>} */
  const attributes = new Map();
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    attributes.set(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value === true ? "" : String(value));
  }
  return attributes;
}
