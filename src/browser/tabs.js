// @ts-check
// What the tabs of a shop share about one session: a version in plain text, which says how far the session is, and the record
// behind it, which nobody reads without a key. Nothing is decided here: `login` says what a version means.
//
//   localStorage  "… :mark"    the version, such as 3.14
//   localStorage  "… :shared"  the version, whose key the record is wrapped with, and the wrapped record (AES-GCM)
//   the key       for tabs: in the sessionStorage of each, and in the name of a lock that each holds, where a new tab finds it; the
//                 key is gone with the last tab. For the device: in IndexedDB, as a key that no script can export.
//   messages      the version, never more

const ALGORITHM = { name: "AES-GCM" };
/**
 * How many locks there are for the turn to renew, one behind the other. Those behind the first last for longer than an answer is
 * waited for.
 */
const LOCK_TIERS = 5;
/** How long a tab waits for one lock, in milliseconds. */
const LOCK_TIMEOUT = 3000;
/** How long a lock is held after the record was written, in milliseconds: another process sees the lock first otherwise. */
const RELEASE_DELAY = 100;
/** Without locks, a tab waits for a random time up to this, in milliseconds. */
const MAX_RANDOM_DELAY = 500;
/** How often and how far apart (in milliseconds) a record is looked for that was announced. */
const READ_ATTEMPTS = 20;
const READ_INTERVAL = 50;

/**
 * Opens what the tabs share under a name.
 * @param {string} name
 * @param {(version: string) => void} onVersion is called with each version that another tab announces
 */
export function openTabChannel(name, onVersion) {
  const { crypto, navigator } = globalThis;
  // Older browsers and insecure pages lack some of these, whatever the types say.
  const locks = /** @type {LockManager | undefined} */ (navigator.locks);
  const subtle = /** @type {SubtleCrypto | undefined} */ (crypto.subtle);
  /** @type {BroadcastChannel | undefined} */
  let channel;
  /** Releases the lock that shows our key to new tabs. @type {(() => void) | undefined} */
  let hideKey;
  let lastWrite = Promise.resolve();

  /** Reads from storage, which may throw. @type {(suffix: string, from?: "localStorage" | "sessionStorage") => string | undefined} */
  const read = (suffix, from = "localStorage") => {
    try {
      return globalThis[from][name + suffix];
    } catch {
      return undefined;
    }
  };
  /** Writes to storage, or erases. @type {(suffix: string, text?: string, to?: "localStorage" | "sessionStorage") => void} */
  const write = (suffix, text, to = "localStorage") => {
    try {
      if (text === undefined) globalThis[to].removeItem(name + suffix);
      else globalThis[to].setItem(name + suffix, text);
    } catch {
      // The version is read again after it was written, so a failure is noticed.
    }
  };

  const onStorage = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (key === `${name}:mark` && newValue) onVersion(newValue);
  };
  const connect = () => {
    if (channel) return;
    // Always, since a tab that is opened after a reload of this one looks for the key as well.
    showKey(key);
    if (!globalThis.BroadcastChannel) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => typeof data === "string" && onVersion(data);
  };
  // A page in the back/forward cache must not keep others attempt, nor be thrown out of it for what it holds.
  const disconnect = () => {
    channel?.close();
    channel = undefined;
    hideKey?.();
  };

  /** Holds a lock whose name has the key, for as long as this tab is open. @type {(text: string | undefined) => void} */
  const showKey = (text) => {
    hideKey?.();
    // The lock may be released again before the browser has granted it.
    const released = new Promise((resolve) => (hideKey = () => resolve(undefined)));
    if (text) locks?.request(`${name}:key:${text}`, { mode: "shared" }, () => released);
  };

  /** The key of this tab, as text. */
  let key = read(":key", "sessionStorage");
  const setKey = (/** @type {string | undefined} */ text) => {
    if (text === key) return;
    key = text;
    write(":key", key, "sessionStorage");
    showKey(key);
  };

  /** @type {(subtle: SubtleCrypto, text: string) => Promise<CryptoKey>} */
  const importKey = (subtle, text) => {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    return subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);
  };

  /** The keys of tabs that may fit: this tab's own first, then those that other tabs show. */
  const candidates = async () => {
    const held = (await locks?.query())?.held ?? [];
    const start = `${name}:key:`;
    const shown = held.map((lock) => lock.name ?? "").filter((lock) => lock.startsWith(start));
    return [...new Set([key ?? "", ...shown.map((lock) => lock.slice(start.length))])].filter(Boolean);
  };

  /** @type {(subtle: SubtleCrypto, text: string) => Promise<string | undefined>} */
  const unwrap = async (subtle, text) => {
    const [version = "", scope, wrapped = ""] = text.split(" ");
    const onDevice = scope === "device";
    const bytes = Uint8Array.from(atob(wrapped), (char) => char.charCodeAt(0));
    const parameters = { ...ALGORITHM, iv: bytes.subarray(0, 12), additionalData: encode(name + version) };
    /** @type {(key: CryptoKey) => Promise<string | undefined>} */
    const tryKey = async (key) => {
      try {
        return new TextDecoder().decode(await subtle.decrypt(parameters, key, bytes.subarray(12)));
      } catch {
        return undefined;
      }
    };
    if (onDevice) {
      const key = await deviceKey(name);
      return key && tryKey(key);
    }
    for (const candidate of await candidates()) {
      // A key that another script shows may be none.
      const key = await importKey(subtle, candidate).catch(() => undefined);
      const record = key && (await tryKey(key));
      if (record !== undefined) {
        setKey(candidate);
        return record;
      }
    }
    return undefined;
  };

  /** Wraps a record and writes it. @type {(subtle: SubtleCrypto, version: string, record: string, onDevice: boolean) => Promise<void>} */
  const wrap = async (subtle, version, record, onDevice) => {
    const createKey = () => subtle.generateKey({ ...ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
    let wrappingKey;
    if (onDevice) {
      wrappingKey = await deviceKey(name, createKey);
      if (!wrappingKey) return;
    } else {
      const text = key ?? hex(crypto.getRandomValues(new Uint8Array(32)));
      setKey(text);
      wrappingKey = await importKey(subtle, text);
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const parameters = { ...ALGORITHM, iv, additionalData: encode(name + version) };
    const wrapped = new Uint8Array(await subtle.encrypt(parameters, wrappingKey, encode(record)));
    // Somebody may have signed out meanwhile, who wants nothing to be left.
    if (read(":mark") !== version) return;
    const scope = onDevice ? "device" : "tabs";
    write(":shared", `${version} ${scope} ${btoa(String.fromCharCode(...iv, ...wrapped))}`);
  };

  addEventListener("storage", onStorage);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  connect();

  return {
    /** Whether anything can be kept on this device. */
    canStoreOnDevice: !!(subtle && globalThis.indexedDB),

    /** The version as it is written now. */
    version: () => read(":mark"),

    /**
     * Writes a version at once and the record behind it as soon as it is wrapped, then announces the version to the other tabs.
     * @param {string} version
     * @param {string | undefined} record nothing erases the record
     * @param {boolean} onDevice whether the record outlives the last tab
     */
    publish(version, record, onDevice) {
      write(":mark", version);
      if (record === undefined) {
        write(":shared");
        // The next session gets a key of its own.
        setKey(undefined);
      }
      lastWrite = lastWrite
        .then(async () => {
          if (record !== undefined && read(":mark") === version && subtle) await wrap(subtle, version, record, onDevice);
        })
        .catch(() => {})
        .then(() => channel?.postMessage(version));
    },

    /** Forgets the key of a session that is over. */
    forgetKey: () => setKey(undefined),

    /**
     * Reads the record behind a version. `done` gets nothing where the record does not come within a second or cannot be read.
     * @param {string} version
     * @param {(record: string | undefined) => void} done
     */
    async readRecord(version, done) {
      let record;
      try {
        for (let attempt = 0; attempt < READ_ATTEMPTS && subtle; attempt++) {
          const text = read(":shared");
          if (text?.startsWith(`${version} `)) {
            record = await unwrap(subtle, text);
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, READ_INTERVAL));
        }
      } catch {
        // A damaged record, or one that is not ours, counts as missing.
      }
      done(record);
    },

    /**
     * Waits for this tab's turn to renew, three seconds at most for each of five locks. Tabs that give up on a lock, because its
     * holder is slow or frozen, wait for the next lock, so that they go on one at a time, too.
     * The returned function gives the turn up once everything is written.
     * @param {() => void} done is called when it is this tab's turn
     */
    acquireLock(done) {
      let tier = 0;
      /** @type {AbortController | undefined} */
      let attempt;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      let isWanted = true;
      /** @type {(() => void) | undefined} */
      let release;
      const grant = () => {
        if (isWanted) done();
      };
      const onLock = () => {
        clearTimeout(timer);
        if (!isWanted) return undefined;
        return new Promise((resolve) => {
          release = () => resolve(undefined);
          grant();
        });
      };
      const request = (/** @type {LockManager} */ locks) => {
        if (!isWanted || ++tier > LOCK_TIERS) return grant();
        const { signal } = (attempt = new AbortController());
        timer = setTimeout(() => attempt?.abort(), LOCK_TIMEOUT);
        locks.request(`${name}:turn${tier > 1 ? `:${tier}` : ""}`, { signal }, onLock).catch(() => request(locks));
      };
      if (locks) request(locks);
      else timer = setTimeout(grant, Math.random() * MAX_RANDOM_DELAY);
      return () => {
        isWanted = false;
        attempt?.abort();
        clearTimeout(timer);
        lastWrite.then(() => setTimeout(() => release?.(), RELEASE_DELAY));
      };
    },

    close() {
      removeEventListener("storage", onStorage);
      removeEventListener("pagehide", disconnect);
      removeEventListener("pageshow", connect);
      disconnect();
    },
  };
}

/** @param {string} text */
const encode = (text) => new TextEncoder().encode(text);
/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The key of this device. It can be used and never be read.
 * @param {string} name
 * @param {() => Promise<CryptoKey>} [createKey] makes a key if there is none yet
 * @returns {Promise<CryptoKey | undefined>}
 */
async function deviceKey(name, createKey) {
  const opening = indexedDB.open("ae-login", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  const database = await resultOf(opening);
  const keys = (/** @type {IDBTransactionMode} */ mode) => database.transaction("keys", mode).objectStore("keys");
  try {
    const existing = await resultOf(keys("readonly").get(name));
    if (existing || !createKey) return existing;
    const created = await createKey();
    // If another tab was faster, its key counts.
    await resultOf(keys("readwrite").add(created, name)).catch(() => {});
    return await resultOf(keys("readonly").get(name));
  } finally {
    database.close();
  }
}

/**
 * The outcome of a request of IndexedDB.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function resultOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
