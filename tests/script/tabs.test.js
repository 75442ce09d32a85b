import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { indexedDB, IDBFactory } from "fake-indexeddb";

import { block, clear, deferred, replace, turn, until } from "./page.js";
import { FakeLockManager } from "./locks.js";
import { share } from "../../src/browser/tabs.js";

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

/** Opens a tab, which has a sessionStorage of its own, and gives its channel and what it heard. */
function tab(t) {
  sessionStorage.clear();
  const heard = [];
  const shared = share(name, (version) => heard.push(version));
  t.after(() => shared.close());
  return { ...shared, heard };
}

const look = (tab, version) => new Promise((resolve) => tab.look(version, resolve));
const isWritten = (version) => () => (localStorage.getItem(`${name}:shared`) ?? "").startsWith(`${version} `);
const written = (version) => until(isWritten(version), `the record of ${version}`);

// Records -------------------------------------------------------------------------------------------------------------------

test("a version is written at once and told to the other tabs once the record is there", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.keep("1.1", RECORD, false);
  assert.equal(second.mark(), "1.1");
  assert.deepEqual(second.heard, []);
  await until(() => second.heard.length > 0, "the message");
  assert.deepEqual(second.heard, ["1.1"]);
  assert.deepEqual(first.heard, []);
  assert.ok(isWritten("1.1")());
});

test("another tab reads the record", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  assert.equal(await look(second, "1.1"), RECORD);
});

test("a new tab reads the record while another one is open, and after a reload by the key of its own", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  const second = tab(t);
  assert.equal(await look(second, "1.1"), RECORD);
  // The first tab is closed, and the second one is reloaded: its sessionStorage stays.
  first.close();
  const reloaded = share(name, () => {});
  t.after(() => reloaded.close());
  second.close();
  assert.equal(await look(reloaded, "1.1"), RECORD);
});

test("nobody reads the record once the last tab is closed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  first.close();
  await until(() => locks.names.length === 0, "the key to be gone");
  assert.equal(await look(tab(t), "1.1"), undefined);
});

test("storage and lock names hold no plain record", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, locks.names]);
  assert.ok(stored.includes(`${name}:shared`), stored);
  assert.ok(!stored.includes("secret-token"), stored);
  assert.ok(!atob(localStorage.getItem(`${name}:shared`).split(" ")[2]).includes("secret-token"));
});

test("two records of the same content are wrapped differently", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  const before = localStorage.getItem(`${name}:shared`).split(" ")[2];
  first.keep("1.2", RECORD, false);
  await written("1.2");
  assert.notEqual(localStorage.getItem(`${name}:shared`).split(" ")[2], before);
});

test("a record that is put behind another version is not read", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  const [, ...rest] = localStorage.getItem(`${name}:shared`).split(" ");
  localStorage.setItem(`${name}:shared`, ["1.2", ...rest].join(" "));
  assert.equal(await look(tab(t), "1.2"), undefined);
});

test("a damaged record counts as missing", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  for (const damaged of ["1.1 tabs !!!", "1.1 tabs", "1.1 ", "1.1 tabs AAAA", "1.1 device AAAA"]) {
    localStorage.setItem(`${name}:shared`, damaged);
    assert.equal(await look(first, "1.1"), undefined, damaged);
  }
});

test("a key that another script shows and that is none does not keep the record from being read", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  let release;
  for (const foreign of ["zz", "00", "f".repeat(64)]) {
    locks.request(`${name}:key:${foreign}`, { mode: "shared" }, () => new Promise((resolve) => (release = resolve)));
  }
  // They come before the right key.
  first.close();
  await until(() => locks.names.length === 3, "the locks");
  const again = share(name, () => {});
  t.after(() => again.close());
  sessionStorage.clear();
  await until(() => locks.names.length === 4, "the key");
  assert.equal(await look(tab(t), "1.1"), RECORD);
  release();
});

test("a record that comes later is waited for, for a second", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const second = tab(t);
  let record = "none yet";
  second.look("1.1", (found) => (record = found));
  t.mock.timers.tick(50);
  await turn();
  first.keep("1.1", RECORD, false);
  await written("1.1");
  t.mock.timers.tick(50);
  await until(() => record !== "none yet", "the record");
  assert.equal(record, RECORD);
});

test("a record that does not come within a second is given up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = tab(t);
  const answers = [];
  first.look("1.1", (found) => answers.push(found));
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
  first.keep("1.1", RECORD, false);
  await written("1.1");
  const key = locks.names.find((lock) => lock.includes(":key:"));
  first.keep("2.0", undefined, false);
  assert.equal(localStorage.getItem(`${name}:shared`), null);
  assert.equal(sessionStorage.getItem(`${name}:key`), null);
  await until(() => second.heard.includes("2.0"), "the message");
  assert.ok(!locks.names.includes(key));
  // The next session has another key.
  first.keep("3.1", RECORD, false);
  await written("3.1");
  assert.notEqual(locks.names.find((lock) => lock.includes(":key:")), key);
});

test("a session that ends while its record is being wrapped leaves none", async (t) => {
  const first = tab(t);
  const second = tab(t);
  first.keep("1.1", RECORD, false);
  first.keep("2.0", undefined, false);
  await until(() => second.heard.includes("2.0"), "the message");
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
  first.keep("1.1", RECORD, false);
  await until(() => second.heard.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("a forgotten key is gone from storage and from the locks", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  first.forget();
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
  first.keep("1.1", RECORD, true);
  await written("1.1");
  first.close();
  assert.equal(await look(tab(t), "1.1"), RECORD);
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
  first.keep("1.1", RECORD, true);
  await until(() => keys === 1, "the first key");
  second.keep("1.2", RECORD, true);
  await written("1.2");
  slow.resolve();
  await until(() => second.heard.includes("1.1"), "the end of the first tab's writing");
  assert.equal((await deviceKeys()).length, 1);
  assert.equal(await look(tab(t), "1.2"), RECORD);
});

test("a record for the device is not read without its key", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, true);
  await written("1.1");
  globalThis.indexedDB = new IDBFactory();
  assert.equal(await look(first, "1.1"), undefined);
});

test("a database that cannot be opened leaves no record, and the version is told all the same", async (t) => {
  const first = tab(t);
  const second = tab(t);
  replace(t, globalThis, "indexedDB", {
    open() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  first.keep("1.1", RECORD, true);
  await until(() => second.heard.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
});

test("only a browser with a database and crypto.subtle can keep a record on the device", (t) => {
  assert.equal(tab(t).canKeep, true);
  replace(t, globalThis, "indexedDB", undefined);
  assert.equal(tab(t).canKeep, false);
  replace(t, globalThis, "indexedDB", indexedDB);
  replace(t, globalThis, "crypto", { getRandomValues() {} });
  assert.equal(tab(t).canKeep, false);
});

// What a browser may lack ---------------------------------------------------------------------------------------------------

test("storage that throws counts as empty", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const second = tab(t);
  block(t, globalThis, "localStorage");
  block(t, globalThis, "sessionStorage");
  const first = share(name, () => {});
  t.after(() => first.close());
  assert.equal(first.mark(), undefined);
  first.keep("1.1", RECORD, false);
  assert.equal(first.mark(), undefined);
  await until(() => second.heard.length > 0, "the message");
  let answer = "none yet";
  first.look("1.1", (found) => (answer = found));
  await until(() => {
    t.mock.timers.tick(50);
    return answer !== "none yet";
  }, "the answer");
  assert.equal(answer, undefined);
});

test("storage that is full keeps the version before", (t) => {
  const first = tab(t);
  first.keep("1.1", undefined, false);
  replace(t, globalThis, "localStorage", {
    [`${name}:mark`]: "1.1",
    removeItem() {},
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  });
  first.keep("1.2", RECORD, false);
  assert.equal(first.mark(), "1.1");
});

test("a browser without BroadcastChannel hears of versions by the storage event", (t) => {
  replace(t, globalThis, "BroadcastChannel", undefined);
  const first = tab(t);
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: "1.1" }));
  assert.deepEqual(first.heard, ["1.1"]);
  first.keep("1.2", RECORD, false);
  assert.equal(first.mark(), "1.2");
});

test("storage events of other keys and of an erased version are ignored", (t) => {
  const first = tab(t);
  dispatchEvent(new StorageEvent("storage", { key: "other:mark", newValue: "1.1" }));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:shared`, newValue: "1.1 tabs AAAA" }));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: null }));
  assert.deepEqual(first.heard, []);
});

test("a message that is no text is ignored", async (t) => {
  const first = tab(t);
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage({ version: "9.9" });
  other.postMessage(9);
  other.postMessage("1.1");
  await until(() => first.heard.length > 0, "the message");
  assert.deepEqual(first.heard, ["1.1"]);
});

test("a page without crypto.subtle shares versions and no records", async (t) => {
  const second = tab(t);
  replace(t, globalThis, "crypto", { getRandomValues: (bytes) => bytes });
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await until(() => second.heard.length > 0, "the message");
  assert.equal(localStorage.getItem(`${name}:shared`), null);
  assert.equal(await look(first, "1.1"), undefined);
});

test("a browser without locks shares records between tabs that know the key", async (t) => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  assert.equal(await look(first, "1.1"), RECORD);
  assert.equal(await look(tab(t), "1.1"), undefined);
});

// The turn to renew ---------------------------------------------------------------------------------------------------------

/** Queues a tab; gives whether its turn has come, and ends its turn. */
function queue(tab) {
  const place = { turns: 0 };
  place.end = tab.queue(() => (place.turns += 1));
  return place;
}

test("one tab after the other has its turn, a tenth of a second apart", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = queue(tab(t));
  const second = queue(tab(t));
  await until(() => first.turns === 1, "the first turn");
  first.end();
  await turn();
  t.mock.timers.tick(99);
  await turn();
  assert.equal(second.turns, 0);
  t.mock.timers.tick(1);
  await until(() => second.turns === 1, "the second turn");
  assert.equal(first.turns, 1);
  second.end();
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
  const first = queue(renewing);
  const second = queue(waiting);
  await until(() => first.turns === 1, "the first turn");
  renewing.keep("1.1", RECORD, false);
  first.end();
  await turn();
  t.mock.timers.tick(1000);
  await turn();
  assert.equal(second.turns, 0);
  assert.ok(!isWritten("1.1")());
  slow.resolve();
  await until(() => waiting.heard.length > 0, "the message");
  assert.ok(isWritten("1.1")());
  assert.equal(second.turns, 0);
  t.mock.timers.tick(100);
  await until(() => second.turns === 1, "the second turn");
  second.end();
});

test("a frozen tab holds up the others for three seconds, and they go on one at a time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = queue(tab(t));
  await until(() => frozen.turns === 1, "the turn of the frozen tab");
  const [second, third] = [queue(tab(t)), queue(tab(t))];
  await turn();
  t.mock.timers.tick(2999);
  await turn();
  assert.deepEqual([second.turns, third.turns], [0, 0]);
  t.mock.timers.tick(1);
  await until(() => second.turns === 1, "the second turn");
  await turn();
  assert.equal(third.turns, 0);
  assert.ok(locks.names.includes(`${name}:turn:2`));
  second.end();
  await turn();
  t.mock.timers.tick(100);
  await until(() => third.turns === 1, "the third turn");
  third.end();
});

test("a tab waits for five locks at most", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const frozen = [];
  for (let level = 1; level <= 5; level++) {
    const lock = `${name}:turn${level > 1 ? `:${level}` : ""}`;
    locks.request(lock, {}, () => new Promise((resolve) => frozen.push(resolve)));
  }
  await until(() => frozen.length === 5, "the locks");
  const waiting = queue(tab(t));
  for (let level = 1; level <= 5; level++) {
    await turn();
    assert.equal(waiting.turns, 0, `before lock ${level}`);
    t.mock.timers.tick(3000);
  }
  await until(() => waiting.turns === 1, "the turn");
  waiting.end();
  frozen.forEach((release) => release());
});

test("a tab that no longer wants its turn gets none and holds up nobody", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = queue(tab(t));
  await until(() => first.turns === 1, "the first turn");
  const second = queue(tab(t));
  const third = queue(tab(t));
  await turn();
  second.end();
  assert.equal((await locks.query()).pending.length, 1);
  first.end();
  await turn();
  t.mock.timers.tick(100);
  await until(() => third.turns === 1, "the third turn");
  assert.equal(second.turns, 0);
  third.end();
});

test("a tab that gives up before the browser grants the lock gets no turn", async (t) => {
  const first = queue(tab(t));
  first.end();
  await turn();
  await turn();
  assert.equal(first.turns, 0);
  assert.ok(!locks.names.includes(`${name}:turn`));
});

test("a browser without locks waits for a random time up to half a second", async (t) => {
  Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.5);
  const first = queue(tab(t));
  const second = queue(tab(t));
  t.mock.timers.tick(249);
  assert.equal(first.turns, 0);
  second.end();
  t.mock.timers.tick(1);
  assert.equal(first.turns, 1);
  assert.equal(second.turns, 0);
  first.end();
});

// The life of a page --------------------------------------------------------------------------------------------------------

test("a page in the back/forward cache holds no key and hears nothing until it is shown again", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  dispatchEvent(new Event("pagehide"));
  await until(() => locks.names.length === 0, "the key to be gone");
  const other = new BroadcastChannel(name);
  t.after(() => other.close());
  other.postMessage("1.2");
  await turn();
  await turn();
  assert.deepEqual(first.heard, []);
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new Event("pageshow"));
  await until(() => locks.names.length === 1, "the key");
  other.postMessage("1.3");
  await until(() => first.heard.length > 0, "the message");
  assert.deepEqual(first.heard, ["1.3"]);
});

test("a closed tab hears nothing and holds no key, even when the page is shown again", async (t) => {
  const first = tab(t);
  first.keep("1.1", RECORD, false);
  await written("1.1");
  first.close();
  dispatchEvent(new Event("pageshow"));
  dispatchEvent(new StorageEvent("storage", { key: `${name}:mark`, newValue: "1.2" }));
  await turn();
  assert.deepEqual(first.heard, []);
  assert.deepEqual(locks.names, []);
});
