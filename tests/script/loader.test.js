import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";

import { recordConsole, replace, nextTask, until } from "./page.js";
import { fakeWasm, recordEvents, unavailable } from "./wasm.js";
import { REMEDIES } from "../../src/element/load-failure.js";
import { createSession, define } from "../../src/element/loader.js";

const RELEASE = {
  version: "1.2.3",
  integrity: "sha384-abc",
  style: "ae-login { --ae-gap: 1em }",
  files: {},
  url: (file) => `https://cdn.example/widget/${file}`,
  base: "https://cdn.example/widget/ae-login.js",
};

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

/** Returns a fake of the module that wasm-bindgen generates: the functions, and the default export that starts the wasm. */
function moduleOf(wasm) {
  const starts = [];
  return { core: { default: async (instantiate) => void starts.push(instantiate), ...wasm.core }, starts };
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
  define(RELEASE);
});

test("define does nothing if the element is defined already", (t) => {
  const classes = freshRegistry(t);
  class First {}
  classes.set("ae-login", First);
  replace(t, globalThis, "fetch", () => assert.fail("fetched"));
  define(RELEASE);
  assert.equal(classes.get("ae-login"), First);
});

test("the wasm is downloaded at once and started once for all sessions", async (t) => {
  freshRegistry(t);
  const requests = mockFetch(t, bytes("application/wasm"));
  const wasm = fakeWasm();
  const { core, starts } = moduleOf(wasm);
  define(RELEASE, async () => core);
  assert.deepEqual(requests, [{ url: "https://cdn.example/widget/ae-login.wasm", integrity: "sha384-abc" }]);
  const sessions = [createSession({ brand: "A" }), createSession({ brand: "B" })];
  await nextTask();
  assert.equal(requests.length, 1);
  assert.equal(starts.length, 1);
  assert.deepEqual(
    wasm.callsOf("connect").map(([, target]) => sessions.indexOf(target)),
    [0, 1],
  );
});

test("a failure is reported to each session and is not an unhandled rejection", async (t) => {
  freshRegistry(t);
  const errors = recordConsole(t, "error");
  const unhandled = t.mock.fn();
  process.on("unhandledRejection", unhandled);
  t.after(() => process.off("unhandledRejection", unhandled));
  mockFetch(t, Promise.reject(new TypeError("no network")));
  const { core, starts } = moduleOf(fakeWasm());
  define({ ...RELEASE, base: "file:///bundle.js" }, async () => core);
  await nextTask();
  await nextTask();
  assert.equal(unhandled.mock.callCount(), 0);
  assert.deepEqual(errors, []);
  const session = createSession({});
  const events = recordEvents(session);
  await assert.rejects(session.getToken(), { kind: "unavailable" });
  assert.deepEqual(events, [unavailable("bundled")]);
  assert.equal(errors[0][1], `ae-login.wasm ${REMEDIES.bundled}`);
  assert.deepEqual(starts, []);
});

test("an optimiser of scripts is reported to the elements of the page", async (t) => {
  freshRegistry(t);
  recordConsole(t, "error");
  mockFetch(t, bytes("application/wasm"));
  const script = document.createElement("script");
  script.setAttribute("data-src", "/ae-login.js");
  t.mock.getter(document, "scripts", () => [script]);
  const element = document.createElement("ae-login");
  document.body.append(element);
  t.after(() => element.remove());
  const events = recordEvents(element);
  define(RELEASE, async () => moduleOf(fakeWasm()).core);
  assert.equal(events[0][1].reason, "script-delayed");
});

test("language files are read from their addresses and checked by their hashes", async (t) => {
  const warnings = recordConsole(t, "warn");
  const german = '["Weiter"]';
  replace(t, globalThis, "fetch", async (url) => (String(url).endsWith(".wasm") ? bytes("application/wasm") : new Response(german)));
  const wasm = fakeWasm();
  const { core } = moduleOf(wasm);
  const hash = createHash("sha256").update(german).digest().subarray(0, 12).toString("base64");
  define({ ...RELEASE, files: { de: hash, fr: "of another text" } }, async () => core);
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
