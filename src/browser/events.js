// @ts-check
// Dispatches the `ae-…` events and parses the JSON of the wasm.

/**
 * Parses JSON and freezes every object and array.
 * @param {string} json
 */
export function parseFrozen(json) {
  return JSON.parse(json, (_, value) => Object.freeze(value));
}

/**
 * Dispatches an event that bubbles and crosses shadow roots.
 * @param {EventTarget} target the element, or the session without a form
 * @param {string} name such as `ae-signed-in`
 * @param {string} detail JSON
 */
export function dispatch(target, name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail: parseFrozen(detail), bubbles: true, composed: true }));
}
