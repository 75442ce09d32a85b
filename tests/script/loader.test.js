import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";

import { deferred, recordConsole, replace, nextTask, until } from "./page.js";
import { UNAVAILABLE, fakeWasm, recordEvents } from "./wasm.js";
import { createSession, define } from "../../src/element/loader.js";

const RELEASE = { integrity: "sha384-abc", style: "ae-login { --ae-gap: 1em }", files: {}, base: "https://cdn.example/widget/ae-login.js" };

const { customElements: registry } = globalThis;
after(() => (globalThis.customElements = registry));

/** Replaces `customElements` by a registry in which the element is not defined. */
function freshRegistry(t) {
  const classes = new Map();
  replace(t, globalThis, "customElements", {
    get: (name) => classes.get(name),
    define: (name, constructor) => classes.set(name, constructor),
  });
  return classes;
}

/** Returns a fake of the module that wasm-bindgen generates: the functions, and the default export that instantiates the wasm. */
function moduleOf(wasm, start = async () => {}) {
  const starts = [];
  const init = (options) => {
    starts.push(options);
    return start(options);
  };
  return { core: { default: init, ...wasm.core }, starts };
}

function mockFetch(t, response) {
  const requests = [];
  replace(t, globalThis, "fetch", async (url, options) => {
    requests.push({ url: String(url), ...options });
    return response;
  });
  return requests;
}

const bytes = (type) => new Response(new Uint8Array([0, 0x61, 0x73, 0x6d]), { headers: { "content-type": type } });

test("define does nothing on a server", (t) => {
  replace(t, globalThis, "customElements", undefined);
  replace(t, globalThis, "fetch", () => assert.fail("fetched"));
  define({}, RELEASE);
});

test("define does nothing if the element is defined already", (t) => {
  const classes = freshRegistry(t);
  class First {}
  classes.set("ae-login", First);
  replace(t, globalThis, "fetch", () => assert.fail("fetched"));
  define({}, RELEASE);
  assert.equal(classes.get("ae-login"), First);
});

test("the wasm is downloaded at once with its integrity, and instantiated once for all sessions", async (t) => {
  freshRegistry(t);
  const response = bytes("application/wasm");
  const requests = mockFetch(t, response);
  const wasm = fakeWasm();
  const { core, starts } = moduleOf(wasm);
  define(core, RELEASE);
  assert.deepEqual(requests, [{ url: "https://cdn.example/widget/ae-login.wasm", integrity: "sha384-abc" }]);
  const sessions = [createSession({ brand: "A" }), createSession({ brand: "B" })];
  await nextTask();
  assert.equal(requests.length, 1);
  // Browsers compile a response during the download.
  assert.deepEqual(starts.length, 1);
  assert.equal(starts[0].module_or_path, response);
  assert.deepEqual(
    wasm.callsOf("connect").map(([, target]) => sessions.indexOf(target)),
    [0, 1],
  );
});

test("a wrong MIME type only prevents streaming compilation", async (t) => {
  freshRegistry(t);
  mockFetch(t, bytes("application/octet-stream"));
  const { core, starts } = moduleOf(fakeWasm());
  define(core, RELEASE);
  const session = createSession({});
  await session.getToken();
  assert.ok(starts[0].module_or_path instanceof ArrayBuffer);
  assert.equal(starts[0].module_or_path.byteLength, 4);
});

test("a failed integrity check is reported to each session and is not an unhandled rejection", async (t) => {
  freshRegistry(t);
  const errors = recordConsole(t, "error");
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  const { promise, reject } = deferred();
  mockFetch(t, promise);
  const { core, starts } = moduleOf(fakeWasm());
  define(core, RELEASE);
  reject(new TypeError("integrity"));
  await nextTask();
  await nextTask();
  assert.equal(unhandled.mock.callCount(), 0);
  assert.deepEqual(errors, []);
  const session = createSession({});
  const events = recordEvents(session);
  await assert.rejects(session.getToken(), { kind: "unavailable" });
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.deepEqual(starts, []);
});

test("a wasm that cannot be instantiated rejects calls as unavailable", async (t) => {
  freshRegistry(t);
  recordConsole(t, "error");
  mockFetch(t, bytes("application/wasm"));
  const { core } = moduleOf(fakeWasm(), () => Promise.reject(new WebAssembly.CompileError("a feature is missing")));
  define(core, RELEASE);
  await assert.rejects(createSession({}).getToken(), { kind: "unavailable" });
});

test("language files are read from the directory of the module and checked by their hashes", async (t) => {
  const warnings = recordConsole(t, "warn");
  const german = '["Weiter"]';
  replace(t, globalThis, "fetch", async (url) => (String(url).endsWith(".wasm") ? bytes("application/wasm") : new Response(german)));
  const wasm = fakeWasm();
  const { core } = moduleOf(wasm);
  const hash = createHash("sha256").update(german).digest().subarray(0, 12).toString("base64");
  define(core, { ...RELEASE, files: { de: hash, fr: "of another text" } });
  for (const language of ["de", "fr"]) {
    const element = document.createElement("ae-login");
    element.setAttribute("locale", language);
    document.body.append(element);
  }
  await until(() => wasm.callsOf("connect").length === 2, "both connections");
  const texts = wasm.callsOf("connect").map(([, , , , locale]) => locale.catalogue);
  assert.deepEqual(texts.sort(), ["de ltr\nWeiter", "en ltr"]);
  assert.match(warnings[0][0], /texts of fr could not be read/);
});
