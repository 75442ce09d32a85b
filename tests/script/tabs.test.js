import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { indexedDB, IDBFactory } from "fake-indexeddb";

import { block, clearPage, deferred, replace, nextTask, until } from "./page.js";
import { FakeLockManager } from "./locks.js";
import { openTabChannel } from "../../src/browser/tabs.js";

const RECORD = '{"token":"secret-token"}';
let cases = 0;
let name;
/** The browser's locks. Some tests remove them, as in older browsers. */
let locks;

beforeEach(() => {
  clearPage();
  // Each test has another name, so that its messages do not reach the next test.
  name = `ae-login:case-${++cases}`;
  locks = new FakeLockManager();
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  globalThis.indexedDB = new IDBFactory();
});

/** Opens the channel of a new tab, which has an empty sessionStorage, and records the versions that it receives. */
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

test("a version is written at once and announced when its record is written", async (t) => {
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

test("a new tab reads the record while another tab is open, and after a reload with its own key", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const second = tab(t);
  assert.equal(await readRecord(second, "1.1"), RECORD);
  // The first tab is closed and the second one is reloaded. A reload keeps sessionStorage.
  first.close();
  const reloaded = openTabChannel(name, () => {});
  t.after(() => reloaded.close());
  second.close();
  assert.equal(await readRecord(reloaded, "1.1"), RECORD);
});

test("a record cannot be read after the last tab is closed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.close();
  await until(() => locks.names.length === 0, "the release of the key lock");
  assert.equal(await readRecord(tab(t), "1.1"), undefined);
});

test("storage and lock names do not contain the plain record", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, locks.names]);
  assert.ok(stored.includes(`${name}:shared`), stored);
  assert.ok(!stored.includes("secret-token"), stored);
  assert.ok(!atob(localStorage.getItem(`${name}:shared`).split(" ")[2]).includes("secret-token"));
});

test("the same record is encrypted differently each time", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  const before = localStorage.getItem(`${name}:shared`).split(" ")[2];
  first.publish("1.2", RECORD, false);
  await written("1.2");
  assert.notEqual(localStorage.getItem(`${name}:shared`).split(" ")[2], before);
});

test("a record cannot be decrypted under another version", async (t) => {
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

test("an invalid key in a lock of another script does not prevent reading the record", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  let release;
  for (const invalid of ["zz", "00", "f".repeat(64)]) {
    locks.request(`${name}:key:${invalid}`, { mode: "shared" }, () => new Promise((resolve) => (release = resolve)));
  }
  // These locks are listed before the one with the valid key.
  first.close();
  await until(() => locks.names.length === 3, "the locks");
  const reopened = openTabChannel(name, () => {});
  t.after(() => reopened.close());
  sessionStorage.clear();
  await until(() => locks.names.length === 4, "the key");
  assert.equal(await readRecord(tab(t), "1.1"), RECORD);
  release();
});

test("readRecord waits for a record that is written within a second", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const second = tab(t);
  let record = "pending";
  second.readRecord("1.1", (found) => (record = found));
  t.mock.timers.tick(50);
  await nextTask();
  first.publish("1.1", RECORD, false);
  await written("1.1");
  t.mock.timers.tick(50);
  await until(() => record !== "pending", "the record");
  assert.equal(record, RECORD);
});

test("readRecord returns undefined if no record is written within a second", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const answers = [];
  first.readRecord("1.1", (found) => answers.push(found));
  for (let attempt = 0; attempt < 19; attempt++) {
    t.mock.timers.tick(50);
    await nextTask();
  }
  assert.deepEqual(answers, []);
  t.mock.timers.tick(50);
  await nextTask();
  assert.deepEqual(answers, [undefined]);
});

test("publishing without a record erases record and key and announces the version", async (t) => {
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
  // The next session gets another key.
  first.publish("3.1", RECORD, false);
  await written("3.1");
  assert.notEqual(locks.names.find((lock) => lock.includes(":key:")), key);
});

test("a session that ends during encryption leaves no record", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.publish("1.1", RECORD, false);
  first.publish("2.0", undefined, false);
  await until(() => second.versions.includes("2.0"), "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("a session that another tab ends during encryption leaves no record", async (t) => {
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

test("forgetKey removes the key from storage and releases its lock", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.forgetKey();
  assert.equal(sessionStorage.getItem(`${name}:key`), null);
  await until(() => locks.names.length === 0, "the lock to be released");
});

// Records on the device ---------------------------------------------------------------------------------------------------

/** Returns the keys in IndexedDB. */
async function deviceKeys() {
  const settled = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await settled(globalThis.indexedDB.open("ae-login", 1));
  const keys = await settled(database.transaction("keys").objectStore("keys").getAll());
  database.close();
  return keys;
}

test("a record on the device can be read after all tabs were closed, and its key cannot be exported", async (t) => {
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

test("two tabs that generate a device key at the same time use the same key", async (t) => {
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
  await until(() => second.versions.includes("1.1"), "the version of the first tab");
  assert.equal((await deviceKeys()).length, 1);
  assert.equal(await readRecord(tab(t), "1.2"), RECORD);
});

test("a record on the device cannot be read without its key", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, true);
  await written("1.1");
  globalThis.indexedDB = new IDBFactory();
  assert.equal(await readRecord(first, "1.1"), undefined);
});

test("without a database no record is written, and the version is still announced", async (t) => {
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

test("canStoreOnDevice requires IndexedDB and crypto.subtle", (t) => {
  assert.equal(tab(t).canStoreOnDevice, true);
  replace(t, globalThis, "indexedDB", undefined);
  assert.equal(tab(t).canStoreOnDevice, false);
  replace(t, globalThis, "indexedDB", indexedDB);
  replace(t, globalThis, "crypto", { getRandomValues() {} });
  assert.equal(tab(t).canStoreOnDevice, false);
});

// Missing features of a browser ---------------------------------------------------------------------------------------------------

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
  let answer = "pending";
  first.readRecord("1.1", (found) => (answer = found));
  await until(() => {
    t.mock.timers.tick(50);
    return answer !== "pending";
  }, "the answer");
  assert.equal(answer, undefined);
});

test("full storage keeps the previous version", (t) => {
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

test("without BroadcastChannel, versions arrive by the storage event", (t) => {
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

test("messages that are not strings are ignored", async (t) => {
  const first = tab(t);
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage({ version: "9.9" });
  other.postMessage(9);
  other.postMessage("1.1");
  await until(() => first.versions.length > 0, "the message");
  assert.deepEqual(first.versions, ["1.1"]);
});

test("without crypto.subtle, tabs share versions but no records", async (t) => {
  const second = tab(t);
  replace(t, globalThis, "crypto", { getRandomValues: (bytes) => bytes });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await until(() => second.versions.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
  assert.equal(await readRecord(first, "1.1"), undefined);
});

test("without locks, only tabs that have the key read the record", async (t) => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  assert.equal(await readRecord(first, "1.1"), RECORD);
  assert.equal(await readRecord(tab(t), "1.1"), undefined);
});

// The lock for renewing ---------------------------------------------------------------------------------------------------------

/** Requests the lock; counts how often it was granted, and releases it by `release`. */
function requestLock(tab) {
  const request = { grants: 0 };
  request.release = tab.acquireLock(() => (request.grants += 1));
  return request;
}

test("tabs get the lock one after the other, 100 ms apart", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = requestLock(tab(t));
  const second = requestLock(tab(t));
  await until(() => first.grants === 1, "the first lock");
  first.release();
  await nextTask();
  t.mock.timers.tick(99);
  await nextTask();
  assert.equal(second.grants, 0);
  t.mock.timers.tick(1);
  await until(() => second.grants === 1, "the second lock");
  assert.equal(first.grants, 1);
  second.release();
});

test("the lock is released after the record is written", async (t) => {
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
  await until(() => first.grants === 1, "the first lock");
  renewing.publish("1.1", RECORD, false);
  first.release();
  await nextTask();
  t.mock.timers.tick(1000);
  await nextTask();
  assert.equal(second.grants, 0);
  assert.ok(!isWritten("1.1")());
  slow.resolve();
  await until(() => waiting.versions.length > 0, "the message");
  assert.ok(isWritten("1.1")());
  assert.equal(second.grants, 0);
  t.mock.timers.tick(100);
  await until(() => second.grants === 1, "the second lock");
  second.release();
});

test("a frozen tab delays the others by three seconds, and they continue one at a time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = requestLock(tab(t));
  await until(() => frozen.grants === 1, "the lock of the frozen tab");
  const [second, third] = [requestLock(tab(t)), requestLock(tab(t))];
  await nextTask();
  t.mock.timers.tick(2999);
  await nextTask();
  assert.deepEqual([second.grants, third.grants], [0, 0]);
  t.mock.timers.tick(1);
  await until(() => second.grants === 1, "the second lock");
  await nextTask();
  assert.equal(third.grants, 0);
  assert.ok(locks.names.includes(`${name}:turn:2`));
  second.release();
  await nextTask();
  t.mock.timers.tick(100);
  await until(() => third.grants === 1, "the third lock");
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
    await nextTask();
    assert.equal(waiting.grants, 0, `before lock ${tier}`);
    t.mock.timers.tick(3000);
  }
  await until(() => waiting.grants === 1, "the lock");
  waiting.release();
  frozen.forEach((release) => release());
});

test("a cancelled request gets no lock and does not delay other tabs", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = requestLock(tab(t));
  await until(() => first.grants === 1, "the first lock");
  const second = requestLock(tab(t));
  const third = requestLock(tab(t));
  await nextTask();
  second.release();
  assert.equal((await locks.query()).pending.length, 1);
  first.release();
  await nextTask();
  t.mock.timers.tick(100);
  await until(() => third.grants === 1, "the third lock");
  assert.equal(second.grants, 0);
  third.release();
});

test("a request that is cancelled before the browser grants the lock is not granted", async (t) => {
  const first = requestLock(tab(t));
  first.release();
  await nextTask();
  await nextTask();
  assert.equal(first.grants, 0);
  assert.ok(!locks.names.includes(`${name}:turn`));
});

test("without locks, a tab waits for a random time of up to half a second", async (t) => {
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

// The back/forward cache and closing --------------------------------------------------------------------------------------------------------

test("a page in the back/forward cache has no key lock and receives no messages until it is shown again", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  dispatchEvent(new Event("pagehide"));
  await until(() => locks.names.length === 0, "the release of the key lock");
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage("1.2");
  await nextTask();
  await nextTask();
  assert.deepEqual(first.versions, []);
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new Event("pageshow"));
  await until(() => locks.names.length === 1, "the key");
  other.postMessage("1.3");
  await until(() => first.versions.length > 0, "the message");
  assert.deepEqual(first.versions, ["1.3"]);
});

test("a closed channel receives nothing and has no key lock, even after pageshow", async (t) => {
  const first = tab(t);
  first.publish("1.1", RECORD, false);
  await written("1.1");
  first.close();
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: "1.2" }));
  await nextTask();
  assert.deepEqual(first.versions, []);
  assert.deepEqual(locks.names, []);
});
