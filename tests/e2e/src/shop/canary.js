// Watches every way by which something can leave the widget or stay behind, and looks into the memory of its wasm.

{
  const told = {};
  const plain = (value) => {
    try {
      return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
    } catch {
      return String(value);
    }
  };
  const note = (place, ...values) => (told[place] = `${told[place] ?? ""}\n${values.map(plain).join(" ")}`);

  /** Writes down what a function is given, ahead of it. */
  const overhear = (place, object, name, pick = (...given) => given) => {
    const act = object?.[name];
    if (typeof act !== "function") return;
    object[name] = function (...given) {
      note(place, ...pick(...given));
      return act.apply(this, given);
    };
  };
  for (const name of Object.keys(console)) {
    overhear("console", console, name, (...words) => words.map((word) => word?.stack ?? word));
  }
  for (const by of [window, BroadcastChannel.prototype, MessagePort.prototype, Worker.prototype]) {
    overhear("messages", by, "postMessage");
  }
  overhear("locks", LockManager.prototype, "request", (name) => [name]);
  overhear("addresses", history, "pushState");
  overhear("addresses", history, "replaceState");
  overhear("addresses", navigator, "sendBeacon");
  overhear("addresses", XMLHttpRequest.prototype, "open");

  /** Everything of an event that is no object of the page. */
  const words = (event) => {
    const fields = [];
    // What is typed and pasted is the customer's and the browser's doing.
    if (event.isTrusted && event instanceof InputEvent) return [event.type];
    for (const name in event) if (typeof event[name] === "string") fields.push(event[name]);
    return [event.type, ...fields, event.detail, event.data, event.state];
  };
  const types = new Set(["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"]);
  for (const of of [window, Window.prototype, Document.prototype, HTMLElement.prototype, Element.prototype]) {
    for (const name of Object.getOwnPropertyNames(of)) if (name.startsWith("on")) types.add(name.slice(2));
  }
  // What is fired under a name that nobody foresaw.
  const { dispatchEvent } = EventTarget.prototype;
  EventTarget.prototype.dispatchEvent = function (event) {
    note("events", words(event));
    return dispatchEvent.call(this, event);
  };
  for (const type of types) addEventListener(type, (event) => note("events", words(event)), true);

  /** What the engine handed out, read ahead of the widget. */
  const answers = [];
  const { fetch } = window;
  window.fetch = async (...request) => {
    note("addresses", new Request(...request).url);
    const response = await fetch(...request);
    if (response.headers.get("content-type")?.includes("json")) answers.push([response.url, await response.clone().text()]);
    return response;
  };

  let memory;
  for (const name of ["instantiate", "instantiateStreaming"]) {
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
  const caught = async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push(name, request.url, await (await cache.match(request)).text());
    }
    return found;
  };
  const trees = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? trees(shadowRoot) : []))];

  window.canary = {
    /** Everything that can be read, place by place. */
    async look() {
      const held = trees(document);
      const inputs = held.flatMap((tree) => [...tree.querySelectorAll("input, textarea")]);
      const entries = (where, all) => Object.entries(all).map(([name, text]) => [`${where} ${name}`, `${name} ${text}`]);
      const places = {
        ...told,
        ...Object.fromEntries([...entries("tab", sessionStorage), ...entries("device", localStorage)]),
        databases: plain(await databases()),
        caches: plain(await caught()),
        cookies: document.cookie,
        document: held.map((tree) => (tree.documentElement ?? tree.host).outerHTML + (tree.innerHTML ?? "")).join("\n"),
        inputs: inputs.map(({ value, defaultValue }) => `${value}\n${defaultValue}`).join("\n"),
        history: plain([history.state, window.name, document.title]),
        globals: Object.getOwnPropertyNames(window)
          .filter((name) => !globals.has(name))
          .map((name) => `${name} ${plain(window[name])}`)
          .join("\n"),
      };
      const seen = [location.href, document.referrer, ...performance.getEntries().map(({ name }) => name)];
      places.addresses = [places.addresses, ...seen].join("\n");
      places.locks = plain([places.locks, await navigator.locks.query()]);
      return places;
    },

    answers: () => answers,

    /** How often each text stands in the memory of wasm, as UTF-8 and as UTF-16. */
    inMemory(texts) {
      // One letter for each byte, so that the browser's own search for texts can be used.
      const letters = (bytes) => new TextDecoder("latin1").decode(bytes);
      const whole = letters(new Uint8Array(memory.buffer));
      const wide = (text) => new Uint8Array(Uint16Array.from(text, (_, at) => text.charCodeAt(at)).buffer);
      return texts.map((text) => {
        const needles = [letters(new TextEncoder().encode(text)), letters(wide(text))];
        return needles.reduce((sum, needle) => sum + whole.split(needle).length - 1, 0);
      });
    },
  };
  const globals = new Set(Object.getOwnPropertyNames(window));
}
