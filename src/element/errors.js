// @ts-check
// The error of the public methods `getToken`, `fetch` and `signOut`, and of the property `whenReady`.

/** `kind` and `reason` are those of the event `ae-error`, and `kind` may be `signed-out`; `code` is the engine's error code or null. */
export class AeError extends Error {
  /**
   * @param {string} kind
   * @param {number | null} code
   * @param {boolean} retryable whether the same call may succeed later
   * @param {string | null} reason
   */
  constructor(kind, code = null, retryable = false, reason = null) {
    super(`ae-login: ${kind} ${code ?? ""}`.trim());
    this.name = "AeError";
    this.kind = kind;
    this.code = code;
    this.retryable = retryable;
    this.reason = reason;
  }
}
