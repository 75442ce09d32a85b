import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeEach, test } from "node:test";

import { clearPage, replace } from "./page.js";
import { importChecked, start } from "../../src/element/wasm-loader.js";

const BASE = "https://cdn.example/widget/ae-login.js";
const RELEASE = {
  version: "1.2.3",
  integrity: "sha384-wasm",
  compat: "sha384-compat",
  glue: "sha384-glue",
  style: "",
  files: {},
  base: BASE,
  url: (file) => new URL(file, BASE).href,
  importModule: importChecked,
};
/** A module without contents. */
const WASM = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

beforeEach(clearPage);

/** Returns a fake of the glue. `instances` has what `instantiate` has returned. */
function fakeGlue() {
  const instances = [];
  const imports = { a: {} };
  return { core: { default: async (instantiate) => void instances.push(await instantiate(imports)) }, instances, imports };
}

function mockFetch(t, response) {
  const requests = [];
  replace(t, globalThis, "fetch", async (url, { integrity }) => {
    requests.push([String(url), integrity]);
    return response();
  });
  return requests;
}

const wasm = (type = "application/wasm") => () => new Response(WASM, { headers: { "content-type": type } });
const missing = () => new Response("", { status: 404 });

/** Makes `WebAssembly.Module` throw, as under a policy without `'wasm-unsafe-eval'`. */
function forbidWasm(t) {
  t.mock.method(WebAssembly, "Module", function () {
    throw new WebAssembly.CompileError("blocked by CSP");
  });
}

/** The same in WebKit. */
function forbidInstances(t) {
  t.mock.method(WebAssembly, "Instance", function () {
    throw new WebAssembly.CompileError("blocked by CSP");
  });
}

function setCompat(value) {
  const element = document.createElement("ae-login");
  element.setAttribute("compat", value);
  document.body.append(element);
}

/**
 * Adds a build without WebAssembly in a folder, and loads it when its element is added to the head: each element dispatches an event of
 * the type `event`. Returns the elements, and the release whose files are in the folder.
 */
async function compatBuild(t, { event = "load", vendor = "Google Inc.", supports = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "ae-login-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "ae-login.compat.js"), "export const instantiate = (imports) => ({ exports: { imports } });");
  const base = pathToFileURL(join(folder, "ae-login.js")).href;
  const elements = [];
  replace(t, navigator, "vendor", vendor);
  const create = document.createElement.bind(document);
  t.mock.method(document, "createElement", (name) => {
    const element = create(name);
    if (name === "link") Object.defineProperty(element, "relList", { value: { supports: () => supports } });
    return element;
  });
  t.mock.method(document.head, "append", (element) => {
    elements.push(element);
    queueMicrotask(() => element[`on${event}`](new Event(event)));
  });
  return { elements, release: { ...RELEASE, base, url: (file) => new URL(file, base).href } };
}

test("the wasm is fetched with its integrity, and compiled while it is streamed", async (t) => {
  const requests = mockFetch(t, wasm());
  const streaming = t.mock.method(WebAssembly, "instantiateStreaming");
  const { core, instances } = fakeGlue();
  assert.equal(await start(RELEASE, async () => core), core);
  assert.deepEqual(requests, [["https://cdn.example/widget/ae-login.wasm", "sha384-wasm"]]);
  assert.equal(streaming.mock.callCount(), 1);
  assert.ok(instances[0] instanceof WebAssembly.Instance);
});

test("a wrong MIME type only prevents streaming compilation", async (t) => {
  mockFetch(t, wasm("application/octet-stream"));
  const streaming = t.mock.method(WebAssembly, "instantiateStreaming");
  const { core, instances } = fakeGlue();
  await start(RELEASE, async () => core);
  assert.equal(streaming.mock.callCount(), 0);
  assert.ok(instances[0] instanceof WebAssembly.Instance);
});

test("a wasm that cannot be loaded rejects with the reason and does not load the other build", async (t) => {
  const { elements } = await compatBuild(t);
  mockFetch(t, missing);
  // A browser rejects a response whose hash is wrong. Node ignores the integrity, so the first request is rejected by hand.
  let isFirst = true;
  const { fetch } = globalThis;
  replace(t, globalThis, "fetch", async (...given) => {
    if (!isFirst) return fetch(...given);
    isFirst = false;
    throw new TypeError("integrity");
  });
  const { core, instances } = fakeGlue();
  await assert.rejects(start(RELEASE, async () => core), { reason: "file-missing", cause: new TypeError("integrity") });
  assert.deepEqual([instances, elements], [[], []]);
});

for (const [obstacle, arrange] of [
  ["is absent", (t) => replace(t, globalThis, "WebAssembly", undefined)],
  ["is forbidden", forbidWasm],
  ["may not be instantiated", forbidInstances],
]) {
  test(`where WebAssembly ${obstacle}, the other build is loaded instead of the wasm`, async (t) => {
    const { elements, release } = await compatBuild(t);
    const requests = mockFetch(t, () => assert.fail("fetched"));
    arrange(t);
    const { core, instances, imports } = fakeGlue();
    assert.equal(await start(release, async () => core), core);
    assert.equal(instances[0].exports.imports, imports);
    assert.deepEqual([requests, elements.length], [[], 1]);
  });
}

test("a wasm that cannot be instantiated is replaced by the other build", async (t) => {
  const { release } = await compatBuild(t);
  const broken = new Uint8Array([...WASM, 99]);
  mockFetch(t, () => new Response(broken, { headers: { "content-type": "application/wasm" } }));
  const { core, instances } = fakeGlue();
  await start(release, async () => core);
  assert.ok(instances[0].exports.imports);
});

test("compat=always loads the other build only", async (t) => {
  const { release } = await compatBuild(t);
  const requests = mockFetch(t, () => assert.fail("fetched"));
  setCompat("always");
  const { core, instances } = fakeGlue();
  await start(release, async () => core);
  assert.equal(instances.length, 1);
  assert.deepEqual(requests, []);
});

for (const value of ["auto", "", "sometimes"]) {
  test(`compat=${JSON.stringify(value)} loads the wasm`, async (t) => {
    const { elements } = await compatBuild(t);
    mockFetch(t, wasm());
    setCompat(value);
    const { core, instances } = fakeGlue();
    await start(RELEASE, async () => core);
    assert.ok(instances[0] instanceof WebAssembly.Instance);
    assert.deepEqual(elements, []);
  });
}

test("compat=never rejects with the reason where WebAssembly cannot run", async (t) => {
  const { elements } = await compatBuild(t);
  setCompat("never");
  const { core } = fakeGlue();
  mockFetch(t, () => new Response("no wasm", { headers: { "content-type": "application/wasm" } }));
  await assert.rejects(start(RELEASE, async () => core), { reason: "no-wasm" });
  forbidWasm(t);
  await assert.rejects(start(RELEASE, async () => core), { reason: "csp-wasm" });
  replace(t, globalThis, "WebAssembly", undefined);
  await assert.rejects(start(RELEASE, async () => core), { reason: "no-wasm" });
  assert.deepEqual(elements, []);
});

test("the first element with the attribute decides for the page", async (t) => {
  await compatBuild(t);
  mockFetch(t, wasm());
  setCompat("auto");
  setCompat("always");
  const { core, instances } = fakeGlue();
  await start(RELEASE, async () => core);
  assert.ok(instances[0] instanceof WebAssembly.Instance);
});

// The glue ---------------------------------------------------------------------------------------------------------------------

test("the glue of the release is loaded with its integrity, at the same time as the wasm", async (t) => {
  const { elements, release } = await compatBuild(t);
  const glue = "export default async (instantiate) => void (globalThis.instance = await instantiate({ a: {} }));";
  await writeFile(fileURLToPath(release.base.replace(".js", ".core.js")), glue);
  t.after(() => delete globalThis.instance);
  let arrive;
  const requests = mockFetch(t, () => new Promise((resolve) => (arrive = () => resolve(wasm()()))));
  const started = start(release);
  assert.deepEqual(
    elements.map(({ href, integrity }) => [href, integrity]),
    [[release.base.replace(".js", ".core.js"), "sha384-glue"]],
  );
  assert.equal(requests.length, 1);
  arrive();
  const core = await started;
  assert.equal(typeof core.default, "function");
  assert.ok(globalThis.instance instanceof WebAssembly.Instance);
});

test("glue that cannot be loaded rejects, and the wasm is not run", async (t) => {
  const { elements, release } = await compatBuild(t, { event: "error" });
  mockFetch(t, wasm());
  const streaming = t.mock.method(WebAssembly, "instantiateStreaming");
  await assert.rejects(start(release), { reason: "bundled", message: /^ae-login\.core\.js / });
  assert.equal(streaming.mock.callCount(), 0);
  assert.equal(elements.length, 1);
});

// Integrity of the build without WebAssembly ----------------------------------------------------------------------------------

/** Loads the build and returns its element, as attributes and properties. */
async function elementOf(t, options) {
  const { elements, release } = await compatBuild(t, options);
  setCompat("always");
  await start(release, async () => fakeGlue().core);
  const [{ localName, rel, href, type, src, integrity, nonce }] = elements;
  return { localName, rel, href, type, src, integrity, nonce, url: release.base.replace(".js", ".compat.js") };
}

test("browsers that check preloads get a preload with the integrity", async (t) => {
  const { localName, rel, href, integrity, url } = await elementOf(t);
  assert.deepEqual([localName, rel, href, integrity], ["link", "modulepreload", url, "sha384-compat"]);
});

for (const [browser, options] of [
  ["WebKit", { vendor: "Apple Computer, Inc." }],
  ["browsers without preloads of modules", { supports: false }],
]) {
  test(`${browser} gets a script with the integrity`, async (t) => {
    const { localName, type, src, integrity, url } = await elementOf(t, options);
    assert.deepEqual([localName, type, src, integrity], ["script", "module", url, "sha384-compat"]);
  });
}

test("the address of a script comes from a policy of Trusted Types", async (t) => {
  const names = [];
  const createPolicy = (name, { createScriptURL }) => {
    names.push(name);
    return { createScriptURL };
  };
  replace(t, window, "trustedTypes", { createPolicy });
  const { src, url } = await elementOf(t, { vendor: "Apple Computer, Inc." });
  assert.deepEqual([src, names], [url, ["ae-login"]]);
});

test("the element has the nonce of the page's scripts", async (t) => {
  const script = document.createElement("script");
  script.setAttribute("nonce", "n0");
  script.nonce = "n0";
  document.body.append(script);
  const { nonce } = await elementOf(t);
  assert.equal(nonce, "n0");
});

test("the function of the release imports the other build", async () => {
  setCompat("always");
  const calls = [];
  const importModule = async (...given) => {
    calls.push(given);
    return { instantiate: () => ({ exports: { isCompat: true } }) };
  };
  const { core, instances } = fakeGlue();
  await start({ ...RELEASE, importModule }, async () => core);
  assert.deepEqual(calls, [["https://cdn.example/widget/ae-login.compat.js", "sha384-compat", "ae-login.compat.js"]]);
  assert.equal(instances[0].exports.isCompat, true);
});

test("a build that fails its integrity check is not run", async (t) => {
  const { release } = await compatBuild(t, { event: "error" });
  setCompat("always");
  const { core, instances } = fakeGlue();
  await assert.rejects(start(release, async () => core), { reason: "bundled" });
  assert.deepEqual(instances, []);
});
