// @ts-check
// The tabs of a shop share two things about one session: a version in plain text, which tells how recent the session is, and the encrypted
// record of that version. This module makes no decisions: `login` decides what a version means.
//
//   localStorage  "<name>:mark"    the version, such as 3.14
//   localStorage  "<name>:shared"  the version, the word `tabs` or `device`, and the encrypted record (AES-GCM)
//   the key       For `tabs`: in the sessionStorage of each tab, and in the name of a lock that each tab holds, where a new tab
//                 reads it. The key is gone when the last tab is closed. For `device`: in IndexedDB, as a key that cannot be exported.
//   messages      the version only

const ALGORITHM = { name: "AES-GCM" };
/**
 * The number of locks for renewing. A tab that waits too long for one lock continues with the next. All of them together cover more
 * time than a request may take.
 */
const LOCK_TIERS = 5;
/** How long a tab waits for one lock, in milliseconds. */
const LOCK_TIMEOUT = 3000;
/**
 * How long a lock is held after the record was written, in milliseconds. A tab in another process may otherwise get the lock before
 * it sees the record.
 */
const RELEASE_DELAY = 100;
/** The longest random delay of a tab in a browser without locks, in milliseconds. */
const MAX_RANDOM_DELAY = 500;
/** How often the record of an announced version is looked for, and how long the pauses are, in milliseconds. */
const READ_ATTEMPTS = 20;
const READ_INTERVAL = 50;

/**
 * Opens the channel between tabs.
 * @param {string} name tabs with the same name share a session
 * @param {(version: string) => void} onVersion is called with each version that another tab announces
 */
export function openTabChannel(name, onVersion) {
  const { crypto, navigator } = globalThis;
  // Older browsers and insecure pages lack some of these, although the types declare them.
  const locks = /** @type {LockManager | undefined} */ (navigator.locks);
  const subtle = /** @type {SubtleCrypto | undefined} */ (crypto.subtle);
  /** @type {BroadcastChannel | undefined} */
  let channel;
  /** Releases the lock whose name contains the key. @type {(() => void) | undefined} */
  let releaseKeyLock;
  let lastWrite = Promise.resolve();

  /** Reads from storage; undefined if that throws. @type {(suffix: string, from?: "localStorage" | "sessionStorage") => string | undefined} */
  const read = (suffix, from = "localStorage") => {
    try {
      return globalThis[from][name + suffix];
    } catch {
      return undefined;
    }
  };
  /** Writes to storage, or erases for undefined. @type {(suffix: string, text?: string, to?: "localStorage" | "sessionStorage") => void} */
  const write = (suffix, text, to = "localStorage") => {
    try {
      if (text === undefined) globalThis[to].removeItem(name + suffix);
      else globalThis[to].setItem(name + suffix, text);
    } catch {
      // The caller reads the version back and thereby notices a failure.
    }
  };

  const onStorage = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (key === `${name}:mark` && newValue) onVersion(newValue);
  };
  const connect = () => {
    if (channel) return;
    // A page that was reloaded has the key in its sessionStorage; new tabs look for it among the locks.
    requestKeyLock(key);
    if (!globalThis.BroadcastChannel) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => typeof data === "string" && onVersion(data);
  };
  // A page that holds a lock or an open channel may not enter the back/forward cache, or would block other tabs from inside it.
  const disconnect = () => {
    channel?.close();
    channel = undefined;
    releaseKeyLock?.();
  };

  /** Holds a lock whose name contains the key, for as long as this tab is open. @type {(text: string | undefined) => void} */
  const requestKeyLock = (text) => {
    releaseKeyLock?.();
    // The lock may be released before the browser has granted it.
    const released = new Promise((resolve) => (releaseKeyLock = () => resolve(undefined)));
    if (text) locks?.request(`${name}:key:${text}`, { mode: "shared" }, () => released);
  };

  /** The key of this tab in hexadecimal digits. */
  let key = read(":key", "sessionStorage");
  const setKey = (/** @type {string | undefined} */ text) => {
    if (text === key) return;
    key = text;
    write(":key", key, "sessionStorage");
    requestKeyLock(key);
  };

  /** @type {(subtle: SubtleCrypto, text: string) => Promise<CryptoKey>} */
  const importKey = (subtle, text) => {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    return subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);
  };

  /** Keys that may decrypt a record: the key of this tab, then those in the names of locks. */
  const candidateKeys = async () => {
    const held = (await locks?.query())?.held ?? [];
    const prefix = `${name}:key:`;
    const names = held.map((lock) => lock.name ?? "").filter((lock) => lock.startsWith(prefix));
    return [...new Set([key ?? "", ...names.map((lock) => lock.slice(prefix.length))])].filter(Boolean);
  };

  /** Decrypts a record. @type {(subtle: SubtleCrypto, text: string) => Promise<string | undefined>} */
  const decrypt = async (subtle, text) => {
    const [version = "", scope, encrypted = ""] = text.split(" ");
    const onDevice = scope === "device";
    const bytes = Uint8Array.from(atob(encrypted), (char) => char.charCodeAt(0));
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
    for (const candidate of await candidateKeys()) {
      // Another script may hold a lock of such a name that contains no valid key.
      const key = await importKey(subtle, candidate).catch(() => undefined);
      const record = key && (await tryKey(key));
      if (record !== undefined) {
        setKey(candidate);
        return record;
      }
    }
    return undefined;
  };

  /** Encrypts a record and writes it. @type {(subtle: SubtleCrypto, version: string, record: string, onDevice: boolean) => Promise<void>} */
  const encryptAndWrite = async (subtle, version, record, onDevice) => {
    const generateKey = () => subtle.generateKey({ ...ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
    let encryptionKey;
    if (onDevice) {
      encryptionKey = await deviceKey(name, generateKey);
      if (!encryptionKey) return;
    } else {
      const text = key ?? hex(crypto.getRandomValues(new Uint8Array(32)));
      setKey(text);
      encryptionKey = await importKey(subtle, text);
    }
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const parameters = { ...ALGORITHM, iv, additionalData: encode(name + version) };
    const encrypted = new Uint8Array(await subtle.encrypt(parameters, encryptionKey, encode(record)));
    // If the version has changed meanwhile, for example by a sign-out in another tab, the record is outdated.
    if (read(":mark") !== version) return;
    const scope = onDevice ? "device" : "tabs";
    write(":shared", `${version} ${scope} ${btoa(String.fromCharCode(...iv, ...encrypted))}`);
  };

  addEventListener("storage", onStorage);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);
  connect();

  return {
    /** Whether a record can be encrypted with a key that only this device has. */
    canStoreOnDevice: !!(subtle && globalThis.indexedDB),

    /** Reads the version from storage. */
    version: () => read(":mark"),

    /**
     * Writes a version at once. Its record is encrypted and written later; then the version is announced to the other tabs.
     * @param {string} version
     * @param {string | undefined} record undefined erases the record
     * @param {boolean} onDevice whether the record stays readable after the last tab is closed
     */
    publish(version, record, onDevice) {
      write(":mark", version);
      if (record === undefined) {
        write(":shared");
        // The next session gets a new key.
        setKey(undefined);
      }
      lastWrite = lastWrite
        .then(async () => {
          if (record !== undefined && read(":mark") === version && subtle) await encryptAndWrite(subtle, version, record, onDevice);
        })
        .catch(() => {})
        .then(() => channel?.postMessage(version));
    },

    /** Erases this tab's copy of the key. */
    forgetKey: () => setKey(undefined),

    /**
     * Reads the record of a version. `done` gets undefined if the record is not written within a second or cannot be decrypted.
     * @param {string} version
     * @param {(record: string | undefined) => void} done
     */
    async readRecord(version, done) {
      let record;
      try {
        for (let attempt = 0; attempt < READ_ATTEMPTS && subtle; attempt++) {
          const text = read(":shared");
          if (text?.startsWith(`${version} `)) {
            record = await decrypt(subtle, text);
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, READ_INTERVAL));
        }
      } catch {
        // A damaged record counts as missing.
      }
      done(record);
    },

    /**
     * Requests the lock for renewing. A tab waits at most three seconds for each of five locks. If the tab that holds a lock is slow
     * or frozen, the waiting tabs continue with the next lock, so that they still renew one at a time.
     * The returned function cancels the request, or releases the lock when everything is written.
     * @param {() => void} done is called when the lock is granted, or when the time is over
     */
    acquireLock(done) {
      let tier = 0;
      /** @type {AbortController | undefined} */
      let pending;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      let isWanted = true;
      /** @type {(() => void) | undefined} */
      let release;
      const proceed = () => {
        if (isWanted) done();
      };
      const onGranted = () => {
        clearTimeout(timer);
        if (!isWanted) return undefined;
        return new Promise((resolve) => {
          release = () => resolve(undefined);
          proceed();
        });
      };
      const requestNextTier = (/** @type {LockManager} */ locks) => {
        if (!isWanted || ++tier > LOCK_TIERS) return proceed();
        const { signal } = (pending = new AbortController());
        timer = setTimeout(() => pending?.abort(), LOCK_TIMEOUT);
        locks.request(`${name}:turn${tier > 1 ? `:${tier}` : ""}`, { signal }, onGranted).catch(() => requestNextTier(locks));
      };
      if (locks) requestNextTier(locks);
      else timer = setTimeout(proceed, Math.random() * MAX_RANDOM_DELAY);
      return () => {
        isWanted = false;
        pending?.abort();
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
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Returns the key of this device from IndexedDB. It cannot be exported.
 * @param {string} name
 * @param {() => Promise<CryptoKey>} [generateKey] makes a key if there is none yet
 * @returns {Promise<CryptoKey | undefined>}
 */
async function deviceKey(name, generateKey) {
  const opening = indexedDB.open("ae-login", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  const database = await resultOf(opening);
  const keys = (/** @type {IDBTransactionMode} */ mode) => database.transaction("keys", mode).objectStore("keys");
  try {
    const existing = await resultOf(keys("readonly").get(name));
    if (existing || !generateKey) return existing;
    const generated = await generateKey();
    // If another tab has added its key first, that key is used.
    await resultOf(keys("readwrite").add(generated, name)).catch(() => {});
    return await resultOf(keys("readonly").get(name));
  } finally {
    database.close();
  }
}

/**
 * Makes a promise of a request of IndexedDB.
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
