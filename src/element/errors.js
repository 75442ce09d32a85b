// @ts-check
// The error of the public methods `getToken`, `fetch` and `signOut`.

/** `kind` is a kind of the event `ae-error`, or `signed-out`; `code` is the engine's error code or null. */
export class AeError extends Error {
  /**
   * @param {string} kind
   * @param {number | null} code
   * @param {boolean} retryable whether the same call may succeed later
   */
  constructor(kind, code = null, retryable = false) {
    super(`ae-login: ${kind} ${code ?? ""}`.trim());
    this.name = "AeError";
    this.kind = kind;
    this.code = code;
    this.retryable = retryable;
  }
}
