import assert from "node:assert/strict";
import { test } from "node:test";

import { recordConsole, replace, nextTask } from "./page.js";
import { UNAVAILABLE, pendingDownload, fakeWasm, recordEvents, trap } from "./wasm.js";
import { AeSession } from "../../src/element/session.js";

async function sessionWith(options, wasm = fakeWasm()) {
  const session = new AeSession(options, async () => wasm.core);
  await nextTask();
  return { session, wasm };
}

/** Returns the attributes that `connect` received. */
const attributesOf = async (options) => {
  const { wasm } = await sessionWith(options);
  const [[, , attributes]] = wasm.callsOf("connect");
  return Object.fromEntries(attributes);
};

test("options become attributes", async () => {
  const options = { baseUrl: "https://engine.example", brand: "DocDemo", maxAge: 3600, allowOrigins: "https://api.example", deviceId: "d1" };
  assert.deepEqual(await attributesOf(options), {
    "base-url": "https://engine.example",
    brand: "DocDemo",
    "max-age": "3600",
    "allow-origins": "https://api.example",
    "device-id": "d1",
  });
});

test("true becomes an empty attribute; false, null and undefined are omitted", async () => {
  const options = { noRenew: true, allowFraming: false, sendDeviceId: null, storage: undefined };
  assert.deepEqual(await attributesOf(options), { "no-renew": "" });
});

test("0 and the empty string are kept", async () => {
  assert.deepEqual(await attributesOf({ maxAge: 0, deviceId: "" }), { "max-age": "0", "device-id": "" });
});

test("inherited properties of the options are ignored", async () => {
  const options = Object.assign(Object.create({ allowOrigins: "https://evil.example", noRenew: true }), { brand: "DocDemo" });
  assert.deepEqual(await attributesOf(options), { brand: "DocDemo" });
});

test("a polluted Object.prototype adds no attribute", async (t) => {
  replace(t, Object.prototype, "allowOrigins", "https://evil.example");
  assert.deepEqual(await attributesOf({ brand: "DocDemo" }), { brand: "DocDemo" });
});

test("a session connects without the objects of a form", async () => {
  const { session, wasm } = await sessionWith({ brand: "DocDemo" });
  assert.deepEqual(wasm.callsOf("connect")[0].slice(1), [session, new Map([["brand", "DocDemo"]])]);
});

test("a session has the members of the element", async (t) => {
  const requests = [];
  replace(t, globalThis, "fetch", async (...given) => {
    const request = new Request(...given);
    requests.push(request.headers.get("cap_authorization"));
    return new Response("orders");
  });
  const { session, wasm } = await sessionWith({}, fakeWasm({ session: () => '{"brand":"DocDemo"}' }));
  assert.equal(session.session.brand, "DocDemo");
  assert.equal(await session.getToken({ minValidity: 90 }), "token-1");
  assert.equal(wasm.callsOf("get_token")[0][2], 90);
  assert.equal(await (await session.fetch("https://api.example/orders")).text(), "orders");
  assert.deepEqual(requests, ["token-1"]);
  await session.signOut();
  assert.equal(wasm.callsOf("sign_out").length, 1);
});

test("a request with wait works without a form", async (t) => {
  replace(t, globalThis, "fetch", async () => new Response("orders"));
  const { session } = await sessionWith({});
  const waiting = session.fetch("https://api.example/orders", { wait: true });
  await nextTask();
  session.dispatchEvent(new CustomEvent("ae-signed-in"));
  assert.equal((await waiting).status, 200);
});

test("a failed download dispatches ae-error on the session", async (t) => {
  recordConsole(t, "error");
  const { load, reject } = pendingDownload();
  const session = new AeSession({}, load);
  const events = recordEvents(session);
  reject(new TypeError("no network"));
  await nextTask();
  assert.deepEqual(events, [UNAVAILABLE]);
  await assert.rejects(session.getToken(), { kind: "unavailable" });
});

test("a trap dispatches ae-error on the session", async (t) => {
  recordConsole(t, "error");
  const { session } = await sessionWith({}, fakeWasm({ session: trap }));
  const events = recordEvents(session);
  assert.equal(session.session, null);
  assert.deepEqual(events, [UNAVAILABLE]);
});
