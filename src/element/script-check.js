// @ts-check
// Reports that an optimiser of scripts has changed the tag of the module. The widget works, but later than it could.

import { dispatch } from "../browser/events.js";
import { REMEDIES } from "./load-failure.js";

const REASON = "script-delayed";

/**
 * Looks for a script of the page that names the module in another attribute than `src`, or that is not of the type `module`. Reports
 * it to each element and in the console.
 */
export function checkScriptTag() {
  const isChanged = (/** @type {HTMLScriptElement} */ { attributes, type }) =>
    Array.from(attributes).some(
      ({ name, value }) => /src$/.test(name) && /(^|\/)ae-login\.js($|[?#])/.test(value) && (name !== "src" || type !== "module"),
    );
  if (!Array.from(document.scripts).some(isChanged)) return;
  console.error(`ae-login: ${REMEDIES[REASON]}`);
  const detail = JSON.stringify({ kind: "configuration", code: null, retryable: false, step: null, reason: REASON });
  for (const element of document.querySelectorAll("ae-login")) dispatch(element, "ae-error", detail);
}
