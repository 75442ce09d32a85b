// Records everything that the widget passes to the page and the browser, and reads all places where a secret could be left, the memory of
// the wasm included.

{
  /** What was recorded, as text, by place. */
  const recorded = {};
  const plain = (value) => {
    try {
      return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
    } catch {
      return String(value);
    }
  };
  const record = (place, ...values) => (recorded[place] = `${recorded[place] ?? ""}\n${values.map(plain).join(" ")}`);

  /** Records the arguments of a method before it is called. */
  const recordCalls = (place, object, name, pick = (...given) => given) => {
    const act = object?.[name];
    if (typeof act !== "function") return;
    object[name] = function (...given) {
      record(place, ...pick(...given));
      return act.apply(this, given);
    };
  };
  for (const name of Object.keys(console)) {
    recordCalls("console", console, name, (...values) => values.map((value) => value?.stack ?? value));
  }
  for (const by of [window, BroadcastChannel.prototype, MessagePort.prototype, Worker.prototype]) {
    recordCalls("messages", by, "postMessage");
  }
  recordCalls("locks", LockManager.prototype, "request", (name) => [name]);
  recordCalls("addresses", history, "pushState");
  recordCalls("addresses", history, "replaceState");
  recordCalls("addresses", navigator, "sendBeacon");
  recordCalls("addresses", XMLHttpRequest.prototype, "open");

  /** Type, text fields and data of an event. */
  const contentOf = (event) => {
    const fields = [];
    // The data of trusted input events come from the customer and the browser.
    if (event.isTrusted && event instanceof InputEvent) return [event.type];
    for (const name in event) if (typeof event[name] === "string") fields.push(event[name]);
    return [event.type, ...fields, event.detail, event.data, event.state];
  };
  const types = new Set(["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error", "ae-activity"]);
  for (const of of [window, Window.prototype, Document.prototype, HTMLElement.prototype, Element.prototype]) {
    for (const name of Object.getOwnPropertyNames(of)) if (name.startsWith("on")) types.add(name.slice(2));
  }
  // Events whose type is not in the list.
  const { dispatchEvent } = EventTarget.prototype;
  EventTarget.prototype.dispatchEvent = function (event) {
    record("events", contentOf(event));
    return dispatchEvent.call(this, event);
  };
  for (const type of types) addEventListener(type, (event) => record("events", contentOf(event)), true);

  /** The answers of the engine: address and body of each, read before the widget reads them. */
  const answers = [];
  const { fetch } = window;
  window.fetch = async (...request) => {
    record("addresses", new Request(...request).url);
    const response = await fetch(...request);
    if (response.headers.get("content-type")?.includes("json")) answers.push([response.url, await response.clone().text()]);
    return response;
  };

  let memory;
  if (!globalThis.WebAssembly) {
    // The build without WebAssembly has its memory in the latest buffer of at least that of the wasm at its start.
    const LEAST = 3 * 64 * 1024;
    globalThis.ArrayBuffer = class extends ArrayBuffer {
      constructor(length, options) {
        super(length, options);
        if (length >= LEAST) memory = { buffer: this };
      }
    };
  } else for (const name of ["instantiate", "instantiateStreaming"]) {
    const start = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const started = await start.apply(WebAssembly, given);
      memory = Object.values(started.instance.exports).find((it) => it instanceof WebAssembly.Memory);
      return started;
    };
  }

  const databases = async () => {
    const found = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store);
        found.push(name, store, await done(rows.getAllKeys()), await done(rows.getAll()));
      }
      database.close();
    }
    return found;
  };
  const done = (request) =>
    new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: reject }));
  const cached = async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push(name, request.url, await (await cache.match(request)).text());
    }
    return found;
  };
  const trees = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : []))];

  window.secretSearch = {
    /** Everything that a script can read, by place. */
    async readEverything() {
      const roots = trees(document);
      const inputs = roots.flatMap((tree) => [...tree.querySelectorAll("input, textarea")]);
      const entries = (where, all) => Object.entries(all).map(([name, text]) => [`${where} ${name}`, `${name} ${text}`]);
      const places = {
        ...recorded,
        ...Object.fromEntries([...entries("tab", sessionStorage), ...entries("device", localStorage)]),
        databases: plain(await databases()),
        caches: plain(await cached()),
        cookies: document.cookie,
        document: roots.map((tree) => (tree.documentElement ?? tree.host).outerHTML + (tree.innerHTML ?? "")).join("\n"),
        inputs: inputs.map(({ value, defaultValue }) => `${value}\n${defaultValue}`).join("\n"),
        history: plain([history.state, window.name, document.title]),
        globals: Object.getOwnPropertyNames(window)
          .filter((name) => !globals.has(name))
          .map((name) => `${name} ${plain(window[name])}`)
          .join("\n"),
      };
      const addresses = [location.href, document.referrer, ...performance.getEntries().map(({ name }) => name)];
      places.addresses = [places.addresses, ...addresses].join("\n");
      places.locks = plain([places.locks, await navigator.locks.query()]);
      return places;
    },

    answers: () => answers,

    /** How often each text occurs in the memory of the wasm, as UTF-8 and as UTF-16. */
    countInMemory(texts) {
      // One character for each byte, so that the browser's text search can be used.
      const characters = (bytes) => new TextDecoder("latin1").decode(bytes);
      const whole = characters(new Uint8Array(memory.buffer));
      const wide = (text) => new Uint8Array(Uint16Array.from(text, (_, at) => text.charCodeAt(at)).buffer);
      return texts.map((text) => {
        const needles = [characters(new TextEncoder().encode(text)), characters(wide(text))];
        return needles.reduce((sum, needle) => sum + whole.split(needle).length - 1, 0);
      });
    },
  };
  const globals = new Set(Object.getOwnPropertyNames(window));
}
