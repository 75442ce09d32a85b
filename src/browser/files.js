// @ts-check
// Reads the files that lie beside the module: languages and the table of countries. Each is read once for the page.

/** @type {Map<string, Promise<string>>} */
const texts = new Map();

/**
 * Where the files lie, and the hash of each by the middle part of its name (`de`, `countries`): the first 96 bits of its SHA-256
 * in base64. A file without a hash is not checked.
 * @typedef {{ base: string, hashes: Record<string, string | undefined> }} Files
 */

/**
 * Reads `ae-login.<name>.<extension>`. The promise rejects if the file is missing or is not the one of this release.
 * @param {Files} files
 * @param {string} name
 * @param {string} extension
 */
export function readFile(files, name, extension) {
  const url = new URL(`ae-login.${name}.${extension}`, files.base).href;
  let text = texts.get(url);
  if (!text) {
    text = fetchText(url, files.hashes[name]);
    texts.set(url, text);
    // A later call tries again.
    text.catch(() => texts.delete(url));
  }
  return text;
}

/**
 * @param {string} url
 * @param {string | undefined} hash
 */
async function fetchText(url, hash) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}: ${url}`);
  const bytes = await response.arrayBuffer();
  // `crypto.subtle` is missing on insecure pages, where anybody on the way could change this module as well.
  const found = hash && (await crypto.subtle?.digest("SHA-256", bytes));
  if (found && btoa(String.fromCharCode(...new Uint8Array(found, 0, 12))) !== hash) throw new Error(`not of this release: ${url}`);
  return new TextDecoder().decode(bytes);
}
