// @ts-check
// Connects one host, which is an element or a session without a form, to the wasm. This module makes no decisions: it calls functions
// of the wasm, and after a call that fails it reports `unavailable` and shows the fallback.

import { dispatch, parseFrozen } from "../browser/events.js";
import { AeError } from "./errors.js";

/** @typedef {typeof import("./core.js")} Core the functions that `src/element/mod.rs` exports */

/** The connection of one host. */
export class Connection {
  #target;
  #load;
  #onFailure;
  /** The functions of the wasm; null while the connection is closed. @type {Core | null} */
  #core = null;
  #id = 0;
  /** Resolves when the connection is open; rejects when it is closed or has failed. */
  #opened = deferred();
  /** Resolves at the first `ae-ready`; rejects if the host cannot run. */
  #ready = deferred();
  /** How `#ready` is settled: null if it resolved, the error if it rejected. @type {AeError | null | undefined} */
  #readyState;
  /** Ends the calls of `fetch` that wait for a login. */
  #loginWaits = new AbortController();
  /** The functions that reject the promises the wasm has not settled yet. @type {Set<(kind: string) => void>} */
  #rejections = new Set();
  /** @type {string | null} */
  #sessionJson = null;
  /** @type {any} */
  #session = null;

  /**
   * @param {EventTarget} target the host; events are dispatched at it
   * @param {() => Promise<Core>} load returns the functions of the wasm
   * @param {() => void} onFailure is called when the wasm cannot be loaded, or has trapped
   */
  constructor(target, load, onFailure) {
    this.#target = target;
    this.#load = load;
    this.#onFailure = onFailure;
    target.addEventListener("ae-ready", () => this.#settleReady(null));
    target.addEventListener("ae-error", (event) => {
      const { kind, code, reason } = /** @type {CustomEvent} */ (event).detail;
      // Once the host is ready, an error of this kind concerns a request.
      const cannotRun = kind === "unavailable" || (kind === "configuration" && this.#readyState !== null);
      if (cannotRun) this.#settleReady(new AeError(kind, code, false, reason));
    });
  }

  /**
   * Opens the connection when the wasm is loaded.
   * @param {(core: Core) => number} connect calls `connect` of the wasm and returns the host's id
   * @param {() => boolean} isWanted is asked after loading whether to connect at all
   * @param {Promise<unknown>} [ready] is awaited as well
   */
  async open(connect, isWanted, ready) {
    try {
      const [core] = await Promise.all([this.#load(), ready]);
      if (!isWanted() || this.#core) return;
      this.#core = core;
      this.#id = connect(core);
      // The events of the first activation may lead to calls with the id.
      this.call("activate");
      if (this.#core) this.#opened.resolve();
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** Rejects the calls of `fetch` that wait for a login. */
  cancelLoginWaits(kind = "signed-out") {
    this.#loginWaits.abort(new AeError(kind));
    this.#loginWaits = new AbortController();
  }

  /** Closes the connection. It can be opened again. */
  close() {
    this.call("disconnect");
    this.cancelLoginWaits();
    this.#core = null;
    this.#opened.reject(new AeError("unavailable"));
    this.#opened = deferred();
  }

  /** A promise that resolves at the first `ae-ready`, and rejects with an `AeError` if the host cannot run. */
  get whenReady() {
    return this.#ready.promise;
  }

  get isOpen() {
    return !!this.#core;
  }

  /**
   * Calls a function of the wasm. After a trap the wasm is not called again, because its memory may be in an inconsistent state.
   * @template {keyof Core} Name
   * @param {Name} name
   * @param {any[]} rest the arguments after the host's id
   * @returns {any} undefined while the connection is closed
   */
  call(name, ...rest) {
    try {
      return /** @type {any} */ (this.#core)?.[name](this.#id, ...rest);
    } catch (reason) {
      this.#fail(reason);
      return undefined;
    }
  }

  /** The session as a frozen object, which stays the same object until the session changes; null while signed out. */
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
   * Calls the page's `fetch` with a token. The wasm decides which origins may receive the token, which headers are added, and whether
   * a refused request is repeated.
   * @param {RequestInfo | URL} input
   * @param {RequestInit & { wait?: boolean }} [options]
   */
  async fetch(input, { wait, ...init } = {}) {
    // A redirect could send the token to an origin that was not checked.
    /** @type {RequestInit} */
    const options = { ...init, redirect: init.redirect === "manual" ? "manual" : "error" };
    const request = new Request(input, options);
    // A `fetch` that the page has wrapped may expect an address. A stream can be read only once, but a request can be cloned.
    const isAddress = (typeof input === "string" || input instanceof URL) && !(init.body instanceof ReadableStream);
    const send = (/** @type {Request} */ request, /** @type {string} */ token) => {
      const headers = isAddress ? new Headers(options.headers) : request.headers;
      const added = this.#callOrThrow("token_headers", token);
      for (let at = 0; at < added.length; at += 2) headers.set(added[at], added[at + 1]);
      return isAddress ? fetch(input, { ...options, headers }) : fetch(request);
    };
    await this.#whenOpen();
    if (!this.#callOrThrow("may_receive_token", request.url)) throw new AeError("configuration");
    if (wait && !this.session) await this.#whenSignedIn(request.signal);
    const copy = request.clone();
    const token = await this.getToken();
    const response = await send(request, token);
    const replacement = await this.#callAsync("replacement_token", response.status, token);
    return replacement === undefined ? response : send(copy, replacement);
  }

  async signOut() {
    // Without an `await` if possible, so that a page that navigates away right after the call is signed out.
    if (!this.#core) await this.#whenOpen();
    this.#callOrThrow("sign_out");
  }

  /** @param {AeError | null} error */
  #settleReady(error) {
    // A promise settles once. Another outcome, such as that of a corrected attribute, has its own promise.
    if (this.#readyState !== undefined && this.#readyState !== error) this.#ready = deferred();
    this.#readyState = error;
    if (error) this.#ready.reject(error);
    else this.#ready.resolve();
  }

  /** Waits until the connection is open. Rejects if the wasm cannot be loaded, or has trapped. */
  async #whenOpen() {
    await this.#opened.promise;
    if (!this.#core) throw new AeError("unavailable");
  }

  /**
   * Calls a function of the wasm. Throws if the connection is closed or the function traps.
   * @param {keyof Core} name
   * @param {any[]} rest
   */
  #callOrThrow(name, ...rest) {
    const value = this.call(name, ...rest);
    if (!this.#core) throw new AeError("unavailable");
    return value;
  }

  /**
   * Calls a function of the wasm that takes `resolve` and `reject` as its last arguments, and returns the promise.
   * @param {"get_token" | "replacement_token"} name
   * @param {any[]} rest
   * @returns {Promise<any>}
   */
  #callAsync(name, ...rest) {
    return new Promise((resolve, reject) => {
      const settle = (/** @type {(value: any) => void} */ settler, /** @type {any} */ value) => {
        this.#rejections.delete(rejectWith);
        settler(value);
      };
      const rejectWith = (/** @type {[string, (number | null)?, boolean?]} */ ...problem) => settle(reject, new AeError(...problem));
      this.#rejections.add(rejectWith);
      if (this.#core) this.call(name, ...rest, (/** @type {any} */ value) => settle(resolve, value), rejectWith);
      else rejectWith("unavailable");
    });
  }

  /**
   * Waits for a login. Rejects if the caller's signal is aborted, if the user or the page gives up the login, and if the wasm traps.
   * @param {AbortSignal} signal
   */
  #whenSignedIn(signal) {
    signal.throwIfAborted();
    if (this.#target instanceof HTMLElement) /** @type {any} */ (this.#target).show();
    return new Promise((resolve, reject) => {
      const listeners = new AbortController();
      const once = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(value?: any) => void} */ settle) =>
        target.addEventListener(type, () => (listeners.abort(), settle()), { signal: listeners.signal });
      once(this.#target, "ae-signed-in", resolve);
      for (const stop of [this.#loginWaits.signal, signal]) once(stop, "abort", () => reject(stop.reason));
    });
  }

  /** @param {any} error a `LoadFailure`, or what a function of the wasm has thrown */
  #fail(error) {
    this.#core = null;
    this.#opened.reject(new AeError("unavailable"));
    this.cancelLoginWaits("unavailable");
    for (const reject of this.#rejections) reject("unavailable");
    this.#onFailure();
    // The message of a `LoadFailure` is the remedy.
    const { reason = null, message, cause } = error ?? {};
    console.error("ae-login cannot run in this page.", ...(reason ? [message, cause] : [error]));
    dispatch(this.#target, "ae-error", JSON.stringify({ kind: "unavailable", code: null, retryable: false, step: null, reason }));
  }
}

/** Returns a promise with the functions that settle it. A rejection that is not handled is not reported. */
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
