// What the tabs of a shop share about one session: a mark in plain words, which says how far it is, and the record behind it,
// which nobody reads without a key. Nothing here decides: what a mark means is wasm's to say.
//
//   localStorage  "… :mark"    the mark, such as 3.14
//   localStorage  "… :shared"  the mark, whose key fits, and the record, wrapped (AES-GCM)
//   the key       for the tabs: in each one's own sessionStorage, and in the name of a lock that they hold, where a new tab finds
//                 it: it is gone with the last of them. For the device: in IndexedDB, as a key that no script can export.
//   messages      the mark, never more

const FORM = { name: "AES-GCM" };
/** How many lines there are for the turn to renew. Those behind the first last for longer than an answer is waited for. */
const LINES = 5;

/** Opens the line between the tabs under a name. `heard` is called with a mark that another tab has told. */
export function share(name, heard) {
  const { crypto, navigator } = globalThis;
  const locks = navigator.locks;
  const subtle = crypto.subtle;
  let channel;
  /** Lets go of the lock that shows our key to new tabs. */
  let hide;
  let writing = Promise.resolve();

  const read = (suffix, from = "localStorage") => {
    try {
      return globalThis[from][name + suffix];
    } catch {
      return undefined;
    }
  };
  const write = (suffix, text, to = "localStorage") => {
    try {
      if (text === undefined) globalThis[to].removeItem(name + suffix);
      else globalThis[to].setItem(name + suffix, text);
      return true;
    } catch {
      return false;
    }
  };

  const stored = ({ key, newValue }) => {
    if (key === `${name}:mark` && newValue) heard(newValue);
  };
  const open = () => {
    if (channel) return;
    // Not only when there is something to read or to write: who is opened after a reload of ours looks for it as well.
    show(key);
    if (!globalThis.BroadcastChannel) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => typeof data === "string" && heard(data);
  };
  // A page that is put aside must not keep others waiting, nor be thrown away for what it holds.
  const close = () => {
    channel?.close();
    channel = undefined;
    hide?.();
  };

  /** Holds a lock in whose name the key can be found, for as long as this tab is open. */
  const show = (text) => {
    hide?.();
    // It may be hidden again before the browser has got round to giving the lock.
    const hidden = new Promise((done) => (hide = done));
    if (text) locks?.request(`${name}:key:${text}`, { mode: "shared" }, () => hidden);
  };

  /** This tab's key, as text. */
  let key = read(":key", "sessionStorage");
  const take = (text) => {
    if (text === key) return;
    key = text;
    write(":key", key, "sessionStorage");
    show(key);
  };

  const use = (text) =>
    subtle.importKey("raw", Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16)), FORM, false, ["encrypt", "decrypt"]);

  /** The keys of tabs that may fit: our own first, then those that other tabs show. */
  const keys = async () => {
    const { held = [] } = (await locks?.query()) ?? {};
    const start = `${name}:key:`;
    const shown = held.map((lock) => lock.name).filter((lock) => lock.startsWith(start));
    return [...new Set([key, ...shown.map((lock) => lock.slice(start.length))])].filter(Boolean);
  };

  const unseal = async (text) => {
    const [at, where, sealed] = text.split(" ");
    const onDevice = where === "device";
    const bytes = Uint8Array.from(atob(sealed), (c) => c.charCodeAt(0));
    for (const candidate of onDevice ? [await kept(name)] : await keys()) {
      try {
        const fits = onDevice ? candidate : await use(candidate);
        const plain = await subtle.decrypt(
          { ...FORM, iv: bytes.subarray(0, 12), additionalData: bytesOf(name + at) },
          fits,
          bytes.subarray(12),
        );
        if (!onDevice) take(candidate);
        return new TextDecoder().decode(plain);
      } catch {
        // Another session's key.
      }
    }
    return undefined;
  };

  /** The key of this tab, made if there is none yet. */
  const own = () => {
    take(key ?? hex(crypto.getRandomValues(new Uint8Array(32))));
    return use(key);
  };

  const make = () => subtle.generateKey({ ...FORM, length: 256 }, false, ["encrypt", "decrypt"]);

  const seal = async (at, record, onDevice) => {
    const fits = onDevice ? await kept(name, make) : await own();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = new Uint8Array(
      await subtle.encrypt({ ...FORM, iv, additionalData: bytesOf(name + at) }, fits, bytesOf(record)),
    );
    // Not where somebody has signed out meanwhile, who wants nothing to be left.
    if (read(":mark") !== at) return;
    write(":shared", `${at} ${onDevice ? "device" : "tabs"} ${btoa(String.fromCharCode(...iv, ...sealed))}`);
  };

  addEventListener("storage", stored);
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();

  return {
    /** Whether anything can be kept on this device. */
    canKeep: !!(subtle && globalThis.indexedDB),

    /** The mark as it is written now. */
    mark: () => read(":mark"),

    /** Writes a mark at once and the record behind it as soon as it is wrapped, then tells the other tabs. */
    keep(at, record, onDevice) {
      write(":mark", at);
      if (record === undefined) {
        write(":shared");
        // The next session has a key of its own.
        take();
      }
      writing = writing
        .then(() => record !== undefined && read(":mark") === at && subtle && seal(at, record, onDevice))
        .catch(() => {})
        .then(() => channel?.postMessage(at));
    },

    /** Forgets the key of a session that is over. */
    forget: () => take(),

    /** Reads the record behind a mark: nothing where it does not come within a second, or cannot be read. */
    async look(at, done) {
      let record;
      try {
        for (let n = 0; n < 20 && subtle; n++) {
          const text = read(":shared");
          if (text?.startsWith(`${at} `)) {
            record = await unseal(text);
            break;
          }
          await new Promise((later) => setTimeout(later, 50));
        }
      } catch {
        // Not ours, or damaged: as if it were not there.
      }
      done(record);
    },

    /**
     * Waits for this tab's turn: three seconds at the most in each line, in one line after the other, so that those who give up on
     * a holder that is slow or frozen go on one at a time, too. Gives what gives it up, after what is being written.
     */
    queue(done) {
      let line = 0;
      let patience;
      let timer;
      let isWanted = true;
      let end;
      const go = () => isWanted && done();
      const turn = () => {
        clearTimeout(timer);
        return isWanted && new Promise((ended) => {
          end = ended;
          go();
        });
      };
      const stand = () => {
        if (!isWanted || ++line > LINES) return go();
        patience = new AbortController();
        timer = setTimeout(() => patience.abort(), 3000);
        locks.request(`${name}:turn${line > 1 ? `:${line}` : ""}`, { signal: patience.signal }, turn).catch(stand);
      };
      if (locks) stand();
      else timer = setTimeout(go, Math.random() * 500);
      return () => {
        isWanted = false;
        patience?.abort();
        clearTimeout(timer);
        // In another process the lock may arrive a few milliseconds before what was written, and who has it next is to see that.
        writing.then(() => setTimeout(() => end?.(), 100));
      };
    },

    close() {
      removeEventListener("storage", stored);
      removeEventListener("pagehide", close);
      removeEventListener("pageshow", open);
      close();
    },
  };
}

const bytesOf = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A key of this device, made if there is none yet and `make` is given. It can be used, and never be read. */
function kept(name, make) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("ae-login", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = async () => {
      const ask = (mode, act) =>
        new Promise((done, fail) => {
          const request = act(opening.result.transaction("keys", mode).objectStore("keys"));
          request.onsuccess = () => done(request.result);
          request.onerror = () => fail(request.error);
        });
      try {
        const there = await ask("readonly", (keys) => keys.get(name));
        if (there || !make) return resolve(there);
        const made = await make();
        // Where another tab was faster, its key counts.
        await ask("readwrite", (keys) => keys.add(made, name)).catch(() => {});
        resolve(await ask("readonly", (keys) => keys.get(name)));
      } catch (reason) {
        reject(reason);
      } finally {
        opening.result.close();
      }
    };
  });
}
