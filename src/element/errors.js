// @ts-check
// The error that the methods of the element and of a session reject with.

/** `kind` is one of the kinds of `ae-error`, or `signed-out`; `code` is the engine's number or null. */
export class AeError extends Error {
  /**
   * @param {string} kind
   * @param {number | null} code
   * @param {boolean} retryable whether the same call may succeed a moment later
   */
  constructor(kind, code = null, retryable = false) {
    super(`ae-login: ${kind} ${code ?? ""}`.trim());
    this.name = "AeError";
    this.kind = kind;
    this.code = code;
    this.retryable = retryable;
  }
}
