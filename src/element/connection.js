// @ts-check
// Connects one object of the page, an element or a session without a form, to the wasm. Nothing is decided here: calls go to the
// wasm, and every call that fails ends in the fallback.

import { dispatch, parseFrozen } from "../browser/events.js";
import { AeError } from "./errors.js";

/** @typedef {typeof import("./core.js")} Core the functions that wasm-bindgen makes of `src/element/mod.rs` */

/** The detail of the `ae-error` for a page in which the wasm cannot run. */
const UNAVAILABLE = '{"kind":"unavailable","code":null,"retryable":false,"step":null}';

/** One connected object. */
export class Connection {
  #target;
  #load;
  #onFailure;
  /** @type {Core | null} */
  #core = null;
  #id = 0;
  /** Settled when the wasm is there, or cannot be. */
  #open = deferred();
  /** Aborted when those who wait for a login will not see one. */
  #loginWaits = new AbortController();
  /** Rejects the promises that the wasm has not settled yet. @type {Set<(kind: string) => void>} */
  #rejections = new Set();
  /** @type {string | null} */
  #sessionJson = null;
  /** @type {any} */
  #session = null;

  /**
   * @param {EventTarget} target gets the events
   * @param {() => Promise<Core>} load gives the functions of the wasm
   * @param {() => void} onFailure is called when the wasm cannot run any more
   */
  constructor(target, load, onFailure) {
    this.#target = target;
    this.#load = load;
    this.#onFailure = onFailure;
  }

  /**
   * Connects, unless it is no longer wanted by the time the wasm is there.
   * @param {(core: Core) => number} connect gives the number of the connection
   * @param {() => boolean} isWanted
   * @param {Promise<unknown>} [ready] is waited for as well
   */
  async open(connect, isWanted, ready) {
    try {
      const [core] = await Promise.all([this.#load(), ready]);
      if (!isWanted() || this.#core) return;
      this.#core = core;
      this.#id = connect(core);
      this.#open.resolve();
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** Rejects the calls that wait for a login. */
  cancelLoginWaits(kind = "signed-out") {
    this.#loginWaits.abort(new AeError(kind));
    this.#loginWaits = new AbortController();
  }

  close() {
    this.call("disconnect");
    this.cancelLoginWaits();
    this.#core = null;
    this.#open.reject(new AeError("unavailable"));
    this.#open = deferred();
  }

  get isOpen() {
    return !!this.#core;
  }

  /**
   * Calls a function of the wasm. After a trap it is never called again, since its memory cannot be trusted any more.
   * @template {keyof Core} Name
   * @param {Name} name
   * @param {any[]} rest its arguments behind the number of the connection
   * @returns {any} undefined while there is no wasm
   */
  call(name, ...rest) {
    try {
      return /** @type {any} */ (this.#core)?.[name](this.#id, ...rest);
    } catch (reason) {
      this.#fail(reason);
      return undefined;
    }
  }

  /** The session, the same frozen object until it changes, or null. */
  get session() {
    const json = this.call("session") ?? null;
    if (json !== this.#sessionJson) {
      this.#sessionJson = json;
      this.#session = json && parseFrozen(json);
    }
    return this.#session;
  }

  /** @param {{ minValidity?: number }} [options] in seconds */
  async getToken({ minValidity = 30 } = {}) {
    await this.#whenOpen();
    return /** @type {Promise<string>} */ (this.#callAsync("get_token", Number(minValidity)));
  }

  /**
   * The page's own `fetch` with a token. The wasm says where a token may go, what goes along, and whether a refused request is
   * sent again.
   * @param {RequestInfo | URL} input
   * @param {RequestInit & { wait?: boolean }} [options]
   */
  async fetch(input, { wait, ...init } = {}) {
    // A redirect would carry the token to a place that cannot be known before.
    const request = new Request(input, { ...init, redirect: init.redirect === "manual" ? "manual" : "error" });
    await this.#whenOpen();
    if (!this.#callOrThrow("may_receive_token", request.url)) throw new AeError("configuration");
    if (wait && !this.session) await this.#whenSignedIn(request.signal);
    const copy = request.clone();
    const token = await this.getToken();
    const response = await this.#send(request, token);
    const other = await this.#callAsync("replacement_token", response.status, token);
    return other === undefined ? response : this.#send(copy, other);
  }

  async signOut() {
    // At once where possible, so that a page that is left right after is signed out all the same.
    if (!this.#core) await this.#whenOpen();
    this.#callOrThrow("sign_out");
  }

  /** Waits for the wasm. Rejects if it cannot be had, or has trapped since. */
  async #whenOpen() {
    await this.#open.promise;
    if (!this.#core) throw new AeError("unavailable");
  }

  /**
   * Calls a function of the wasm. Throws if there is no wasm, or it traps.
   * @param {keyof Core} name
   * @param {any[]} rest
   */
  #callOrThrow(name, ...rest) {
    const value = this.call(name, ...rest);
    if (!this.#core) throw new AeError("unavailable");
    return value;
  }

  /**
   * @param {Request} request
   * @param {string} token
   */
  async #send(request, token) {
    const headers = this.#callOrThrow("token_headers", token);
    for (let at = 0; at < headers.length; at += 2) request.headers.set(headers[at], headers[at + 1]);
    return fetch(request);
  }

  /**
   * Calls a function of the wasm that settles a promise.
   * @param {"get_token" | "replacement_token"} name
   * @param {any[]} rest
   * @returns {Promise<any>}
   */
  #callAsync(name, ...rest) {
    return new Promise((resolve, reject) => {
      const rejectWith = (/** @type {[string, (number | null)?, boolean?]} */ ...problem) => settle(reject, new AeError(...problem));
      const settle = (/** @type {(value: any) => void} */ act, /** @type {any} */ value) => {
        this.#rejections.delete(rejectWith);
        act(value);
      };
      this.#rejections.add(rejectWith);
      if (this.#core) this.call(name, ...rest, (/** @type {any} */ value) => settle(resolve, value), rejectWith);
      else rejectWith("unavailable");
    });
  }

  /**
   * Waits for a login. The caller's signal ends the wait, and so do the end of the form and a trap in the wasm.
   * @param {AbortSignal} signal
   */
  #whenSignedIn(signal) {
    signal.throwIfAborted();
    if (this.#target instanceof HTMLElement) /** @type {any} */ (this.#target).show();
    return new Promise((resolve, reject) => {
      const end = new AbortController();
      const once = (/** @type {EventTarget} */ target, /** @type {string} */ name, /** @type {(value?: any) => void} */ act) =>
        target.addEventListener(name, () => (end.abort(), act()), { signal: end.signal });
      once(this.#target, "ae-signed-in", resolve);
      for (const stop of [this.#loginWaits.signal, signal]) once(stop, "abort", () => reject(stop.reason));
    });
  }

  /** @param {unknown} reason */
  #fail(reason) {
    this.#core = null;
    this.#open.reject(new AeError("unavailable"));
    this.cancelLoginWaits("unavailable");
    for (const rejectWith of this.#rejections) rejectWith("unavailable");
    this.#onFailure();
    console.error("ae-login cannot run in this page.", reason);
    dispatch(this.#target, "ae-error", UNAVAILABLE);
  }
}

/** A promise that is settled from outside. Its rejection need not be handled. */
function deferred() {
  let resolve = () => {};
  let reject = (/** @type {unknown} */ _reason) => {};
  const promise = /** @type {Promise<void>} */ (
    new Promise((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    })
  );
  promise.catch(() => {});
  return { promise, resolve, reject };
}
