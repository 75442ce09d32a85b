// @ts-check
// Reads the files beside the module: languages and the table of countries. Each file is read once per page.

/** The files that were read, by URL. @type {Map<string, Promise<string>>} */
const texts = new Map();

/**
 * A function that returns the URL of a file by its name, and the hash of each file by the middle part of its name (`de`, `countries`):
 * the first 96 bits of its SHA-256 in base64. A file without a hash is not checked.
 * @typedef {{ url: (file: string) => string, hashes: Record<string, string | undefined> }} Files
 */

/**
 * Reads `ae-login.<name>.<extension>`. The promise rejects if the file is missing or belongs to another release.
 * @param {Files} files
 * @param {string} name
 * @param {string} extension
 */
export function readFile(files, name, extension) {
  const url = files.url(`ae-login.${name}.${extension}`);
  let text = texts.get(url);
  if (!text) {
    text = fetchText(url, files.hashes[name]);
    texts.set(url, text);
    // After a failure the next call reads the file again.
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
  // `crypto.subtle` is missing on insecure pages. There, an attacker in the network could change this module as well.
  const digest = hash && (await crypto.subtle?.digest("SHA-256", bytes));
  if (digest && btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12))) !== hash) throw new Error(`file of another release: ${url}`);
  return new TextDecoder().decode(bytes);
}
