// @ts-check
// The module for pages that say where the files of the widget are.

import { defineWith, filesIn, importChecked } from "./widget.js";

export { createSession, version } from "./widget.js";

/**
 * Defines `<ae-login>`.
 * @param {{ files: string | URL }} options
 */
export function define({ files }) {
  defineWith(filesIn(files), importChecked);
}
