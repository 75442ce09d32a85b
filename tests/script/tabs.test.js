import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { indexedDB, IDBFactory } from "fake-indexeddb";

import { block, clear, deferred, replace, turn, until } from "./page.js";
import { FakeLockManager } from "./locks.js";
import { openTabChannel } from "../../src/browser/tabs.js";

const RECORD = '{"token":"secret-token"}';
let cases = 0;
let name;
/** What the browser has. A test takes away what an older one lacks. */
let locks;

beforeEach(() => {
  clear();
  // Messages of one test do not reach the next one.
  name = `ae-login:case-${++cases}`;
  locks = new FakeLockManager();
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  globalThis.indexedDB = new IDBFactory();
});

/** Opens a tab, which has a sessionStorage of its own, and gives its channel and what it versions. */
function tab(t) {
  sessionStorage.clear();
  const versions = [];
  const shared = openTabChannel(name, (version) => versions.push(version));
  t.after(() => shared.close());
  return { ...shared, versions };
}

const readRecord = (tab, version) => new Promise((resolve) => tab.readRecord(version, resolve));
const isWritten = (version) => () => (localStorage.getItem(`${name}:shared`) ?? "").startsWith(`${version} `);
const written = (version) => until(isWritten(version), `the record of ${version}`);

// Records -------------------------------------------------------------------------------------------------------------------

test("a version is written at once and told to the other tabs once the record is there", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.publish("1.1", RECORD, false);
  assert.equal(second.version(), "1.1");
  assert.deepEqual(second.versions, []);
  await until(() => second.versions.length > 0, "the message");
  assert.deepEqual(second.versions, ["1.1"]);
  assert.deepEqual(first.versions, []);
  assert.ok(isWritten("1.1")());
});

test("another tab reads the record", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  assert.equal(await readRecord(second, "1.1"), RECORD);
});

test("a new tab reads the record while another one is open, and after a reload by the key of its own", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const second = tab(t);
  assert.equal(await readRecord(second, "1.1"), RECORD);
  // The first tab is closed, and the second one is reloaded: its sessionStorage stays.
  first.close();
  const reloaded = openTabChannel(name, () => {});
  t.after(() => reloaded.close());
  second.close();
  assert.equal(await readRecord(reloaded, "1.1"), RECORD);
});

test("nobody reads the record once the last tab is closed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.close();
  await until(() => locks.names.length === 0, "the key to be gone");
  assert.equal(await readRecord(tab(t), "1.1"), undefined);
});

test("storage and lock names hold no plain record", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, locks.names]);
  assert.ok(stored.includes(`${name}:shared`), stored);
  assert.ok(!stored.includes("secret-token"), stored);
  assert.ok(!atob(localStorage.getItem(`${name}:shared`).split(" ")[2]).includes("secret-token"));
});

test("two records of the same content are wrapped differently", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const before = localStorage.getItem(`${name}:shared`).split(" ")[2];
  first.publish("1.2", RECORD, false);
  await written("1.2");
  assert.notEqual(localStorage.getItem(`${name}:shared`).split(" ")[2], before);
});

test("a record that is put behind another version is not read", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const [, ...rest] = localStorage.getItem(`${name}:shared`).split(" ");
  localStorage.setItem(`${name}:shared`, ["1.2", ...rest].join(" "));
  assert.equal(await readRecord(tab(t), "1.2"), undefined);
});

test("a damaged record counts as missing", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  for (const damaged of ["1.1 tabs !!!", "1.1 tabs", "1.1 ", "1.1 tabs AAAA", "1.1 device AAAA"]) {
    localStorage.setItem(`${name}:shared`, damaged);
    assert.equal(await readRecord(first, "1.1"), undefined, damaged);
  }
});

test("a key that another script shows and that is none does not keep the record from being read", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  let release;
  for (const foreign of ["zz", "00", "f".repeat(64)]) {
    locks.request(`${name}:key:${foreign}`, { mode: "shared" }, () => new Promise((resolve) => (release = resolve)));
  }
  // They come before the right key.
  first.close();
  await until(() => locks.names.length === 3, "the locks");
  const again = openTabChannel(name, () => {});
  t.after(() => again.close());
  sessionStorage.clear();
  await until(() => locks.names.length === 4, "the key");
  assert.equal(await readRecord(tab(t), "1.1"), RECORD);
  release();
});

test("a record that comes later is waited for, for a second", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const second = tab(t);
  let record = "none yet";
  second.readRecord("1.1", (found) => (record = found));
  t.mock.timers.tick(50);
  await turn();
  first.publish("1.1", RECORD, false);
  await written("1.1");
  t.mock.timers.tick(50);
  await until(() => record !== "none yet", "the record");
  assert.equal(record, RECORD);
});

test("a record that does not come within a second is given up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const answers = [];
  first.readRecord("1.1", (found) => answers.push(found));
  for (let attempt = 0; attempt < 19; attempt++) {
    t.mock.timers.tick(50);
    await turn();
  }
  assert.deepEqual(answers, []);
  t.mock.timers.tick(50);
  await turn();
  assert.deepEqual(answers, [undefined]);
});

test("a session that is over erases the record and its key, and tells the other tabs", async (t) => {
  const second = tab(t);
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const key = locks.names.find((lock) => lock.includes(":key:"));
  first.publish("2.0", undefined, false);
  assert.equal(localStorage.getItem(`${name}:shared`), null);
  assert.equal(sessionStorage.getItem(`${name}:key`), null);
  await until(() => second.versions.includes("2.0"), "the message");
  assert.ok(!locks.names.includes(key));
  // The next session has another key.
  first.publish("3.1", RECORD, false);
  await written("3.1");
  assert.notEqual(locks.names.find((lock) => lock.includes(":key:")), key);
});

test("a session that ends while its record is being wrapped leaves none", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.publish("1.1", RECORD, false);
  first.publish("2.0", undefined, false);
  await until(() => second.versions.includes("2.0"), "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("a session that another tab ends while the record is being wrapped leaves none", async (t) => {
  const first = tab(t);
  const second = tab(t);
  const { encrypt } = crypto.subtle;
  t.mock.method(crypto.subtle, "encrypt", async (...given) => {
    const wrapped = await encrypt.apply(crypto.subtle, given);
    localStorage.setItem(`${name}:mark`, "2.0");
    return wrapped;
  });
  first.publish("1.1", RECORD, false);
  await until(() => second.versions.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("a forgotten key is gone from storage and from the locks", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.forgetKey();
  assert.equal(sessionStorage.getItem(`${name}:key`), null);
  await until(() => locks.names.length === 0, "the lock to be released");
});

// A record for the device ---------------------------------------------------------------------------------------------------

/** The keys of the device. */
async function deviceKeys() {
  const settled = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await settled(globalThis.indexedDB.open("ae-login", 1));
  const keys = await settled(database.transaction("keys").objectStore("keys").getAll());
  database.close();
  return keys;
}

test("a record for the device is read after all tabs were closed, by a key that no script can export", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, true);
  await written("1.1");
  first.close();
  assert.equal(await readRecord(tab(t), "1.1"), RECORD);
  const [key, ...more] = await deviceKeys();
  assert.equal(key.extractable, false);
  assert.deepEqual(more, []);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});

test("two tabs that make a key for the device at once use the same one", async (t) => {
  const { generateKey } = crypto.subtle;
  const slow = deferred();
  let keys = 0;
  t.mock.method(crypto.subtle, "generateKey", async (...given) => {
    if (++keys === 1) await slow.promise;
    return generateKey.apply(crypto.subtle, given);
  });
  const first = tab(t);
  const second = tab(t);
  first.publish("1.1", RECORD, true);
  await until(() => keys === 1, "the first key");
  second.publish("1.2", RECORD, true);
  await written("1.2");
  slow.resolve();
  await until(() => second.versions.includes("1.1"), "the end of the first tab's writing");
  assert.equal((await deviceKeys()).length, 1);
  assert.equal(await readRecord(tab(t), "1.2"), RECORD);
});

test("a record for the device is not read without its key", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, true);
  await written("1.1");
  globalThis.indexedDB = new IDBFactory();
  assert.equal(await readRecord(first, "1.1"), undefined);
});

test("a database that cannot be opened leaves no record, and the version is told all the same", async (t) => {
  const first = tab(t);
  const second = tab(t);
  replace(t, globalThis, "indexedDB", {
    open() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  first.publish("1.1", RECORD, true);
  await until(() => second.versions.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("only a browser with a database and crypto.subtle can keep a record on the device", (t) => {
  assert.equal(tab(t).canStoreOnDevice, true);
  replace(t, globalThis, "indexedDB", undefined);
  assert.equal(tab(t).canStoreOnDevice, false);
  replace(t, globalThis, "indexedDB", indexedDB);
  replace(t, globalThis, "crypto", { getRandomValues() {} });
  assert.equal(tab(t).canStoreOnDevice, false);
});

// What a browser may lack ---------------------------------------------------------------------------------------------------

test("storage that throws counts as empty", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const second = tab(t);
  block(t, globalThis, "localStorage");
  block(t, globalThis, "sessionStorage");
  const first = openTabChannel(name, () => {});
  t.after(() => first.close());
  assert.equal(first.version(), undefined);
  first.publish("1.1", RECORD, false);
  assert.equal(first.version(), undefined);
  await until(() => second.versions.length > 0, "the message");
  let answer = "none yet";
  first.readRecord("1.1", (found) => (answer = found));
  await until(() => {
    t.mock.timers.tick(50);
    return answer !== "none yet";
  }, "the answer");
  assert.equal(answer, undefined);
});

test("storage that is full keeps the version before", (t) => {
  const first = tab(t);
  first.publish("1.1", undefined, false);
  replace(t, globalThis, "localStorage", {
    [`${name}:mark`]: "1.1",
    removeItem() {},
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  });
  first.publish("1.2", RECORD, false);
  assert.equal(first.version(), "1.1");
});

test("a browser without BroadcastChannel hears of versions by the storage event", (t) => {
  replace(t, globalThis, "BroadcastChannel", undefined);
  const first = tab(t);
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: "1.1" }));
  assert.deepEqual(first.versions, ["1.1"]);
  first.publish("1.2", RECORD, false);
  assert.equal(first.version(), "1.2");
});

test("storage events of other keys and of an erased version are ignored", (t) => {
  const first = tab(t);
  dispatchEvent(new StorageEvent("storage", { key: "other:mark", newValue: "1.1" }));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:shared`, newValue: "1.1 tabs AAAA" }));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: null }));
  assert.deepEqual(first.versions, []);
});

test("a message that is no text is ignored", async (t) => {
  const first = tab(t);
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage({ version: "9.9" });
  other.postMessage(9);
  other.postMessage("1.1");
  await until(() => first.versions.length > 0, "the message");
  assert.deepEqual(first.versions, ["1.1"]);
});

test("a page without crypto.subtle shares versions and no records", async (t) => {
  const second = tab(t);
  replace(t, globalThis, "crypto", { getRandomValues: (bytes) => bytes });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await until(() => second.versions.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
  assert.equal(await readRecord(first, "1.1"), undefined);
});

test("a browser without locks shares records between tabs that know the key", async (t) => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  assert.equal(await readRecord(first, "1.1"), RECORD);
  assert.equal(await readRecord(tab(t), "1.1"), undefined);
});

// The turn to renew ---------------------------------------------------------------------------------------------------------

/** Queues a tab; gives whether its turn has come, and ends its turn. */
function requestLock(tab) {
  const request = { grants: 0 };
  request.release = tab.acquireLock(() => (request.grants += 1));
  return request;
}

test("one tab after the other has its turn, a tenth of a second apart", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = requestLock(tab(t));
  const second = requestLock(tab(t));
  await until(() => first.grants === 1, "the first turn");
  first.release();
  await turn();
  t.mock.timers.tick(99);
  await turn();
  assert.equal(second.grants, 0);
  t.mock.timers.tick(1);
  await until(() => second.grants === 1, "the second turn");
  assert.equal(first.grants, 1);
  second.release();
});

test("a turn ends after the record is written", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { encrypt } = crypto.subtle;
  const slow = deferred();
  t.mock.method(crypto.subtle, "encrypt", async (...given) => {
    await slow.promise;
    return encrypt.apply(crypto.subtle, given);
  });
  const renewing = tab(t);
  const waiting = tab(t);
  const first = requestLock(renewing);
  const second = requestLock(waiting);
  await until(() => first.grants === 1, "the first turn");
  renewing.publish("1.1", RECORD, false);
  first.release();
  await turn();
  t.mock.timers.tick(1000);
  await turn();
  assert.equal(second.grants, 0);
  assert.ok(!isWritten("1.1")());
  slow.resolve();
  await until(() => waiting.versions.length > 0, "the message");
  assert.ok(isWritten("1.1")());
  assert.equal(second.grants, 0);
  t.mock.timers.tick(100);
  await until(() => second.grants === 1, "the second turn");
  second.release();
});

test("a frozen tab holds up the others for three seconds, and they go on one at a time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = requestLock(tab(t));
  await until(() => frozen.grants === 1, "the turn of the frozen tab");
  const [second, third] = [requestLock(tab(t)), requestLock(tab(t))];
  await turn();
  t.mock.timers.tick(2999);
  await turn();
  assert.deepEqual([second.grants, third.grants], [0, 0]);
  t.mock.timers.tick(1);
  await until(() => second.grants === 1, "the second turn");
  await turn();
  assert.equal(third.grants, 0);
  assert.ok(locks.names.includes(`${name}:turn:2`));
  second.release();
  await turn();
  t.mock.timers.tick(100);
  await until(() => third.grants === 1, "the third turn");
  third.release();
});

test("a tab waits for five locks at most", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = [];
  for (let tier = 1; tier <= 5; tier++) {
    const lock = `${name}:turn${tier > 1 ? `:${tier}` : ""}`;
    locks.request(lock, {}, () => new Promise((resolve) => frozen.push(resolve)));
  }
  await until(() => frozen.length === 5, "the locks");
  const waiting = requestLock(tab(t));
  for (let tier = 1; tier <= 5; tier++) {
    await turn();
    assert.equal(waiting.grants, 0, `before lock ${tier}`);
    t.mock.timers.tick(3000);
  }
  await until(() => waiting.grants === 1, "the turn");
  waiting.release();
  frozen.forEach((release) => release());
});

test("a tab that no longer wants its turn gets none and holds up nobody", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = requestLock(tab(t));
  await until(() => first.grants === 1, "the first turn");
  const second = requestLock(tab(t));
  const third = requestLock(tab(t));
  await turn();
  second.release();
  assert.equal((await locks.query()).pending.length, 1);
  first.release();
  await turn();
  t.mock.timers.tick(100);
  await until(() => third.grants === 1, "the third turn");
  assert.equal(second.grants, 0);
  third.release();
});

test("a tab that gives up before the browser grants the lock gets no turn", async (t) => {
  const first = requestLock(tab(t));
  first.release();
  await turn();
  await turn();
  assert.equal(first.grants, 0);
  assert.ok(!locks.names.includes(`${name}:turn`));
});

test("a browser without locks waits for a random time up to half a second", async (t) => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.5);
  const first = requestLock(tab(t));
  const second = requestLock(tab(t));
  t.mock.timers.tick(249);
  assert.equal(first.grants, 0);
  second.release();
  t.mock.timers.tick(1);
  assert.equal(first.grants, 1);
  assert.equal(second.grants, 0);
  first.release();
});

// The life of a page --------------------------------------------------------------------------------------------------------

test("a page in the back/forward cache holds no key and hears nothing until it is shown again", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  dispatchEvent(new Event("pagehide"));
  await until(() => locks.names.length === 0, "the key to be gone");
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage("1.2");
  await turn();
  await turn();
  assert.deepEqual(first.versions, []);
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new Event("pageshow"));
  await until(() => locks.names.length === 1, "the key");
  other.postMessage("1.3");
  await until(() => first.versions.length > 0, "the message");
  assert.deepEqual(first.versions, ["1.3"]);
});

test("a closed tab hears nothing and holds no key, even when the page is shown again", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.close();
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: "1.2" }));
  await turn();
  assert.deepEqual(first.versions, []);
  assert.deepEqual(locks.names, []);
});
