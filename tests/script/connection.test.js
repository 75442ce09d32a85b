import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clearPage, deferred, recordConsole, replace, nextTask, until } from "./page.js";
import { UNAVAILABLE, pendingDownload, fakeWasm, recordEvents, trap, unavailable as unavailableBecause } from "./wasm.js";
import { Connection } from "../../src/element/connection.js";
import { LoadFailure } from "../../src/element/load-failure.js";

const SESSION = '{"brand":"DocDemo","userId":"u1"}';
const unavailable = { name: "AeError", kind: "unavailable", code: null, retryable: false, reason: null };

beforeEach(clearPage);

/** Returns a connection, which is open unless `isOpen` is false. */
async function connectionTo(wasm, { isOpen = true, load = async () => wasm.core, target = new EventTarget() } = {}) {
  const failures = [];
  const connection = new Connection(target, load, () => failures.push("failed"));
  const events = recordEvents(target);
  const open = (isWanted = () => true, ready) => connection.open((core) => core.connect(target, new Map()), isWanted, ready);
  if (isOpen) await open();
  return { connection, target, events, failures, open };
}

/** Replaces `fetch` by one that records requests and answers each with the next status. */
function mockFetch(t, ...statuses) {
  const requests = [];
  replace(t, globalThis, "fetch", async (...given) => {
    const request = new Request(...given);
    request.signal.throwIfAborted();
    const { url, method, redirect } = request;
    requests.push({ url, method, redirect, headers: Object.fromEntries(request.headers), body: await request.text() });
    return new Response("answer", { status: statuses.shift() ?? 200 });
  });
  return requests;
}

const API = "https://api.shop.example/orders";

// Opening -------------------------------------------------------------------------------------------------------------------

test("a host connects when the wasm is loaded", async () => {
  const wasm = fakeWasm();
  const { load, resolve } = pendingDownload();
  const { connection, target, open } = await connectionTo(wasm, { isOpen: false, load });
  const opened = open();
  await nextTask();
  assert.equal(connection.isOpen, false);
  resolve(wasm.core);
  await opened;
  assert.equal(connection.isOpen, true);
  assert.deepEqual(wasm.calls, [["connect", target, new Map()],
    ["activate", 7],
  ]);
});

test("a host connects after its texts are ready", async () => {
  const wasm = fakeWasm();
  const texts = deferred();
  const { connection, open } = await connectionTo(wasm, { isOpen: false });
  const opened = open(() => true, texts.promise);
  await nextTask();
  assert.equal(connection.isOpen, false);
  texts.resolve();
  await opened;
  assert.equal(connection.isOpen, true);
});

test("a host that is no longer wanted after loading does not connect", async () => {
  const wasm = fakeWasm();
  const { connection, open } = await connectionTo(wasm, { isOpen: false });
  await open(() => false);
  assert.equal(connection.isOpen, false);
  assert.deepEqual(wasm.calls, []);
});

test("two calls of open connect once", async () => {
  const wasm = fakeWasm();
  const { open } = await connectionTo(wasm, { isOpen: false });
  await Promise.all([open(), open()]);
  assert.equal(wasm.callsOf("connect").length, 1);
});

test("calls pass the id of the host", async () => {
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm);
  connection.call("restart");
  connection.call("countries_loaded", "table");
  assert.deepEqual(wasm.calls.slice(2), [
    ["restart", 7],
    ["countries_loaded", 7, "table"],
  ]);
});

test("calls before the connection is open do nothing", async () => {
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm, { isOpen: false });
  assert.equal(connection.call("restart"), undefined);
  assert.equal(connection.session, null);
  assert.deepEqual(wasm.calls, []);
});

test("a listener of the first events can use the host", async () => {
  const wasm = fakeWasm({ session: () => SESSION });
  const { connection, target, open } = await connectionTo(wasm, { isOpen: false });
  wasm.implementations.activate = () => target.dispatchEvent(new CustomEvent("ae-signed-in"));
  const sessions = [];
  target.addEventListener("ae-signed-in", () => {
    sessions.push(connection.session?.userId);
    connection.signOut();
    connection.call("restart");
  });
  await open();
  assert.deepEqual(sessions, ["u1"]);
  assert.deepEqual(wasm.calls.slice(1), [
    ["activate", 7],
    ["session", 7],
    ["sign_out", 7],
    ["restart", 7],
  ]);
});

// Readiness -----------------------------------------------------------------------------------------------------------------

const error = (kind, reason = null) => new CustomEvent("ae-error", { detail: { kind, code: null, retryable: false, step: null, reason } });

/** Returns how a promise is settled so far. */
async function outcome(promise) {
  let outcome = "pending";
  promise.then(
    () => (outcome = "resolved"),
    (reason) => (outcome = reason),
  );
  await nextTask();
  return outcome;
}

test("whenReady resolves at the first ae-ready, and stays the same promise", async () => {
  const { connection, target } = await connectionTo(fakeWasm(), { isOpen: false });
  const { whenReady } = connection;
  assert.equal(await outcome(whenReady), "pending");
  target.dispatchEvent(new CustomEvent("ae-ready"));
  assert.equal(await outcome(whenReady), "resolved");
  target.dispatchEvent(new CustomEvent("ae-ready"));
  target.dispatchEvent(error("configuration"));
  target.dispatchEvent(error("network"));
  assert.equal(connection.whenReady, whenReady);
});

test("whenReady rejects with kind and reason where the host cannot run", async () => {
  for (const [kind, reason] of [
    ["configuration", "framed"],
    ["unavailable", "csp-files"],
  ]) {
    const { connection, target } = await connectionTo(fakeWasm(), { isOpen: false });
    const { whenReady } = connection;
    target.dispatchEvent(error("network"));
    assert.equal(await outcome(whenReady), "pending");
    target.dispatchEvent(error(kind, reason));
    await assert.rejects(whenReady, { name: "AeError", kind, reason, code: null, retryable: false });
  }
});

test("a host that runs after a mistake is corrected has another promise, which resolves", async () => {
  const { connection, target } = await connectionTo(fakeWasm(), { isOpen: false });
  target.dispatchEvent(error("configuration"));
  const { whenReady } = connection;
  target.dispatchEvent(new CustomEvent("ae-ready"));
  await assert.rejects(whenReady);
  await connection.whenReady;
});

test("whenReady rejects after a trap", async (t) => {
  recordConsole(t, "error");
  const { connection, target } = await connectionTo(fakeWasm({ restart: trap }));
  target.dispatchEvent(new CustomEvent("ae-ready"));
  await connection.whenReady;
  connection.call("restart");
  await assert.rejects(connection.whenReady, unavailable);
});

// Failures ------------------------------------------------------------------------------------------------------------------

test("a failed download shows the fallback, dispatches ae-error and rejects calls", async (t) => {
  const errors = recordConsole(t, "error");
  const reason = new TypeError("no network");
  const { connection, events, failures, open } = await connectionTo(fakeWasm(), { isOpen: false, load: () => Promise.reject(reason) });
  const pending = connection.getToken();
  await open();
  assert.deepEqual(failures, ["failed"]);
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.deepEqual(errors, [["ae-login cannot run in this page.", reason]]);
  await assert.rejects(pending, unavailable);
  await assert.rejects(connection.getToken(), unavailable);
  await assert.rejects(connection.signOut(), unavailable);
  await assert.rejects(connection.fetch(API), unavailable);
});

test("the reason of a failure is in the event, and the remedy in the console", async (t) => {
  const errors = recordConsole(t, "error");
  const failure = new LoadFailure("file-missing", "cause", "ae-login.wasm");
  const { events, open } = await connectionTo(fakeWasm(), { isOpen: false, load: () => Promise.reject(failure) });
  await open();
  assert.deepEqual(events, [unavailableBecause("file-missing")]);
  assert.deepEqual(errors, [["ae-login cannot run in this page.", "ae-login.wasm Upload all files of the release.", "cause"]]);
});

test("a trap in connect shows the fallback, dispatches ae-error and rejects calls", async (t) => {
  recordConsole(t, "error");
  const { connection, events, failures } = await connectionTo(fakeWasm({ connect: trap }));
  assert.deepEqual(failures, ["failed"]);
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.equal(connection.isOpen, false);
  await assert.rejects(connection.getToken(), unavailable);
});

test("a trap in a call shows the fallback, dispatches ae-error and rejects calls", async (t) => {
  recordConsole(t, "error");
  const wasm = fakeWasm({ restart: trap, session: () => SESSION });
  const { connection, events, failures } = await connectionTo(wasm);
  assert.equal(connection.call("restart"), undefined);
  assert.deepEqual(failures, ["failed"]);
  assert.deepEqual(events, [UNAVAILABLE]);
  assert.equal(connection.session, null);
  await assert.rejects(connection.getToken(), unavailable);
  await assert.rejects(connection.signOut(), unavailable);
  await assert.rejects(connection.fetch(API), unavailable);
});

test("the wasm is not called again after a trap", async (t) => {
  recordConsole(t, "error");
  const wasm = fakeWasm({ restart: trap });
  const { connection, events } = await connectionTo(wasm);
  connection.call("restart");
  const { length } = wasm.calls;
  connection.call("restart");
  connection.call("disconnect");
  assert.equal(wasm.calls.length, length);
  assert.equal(events.length, 1);
});

test("a trap in get_token rejects the call", async (t) => {
  recordConsole(t, "error");
  const { connection, failures } = await connectionTo(fakeWasm({ get_token: trap }));
  await assert.rejects(connection.getToken(), unavailable);
  assert.deepEqual(failures, ["failed"]);
});

test("a trap rejects pending calls of getToken", async (t) => {
  recordConsole(t, "error");
  const { connection } = await connectionTo(fakeWasm({ get_token: () => {}, restart: trap }));
  const waiting = connection.getToken();
  await nextTask();
  connection.call("restart");
  await assert.rejects(waiting, unavailable);
});

test("a trap rejects a request that waits for a login", async (t) => {
  recordConsole(t, "error");
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm({ restart: trap }));
  const waiting = connection.fetch(API, { wait: true });
  await nextTask();
  connection.call("restart");
  await assert.rejects(waiting, unavailable);
  assert.deepEqual(requests, []);
});

test("a trap in replacement_token rejects the request", async (t) => {
  recordConsole(t, "error");
  const requests = mockFetch(t, 401);
  const { connection } = await connectionTo(fakeWasm({ replacement_token: trap }));
  await assert.rejects(connection.fetch(API), unavailable);
  assert.equal(requests.length, 1);
});

test("a trap in sign_out rejects the call", async (t) => {
  recordConsole(t, "error");
  const { connection } = await connectionTo(fakeWasm({ sign_out: trap }));
  await assert.rejects(connection.signOut(), unavailable);
});

test("a trap in may_receive_token rejects the request as unavailable", async (t) => {
  recordConsole(t, "error");
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm({ may_receive_token: trap }));
  await assert.rejects(connection.fetch(API), unavailable);
  assert.deepEqual(requests, []);
});

test("a trap in token_headers rejects the request before it is sent", async (t) => {
  recordConsole(t, "error");
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm({ token_headers: trap }));
  await assert.rejects(connection.fetch(API), unavailable);
  assert.deepEqual(requests, []);
});

test("a connection that is opened again after a trap returns tokens", async (t) => {
  recordConsole(t, "error");
  const { connection, open } = await connectionTo(fakeWasm({ restart: trap }));
  connection.call("restart");
  connection.close();
  await open();
  assert.equal(await connection.getToken(), "token-1");
});

// Closing -------------------------------------------------------------------------------------------------------------------

test("close calls disconnect, and later calls do nothing", async () => {
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm);
  connection.close();
  connection.call("restart");
  assert.deepEqual(wasm.calls.slice(2), [["disconnect", 7]]);
  assert.equal(connection.isOpen, false);
});

test("close rejects pending calls before the wasm is loaded", async () => {
  const { connection } = await connectionTo(fakeWasm(), { isOpen: false });
  const waiting = connection.getToken();
  connection.close();
  await assert.rejects(waiting, unavailable);
});

test("a closed connection can be opened again", async () => {
  const wasm = fakeWasm();
  const { connection, open } = await connectionTo(wasm);
  connection.close();
  const waiting = connection.getToken();
  await open();
  assert.equal(await waiting, "token-1");
});

// Session and tokens --------------------------------------------------------------------------------------------------------

test("the session is the same frozen object until it changes", async () => {
  const wasm = fakeWasm({ session: () => SESSION });
  const { connection } = await connectionTo(wasm);
  const { session } = connection;
  assert.deepEqual(session, { brand: "DocDemo", userId: "u1" });
  assert.ok(Object.isFrozen(session));
  assert.equal(connection.session, session);
  wasm.implementations.session = () => SESSION.replace("u1", "u2");
  assert.equal(connection.session.userId, "u2");
  wasm.implementations.session = () => undefined;
  assert.equal(connection.session, null);
});

test("minValidity is 30 seconds by default", async () => {
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm);
  assert.equal(await connection.getToken(), "token-1");
  await connection.getToken({});
  await connection.getToken({ minValidity: "60" });
  assert.deepEqual(
    wasm.callsOf("get_token").map(([, id, validity]) => [id, validity]),
    [
      [7, 30],
      [7, 30],
      [7, 60],
    ],
  );
});

test("a failed getToken rejects with kind, code and retryable", async () => {
  const { connection } = await connectionTo(fakeWasm({ get_token: (_id, _validity, _resolve, reject) => reject("server", 1999, true) }));
  await assert.rejects(connection.getToken(), { name: "AeError", kind: "server", code: 1999, retryable: true });
});

test("getToken waits until the connection is open", async () => {
  const wasm = fakeWasm();
  const { connection, open } = await connectionTo(wasm, { isOpen: false });
  const waiting = connection.getToken();
  await nextTask();
  assert.deepEqual(wasm.callsOf("get_token"), []);
  await open();
  assert.equal(await waiting, "token-1");
});

test("signOut calls the wasm before it returns", async () => {
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm);
  const done = connection.signOut();
  assert.deepEqual(wasm.callsOf("sign_out"), [["sign_out", 7]]);
  await done;
});

test("signOut waits until the connection is open", async () => {
  const wasm = fakeWasm();
  const { connection, open } = await connectionTo(wasm, { isOpen: false });
  const done = connection.signOut();
  await open();
  await done;
  assert.deepEqual(wasm.callsOf("sign_out"), [["sign_out", 7]]);
});

// Requests of the page ------------------------------------------------------------------------------------------------------

test("a request has the headers from the wasm and does not follow redirects", async (t) => {
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm());
  const response = await connection.fetch(API, { method: "POST", body: "order", headers: { "x-shop": "1" }, redirect: "follow" });
  assert.equal(response.status, 200);
  const [{ url, method, redirect, headers, body }] = requests;
  assert.deepEqual({ url, method, redirect, body }, { url: API, method: "POST", redirect: "error", body: "order" });
  assert.equal(headers.cap_authorization, "token-1");
  assert.equal(headers.cap_brand, "DocDemo");
  assert.equal(headers["x-shop"], "1");
});

test("an address stays what the page passed, and the request is repeated with its body", async (t) => {
  const calls = [];
  replace(t, globalThis, "fetch", async (...given) => {
    calls.push(given);
    return new Response("", { status: 401 });
  });
  const wasm = fakeWasm({ replacement_token: (_id, _status, _refused, resolve) => resolve("token-2") });
  const { connection } = await connectionTo(wasm);
  const headers = { "x-shop": "1" };
  const body = new FormData();
  await connection.fetch(API, { method: "POST", headers, body });
  const url = new URL(API);
  await connection.fetch(url);
  assert.deepEqual(
    calls.map(([input]) => input),
    [API, API, url, url],
  );
  const [[, first], [, second]] = calls;
  // The browser adds the content type with the boundary of a form.
  assert.deepEqual(Object.fromEntries(first.headers), { "x-shop": "1", cap_authorization: "token-1", cap_brand: "DocDemo" });
  assert.equal(second.headers.get("cap_authorization"), "token-2");
  assert.deepEqual([first.method, first.redirect, first.body, second.body], ["POST", "error", body, body]);
  assert.deepEqual(headers, { "x-shop": "1" });
});

test("a stream is sent as a request, which can be repeated", async (t) => {
  const requests = mockFetch(t, 401);
  const wasm = fakeWasm({ replacement_token: (_id, _status, _refused, resolve) => resolve("token-2") });
  const { connection } = await connectionTo(wasm);
  const body = new Blob(["two roses"]).stream();
  await connection.fetch(API, { method: "POST", body, duplex: "half" });
  assert.deepEqual(
    requests.map(({ body }) => body),
    ["two roses", "two roses"],
  );
});

test("a request with redirect manual keeps that mode", async (t) => {
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm());
  await connection.fetch(new Request(API), { redirect: "manual" });
  assert.equal(requests[0].redirect, "manual");
});

test("no token is requested or sent for an origin that the wasm does not allow", async (t) => {
  const requests = mockFetch(t);
  const wasm = fakeWasm({ may_receive_token: () => false });
  const { connection } = await connectionTo(wasm);
  await assert.rejects(connection.fetch("https://evil.example/a?b#c"), { name: "AeError", kind: "configuration" });
  assert.deepEqual(wasm.callsOf("may_receive_token"), [["may_receive_token", 7, "https://evil.example/a?b#c"]]);
  assert.deepEqual(wasm.callsOf("get_token"), []);
  assert.deepEqual(requests, []);
});

test("a response is returned unchanged if there is no replacement token", async (t) => {
  const requests = mockFetch(t, 401);
  const wasm = fakeWasm();
  const { connection } = await connectionTo(wasm);
  const { status } = await connection.fetch(API);
  assert.equal(status, 401);
  assert.equal(requests.length, 1);
  assert.deepEqual(wasm.callsOf("replacement_token")[0].slice(1, 4), [7, 401, "token-1"]);
});

test("a refused request is repeated once with its body and the replacement token", async (t) => {
  const requests = mockFetch(t, 401, 401);
  const wasm = fakeWasm({ replacement_token: (_id, _status, _refused, resolve) => resolve("token-2") });
  const { connection } = await connectionTo(wasm);
  const { status } = await connection.fetch(API, { method: "PUT", body: "order" });
  assert.equal(status, 401);
  assert.deepEqual(
    requests.map(({ headers, body }) => [headers.cap_authorization, body]),
    [
      ["token-1", "order"],
      ["token-2", "order"],
    ],
  );
  assert.equal(wasm.callsOf("replacement_token").length, 1);
});

test("a request without a token is not sent", async (t) => {
  const requests = mockFetch(t);
  const { connection } = await connectionTo(fakeWasm({ get_token: (_id, _validity, _resolve, reject) => reject("signed-out", null, false) }));
  await assert.rejects(connection.fetch(API), { kind: "signed-out" });
  assert.deepEqual(requests, []);
});

test("a request with wait is sent after the login", async (t) => {
  const requests = mockFetch(t);
  const wasm = fakeWasm();
  const { connection, target } = await connectionTo(wasm);
  const waiting = connection.fetch(API, { wait: true });
  await nextTask();
  assert.deepEqual(wasm.callsOf("get_token"), []);
  wasm.implementations.session = () => SESSION;
  target.dispatchEvent(new CustomEvent("ae-signed-in"));
  assert.equal((await waiting).status, 200);
  assert.equal(requests.length, 1);
});

test("a request with wait is sent at once while signed in", async (t) => {
  mockFetch(t);
  const { connection } = await connectionTo(fakeWasm({ session: () => SESSION }));
  assert.equal((await connection.fetch(API, { wait: true })).status, 200);
});

test("a request with wait shows the form of an element", async (t) => {
  mockFetch(t);
  const element = document.createElement("div");
  let showCalls = 0;
  element.show = () => (showCalls += 1);
  const { connection } = await connectionTo(fakeWasm(), { target: element });
  const waiting = connection.fetch(API, { wait: true });
  await until(() => showCalls === 1, "the call of show");
  element.dispatchEvent(new CustomEvent("ae-signed-in"));
  await waiting;
});

test("an aborted signal rejects a waiting request with its reason", async (t) => {
  const requests = mockFetch(t);
  const wasm = fakeWasm();
  const { connection, target } = await connectionTo(wasm);
  const controller = new AbortController();
  const waiting = connection.fetch(API, { wait: true, signal: controller.signal });
  await nextTask();
  controller.abort(new Error("left the page"));
  await assert.rejects(waiting, /left the page/);
  target.dispatchEvent(new CustomEvent("ae-signed-in"));
  await nextTask();
  assert.deepEqual(wasm.callsOf("get_token"), []);
  assert.deepEqual(requests, []);
});

test("a request whose signal is already aborted rejects at once", async (t) => {
  mockFetch(t);
  const { connection } = await connectionTo(fakeWasm());
  const waiting = connection.fetch(API, { wait: true, signal: AbortSignal.abort(new Error("too late")) });
  let reason;
  waiting.catch((error) => (reason = error));
  await nextTask();
  assert.equal(reason?.message, "too late");
});

test("cancelLoginWaits rejects waiting requests, and later requests can wait again", async (t) => {
  mockFetch(t);
  const { connection, target } = await connectionTo(fakeWasm());
  const first = connection.fetch(API, { wait: true });
  await nextTask();
  connection.cancelLoginWaits();
  await assert.rejects(first, { name: "AeError", kind: "signed-out" });
  // A later request can wait.
  const second = connection.fetch(API, { wait: true });
  await nextTask();
  target.dispatchEvent(new CustomEvent("ae-signed-in"));
  assert.equal((await second).status, 200);
});

test("close rejects waiting requests", async (t) => {
  mockFetch(t);
  const { connection } = await connectionTo(fakeWasm());
  const waiting = connection.fetch(API, { wait: true });
  await nextTask();
  connection.close();
  await assert.rejects(waiting, { name: "AeError", kind: "signed-out" });
});
