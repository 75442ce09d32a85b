// The types of `ae-login/define`.

import "./ae-login.js";

export * from "./ae-login.js";

/**
 * Defines `<ae-login>` and starts the download of its files. Does nothing on a server, and if the element is defined already.
 *
 * `files` is the URL of a copy of the folder `cdn` of the same version; it may be relative to the page.
 */
export function define(options: { files: string | URL }): void;
