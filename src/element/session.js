// @ts-check
// The session without a form, for pages that only need tokens: the members and events of the element.

import { Connection } from "./connection.js";

export class AeSession extends EventTarget {
  #connection;

  /**
   * @param {Record<string, unknown>} options the attributes in camel case
   * @param {() => Promise<import("./connection.js").Core>} load
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
   * @param {RequestInfo | URL} input
   * @param {RequestInit & { wait?: boolean }} [init]
   */
  fetch(input, init) {
    return this.#connection.fetch(input, init);
  }
}

/**
 * The options as attributes: `baseUrl` becomes `base-url`; `true` becomes an empty text; `false`, null and undefined are absent.
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
