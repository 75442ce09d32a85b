import assert from "node:assert/strict";
import { test } from "node:test";

import { recordConsole, replace } from "./page.js";
import { LoadFailure, REMEDIES, fileFailure } from "../../src/element/load-failure.js";

const BASE = "https://cdn.example/widget/ae-login.js";
const RELEASE = { base: BASE, version: "1.2.3", url: (file) => `https://cdn.example/widget/${file}` };
const WASM_TYPE = { "content-type": "application/wasm" };
const SCRIPT_TYPE = { "content-type": "text/javascript" };

/** Answers the requests in order. An answer is a response, or a function that may dispatch events before it rejects. */
function mockFetch(t, ...answers) {
  const requests = [];
  replace(t, globalThis, "fetch", async (url, { signal, ...options }) => {
    assert.ok(signal instanceof AbortSignal);
    requests.push([url, options]);
    const answer = answers.shift();
    return typeof answer === "function" ? answer() : answer;
  });
  return requests;
}

const refuse = () => Promise.reject(new TypeError("Failed to fetch"));
const wasm = (version) => new Response(`\0asm\x01\0\0\0\0\x0f\x0eae-login ${version}\x01\x04`, { headers: WASM_TYPE });
const script = (version, headers = SCRIPT_TYPE) => new Response(`//ae-login ${version}\nexport{}`, { headers });

async function reasonOf(file = "ae-login.wasm", release = RELEASE) {
  const failure = await fileFailure(release, file, "sha384-abc", new Error("cause"));
  return failure.reason;
}

test("the error has the reason, the file, the remedy and the cause", async (t) => {
  mockFetch(t, new Response("", { status: 404 }));
  const cause = new Error("integrity");
  const failure = await fileFailure(RELEASE, "ae-login.wasm", "sha384-abc", cause);
  assert.ok(failure instanceof LoadFailure);
  assert.equal(failure.reason, "file-missing");
  assert.equal(failure.cause, cause);
  assert.equal(failure.message, `ae-login.wasm ${REMEDIES["file-missing"]}`);
});

test("an unknown reason is null and has no remedy", () => {
  const failure = new LoadFailure(null, "cause");
  assert.deepEqual([failure.reason, failure.message], [null, ""]);
});

test("every remedy is one sentence or two", () => {
  for (const [reason, remedy] of Object.entries(REMEDIES)) assert.match(remedy, /^[A-Z].*\.$/, reason);
});

for (const status of [403, 404, 410, 500, 503]) {
  test(`status ${status} means file-missing`, async (t) => {
    const requests = mockFetch(t, new Response("", { status, headers: { "content-type": "text/html" } }));
    assert.equal(await reasonOf(), "file-missing");
    assert.deepEqual(requests, [["https://cdn.example/widget/ae-login.wasm", {}]]);
  });
}

test("a page instead of the file means file-type", async (t) => {
  mockFetch(t, new Response("<!doctype html>", { headers: { "content-type": "text/html; charset=utf-8" } }));
  assert.equal(await reasonOf(), "file-type");
});

test("a script of another type means file-type", async (t) => {
  mockFetch(t, script("1.2.3", { "content-type": "text/plain" }));
  assert.equal(await reasonOf("ae-login.compat.js"), "file-type");
});

test("a file of another version means versions-mixed", async (t) => {
  for (const [file, response] of [
    ["ae-login.wasm", wasm("1.2.4-rc.1+5")],
    ["ae-login.compat.js", script("0.9.0")],
  ]) {
    mockFetch(t, response);
    assert.equal(await reasonOf(file), "versions-mixed", file);
  }
});

test("other bytes with the same version or without one mean file-damaged", async (t) => {
  for (const response of [wasm("1.2.3"), new Response("x", { headers: WASM_TYPE }), new Response("x")]) {
    const requests = mockFetch(t, response, refuse);
    assert.equal(await reasonOf(), "file-damaged");
    assert.deepEqual(requests[1], ["https://cdn.example/widget/ae-login.wasm", { integrity: "sha384-abc" }]);
  }
});

test("an intact script that did not run means csp-files", async (t) => {
  mockFetch(t, script("1.2.3"), script("1.2.3"));
  assert.equal(await reasonOf("ae-login.compat.js"), "csp-files");
});

test("an intact wasm has failed for an unknown reason", async (t) => {
  mockFetch(t, wasm("1.2.3"), wasm("1.2.3"));
  assert.equal(await reasonOf(), null);
});

/** Rejects, and dispatches the event of a violation of the policy afterwards, as browsers may do. */
function violate(blockedURI) {
  return () => {
    setTimeout(() => document.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI })));
    return refuse();
  };
}

test("a violation of the policy by the file means csp-files", async (t) => {
  mockFetch(t, violate("https://cdn.example/widget/ae-login.wasm"));
  assert.equal(await reasonOf(), "csp-files");
});

test("a violation of the policy by another request means nothing", async (t) => {
  mockFetch(t, violate("https://other.example/"), refuse);
  assert.equal(await reasonOf(), null);
});

test("a file that only a request without CORS reaches means cors-files", async (t) => {
  const requests = mockFetch(t, refuse, new Response());
  assert.equal(await reasonOf(), "cors-files");
  assert.deepEqual(requests[1], ["https://cdn.example/widget/ae-login.wasm", { mode: "no-cors" }]);
});

test("a server that cannot be reached has no reason", async (t) => {
  mockFetch(t, refuse, refuse);
  assert.equal(await reasonOf(), null);
});

test("an address that is not that of the module means bundled, without a request", async (t) => {
  const requests = mockFetch(t);
  for (const base of [
    "file:///home/build/node_modules/ae-login/ae-login.js",
    "https://shop.example/assets/index-4f3a.js",
    "https://shop.example/app.js?x=/ae-login.js",
    "blob:https://shop.example/0b5c",
  ]) {
    assert.equal(await reasonOf("ae-login.wasm", { ...RELEASE, base }), "bundled", base);
  }
  assert.deepEqual(requests, []);
});

test("a release without a module of its own is not reported as bundled", async (t) => {
  mockFetch(t, new Response("", { status: 404 }));
  assert.equal(await reasonOf("ae-login.wasm", { ...RELEASE, base: undefined }), "file-missing");
});

test("a file without an address has no reason, and no request is made", async (t) => {
  const requests = mockFetch(t);
  assert.equal(await reasonOf("ae-login.compat.js", { ...RELEASE, base: undefined, url: () => "" }), null);
  assert.deepEqual(requests, []);
});

test("a query or a fragment in the address of the module changes nothing", async (t) => {
  for (const suffix of ["?v=1.2.3", "#a"]) {
    mockFetch(t, new Response("", { status: 404 }));
    assert.equal(await reasonOf("ae-login.wasm", { ...RELEASE, base: BASE + suffix }), "file-missing");
  }
});

test("the listener for violations is removed", async (t) => {
  recordConsole(t, "error");
  const removed = t.mock.method(document, "removeEventListener");
  mockFetch(t, new Response("", { status: 404 }));
  await reasonOf();
  assert.deepEqual(
    removed.mock.calls.map(({ arguments: [name] }) => name),
    ["securitypolicyviolation"],
  );
});
