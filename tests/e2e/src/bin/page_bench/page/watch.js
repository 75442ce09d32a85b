// Runs in every page before the page's own scripts. Records when things happen, for `cargo bench-page` to read.

{
  const longTasks = [];
  const onLongTasks = (list) => longTasks.push(...list);
  const longTaskObserver = new PerformanceObserver((list) => onLongTasks(list.getEntries()));
  longTaskObserver.observe({ type: "longtask", buffered: true });

  const events = [];
  const onEvents = (list) => events.push(...list);
  const eventObserver = new PerformanceObserver((list) => onEvents(list.getEntries()));
  // The browser reports no event that takes less than this many milliseconds.
  const EVENT_THRESHOLD = 16;
  eventObserver.observe({ type: "event", buffered: true, durationThreshold: EVENT_THRESHOLD });

  const memories = new Set();
  const onInstance = (instance) => {
    for (const it of Object.values(instance.exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      onInstance(result.instance ?? result);
      return result;
    };
  }

  let pressedAt = null;
  addEventListener("click", (event) => (pressedAt = event.timeStamp), true);

  const keys = [];
  addEventListener(
    "keydown",
    (event) => {
      const key = { at: event.timeStamp, frame: null, input: null };
      keys.push(key);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          key.frame = performance.now() - key.at;
          port1.close();
        };
        port2.postMessage(null);
      });
    },
    true,
  );
  let inputBegan = 0;
  addEventListener("input", () => (inputBegan = performance.now()), true);
  addEventListener("input", () => {
    const key = keys.at(-1);
    if (key) key.input = performance.now() - inputBegan;
  });

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  /** Waits for two frames and 100 ms. By then the observers have received all entries. */
  const settled = async () => {
    await frame();
    await frame();
    await pause(100);
    onLongTasks(longTaskObserver.takeRecords());
    onEvents(eventObserver.takeRecords());
  };

  /** The moment at which an element first matches. */
  const appears = (selector) =>
    new Promise((resolve) => {
      const look = () => {
        if (!document.querySelector(selector)) return;
        observer.disconnect();
        resolve(performance.now());
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true });
      look();
    });

  const durations = (from, to) =>
    longTasks.filter((task) => task.startTime < to && task.startTime + task.duration > from).map((task) => task.duration);

  const FIELD = "ae-login [part~=identifier-input]:enabled";
  const field = appears(FIELD);
  let expected = null;

  window.pageBench = {
    /** When the field was usable, and the durations of the long tasks before, in milliseconds. */
    async loaded() {
      const at = await field;
      await settled();
      return { at, longTasks: durations(0, at) };
    },

    appears,

    /** Starts to wait for an element; `reached` returns when it has appeared. */
    expect(selector) {
      pressedAt = null;
      expected = appears(selector);
    },

    /** The time from the click to the expected element, and the long tasks between them. */
    async reached() {
      const at = await expected;
      await settled();
      return { took: at - pressedAt, longTasks: durations(pressedAt, at) };
    },

    /**
     * For each key press in milliseconds: the time until the next frame, how long the listeners of its `input` event ran, and the longest
     * duration that Event Timing reports, `null` where it reports none.
     */
    async keys() {
      await settled();
      return keys.map(({ at, frame, input }, n) => {
        const next = keys[n + 1]?.at ?? Infinity;
        const own = events.filter((event) => event.startTime >= at - 1 && event.startTime < next - 1 && event.name !== "keyup");
        return { frame, input, duration: own.length ? Math.max(...own.map((event) => event.duration)) : null };
      });
    },

    /** The sizes of all WebAssembly memories together, in bytes. */
    wasmMemory: () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };
}
