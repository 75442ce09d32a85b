import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { deferred, replace } from "./page.js";

const url = (file) => `https://cdn.example/widget/${file}`;
const URL_OF_GERMAN = "https://cdn.example/widget/ae-login.de.json";
const TEXT = '["Weiter"]';
/** The first 96 bits of the SHA-256, in base64. */
const HASH = createHash("sha256").update(TEXT).digest().subarray(0, 12).toString("base64");

let cases = 0;
/** Returns a new instance of the module, which has no files in its cache. */
const load = () => import(`../../src/browser/files.js?case=${++cases}`);

/** Replaces `fetch` by one that answers each request with the next response or error, and returns the requested URLs. */
function mockFetch(t, ...answers) {
  const urls = [];
  replace(t, globalThis, "fetch", async (url) => {
    urls.push(url);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  });
  return urls;
}

test("a file is read from its address", async (t) => {
  const urls = mockFetch(t, new Response(TEXT));
  const { readFile } = await load();
  assert.equal(await readFile({ url, hashes: { de: HASH } }, "de", "json"), TEXT);
  assert.deepEqual(urls, [URL_OF_GERMAN]);
});

test("a file is read once, even by callers that come before the answer", async (t) => {
  const response = deferred();
  const urls = mockFetch(t, response.promise);
  const { readFile } = await load();
  const files = { url, hashes: { de: HASH } };
  const pending = [readFile(files, "de", "json"), readFile({ ...files }, "de", "json")];
  response.resolve(new Response(TEXT));
  assert.deepEqual(await Promise.all([...pending, readFile(files, "de", "json")]), [TEXT, TEXT, TEXT]);
  assert.equal(urls.length, 1);
});

test("a file of another release is rejected", async (t) => {
  mockFetch(t, new Response('["Weiter!"]'));
  const { readFile } = await load();
  await assert.rejects(readFile({ url, hashes: { de: HASH } }, "de", "json"), /file of another release: .*ae-login\.de\.json/);
});

test("a file without a hash is not checked", async (t) => {
  mockFetch(t, new Response("anything"));
  const { readFile } = await load();
  assert.equal(await readFile({ url, hashes: {} }, "messages", "json"), "anything");
});

test("a page without crypto.subtle reads files unchecked", async (t) => {
  replace(t, globalThis, "crypto", {});
  mockFetch(t, new Response("anything"));
  const { readFile } = await load();
  assert.equal(await readFile({ url, hashes: { de: HASH } }, "de", "json"), "anything");
});

test("a missing file is rejected, even if it has no hash", async (t) => {
  mockFetch(t, new Response("<h1>Not found</h1>", { status: 404 }));
  const { readFile } = await load();
  await assert.rejects(readFile({ url, hashes: {} }, "countries", "txt"), /ae-login\.countries\.txt/);
});

test("a call after a failure reads the file again", async (t) => {
  const urls = mockFetch(t, new TypeError("no network"), new Response("other"), new Response(TEXT));
  const { readFile } = await load();
  const files = { url, hashes: { de: HASH } };
  await assert.rejects(readFile(files, "de", "json"), /no network/);
  await assert.rejects(readFile(files, "de", "json"), /file of another release/);
  assert.equal(await readFile(files, "de", "json"), TEXT);
  assert.equal(urls.length, 3);
});
