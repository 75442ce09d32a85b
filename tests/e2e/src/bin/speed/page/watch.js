// Runs in every page before the page's own scripts. Types into the sign-in field as soon as there is one, and records when that was, for
// `cargo speed` to read. All times are milliseconds since the navigation began.

{
  const TYPED = "9";
  /** The page is settled when nothing has happened for this time, in milliseconds. */
  const QUIET = 400;
  /** The page is given up after this time, in milliseconds. */
  const LIMIT = 120_000;
  const OTHER_INPUTS = ["hidden", "checkbox", "radio", "submit", "button", "password"];

  const longTasks = [];
  const shifts = [];
  const events = [];
  const observers = [
    ["longtask", longTasks],
    ["layout-shift", shifts],
    // The browser reports no event that takes less than 16 ms.
    ["event", events, { durationThreshold: 16 }],
  ].map(([type, entries, options]) => {
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type, buffered: true, ...options });
    return () => entries.push(...observer.takeRecords());
  });

  /** What the page has reported as wrong. */
  const problems = [];
  const { error } = console;
  console.error = (...rest) => {
    problems.push(rest.join(" "));
    error.apply(console, rest);
  };
  addEventListener("error", ({ message }) => problems.push(message));
  addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => problems.push(`${effectiveDirective} ${blockedURI}`));

  const memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      const { exports } = result.instance ?? result;
      for (const it of Object.values(exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
      return result;
    };
  }

  /** The document and all open shadow roots. */
  const roots = [document];
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    if (options.mode === "open") roots.push(root);
    return root;
  };

  /** Calls back when the frame that is drawn next is on the screen. Call it in a callback of `requestAnimationFrame`. */
  const afterFrame = (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback(performance.now());
    };
    port2.postMessage(null);
  };

  const isUsable = (input) =>
    !OTHER_INPUTS.includes(input.type) &&
    !input.readOnly &&
    !input.matches(":disabled") &&
    input.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    input.getClientRects().length > 0;

  const field = () => {
    for (const root of roots) {
      if (root !== document && !root.host.isConnected) continue;
      for (const input of root.querySelectorAll("input")) if (isUsable(input)) return input;
    }
    return null;
  };

  const hasText = (input) => input.value.includes(TYPED);
  const hasFocus = (input) => input.getRootNode().activeElement === input;

  /** When a field was drawn first, whether or not the text stayed. */
  let drawnAt = null;
  /** When the text was typed that stayed; null while there is no such text. */
  let usableAt = null;
  /** How often the text was typed. */
  let typed = 0;
  let isLooking = true;
  const look = () => {
    if (!isLooking) return;
    requestAnimationFrame(look);
    const input = field();
    if (!input || hasText(input)) return;
    usableAt = null;
    input.focus({ preventScroll: true });
    if (!hasFocus(input) || !document.execCommand("insertText", false, TYPED)) return;
    typed += 1;
    const number = typed;
    afterFrame((now) => {
      drawnAt ??= now;
      if (number === typed && hasText(input)) usableAt = now;
    });
  };
  requestAnimationFrame(look);

  /** When the element said `ae-ready`, on the screen. */
  let readyAt = null;
  let ready = 0;
  addEventListener("ae-ready", () => {
    ready += 1;
    requestAnimationFrame(() => afterFrame((now) => (readyAt = now)));
  });
  /** When the page knew the session of a customer who had signed in before. */
  let sessionAt = null;
  window.sessionIsKnown = (session) => {
    if (session) sessionAt ??= performance.now();
  };
  addEventListener("ae-signed-in", ({ target, detail }) => {
    if (!detail.restored) return;
    window.sessionIsKnown(target.session);
    // The first events are dispatched while the element connects, when its property is not set yet.
    queueMicrotask(() => window.sessionIsKnown(target.session));
  });

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** Waits for a condition, then until no file has arrived and no long task has begun for a while. */
  const settled = async (condition) => {
    let before = null;
    let since = performance.now();
    while (performance.now() < LIMIT) {
      await pause(50);
      for (const take of observers) take();
      const now = JSON.stringify([condition(), performance.getEntriesByType("resource").length, longTasks.length, typed]);
      if (now !== before) since = performance.now();
      else if (condition() && performance.now() - since >= QUIET) return;
      before = now;
    }
    throw new Error(`not settled after ${LIMIT} ms: ${before} ${JSON.stringify(problems)}`);
  };

  const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

  window.speed = {
    /**
     * What there is to say about a page with a form when it is settled. `readies` is the number of `ae-ready` events to wait for; 0 for
     * other forms, which have all features when the field is there.
     */
    async loaded(readies) {
      await settled(() => usableAt !== null && ready >= readies && (readies === 0 || readyAt !== null));
      isLooking = false;
      const [navigation] = performance.getEntriesByType("navigation");
      // Nothing is transferred for a file from the cache.
      const files = [navigation, ...performance.getEntriesByType("resource")].filter((entry) => entry.transferSize > 0);
      const durations = longTasks.map((task) => task.duration);
      return {
        firstField: usableAt,
        drawn: drawnAt,
        typed,
        full: readies ? Math.max(readyAt, usableAt) : usableAt,
        bytes: sum(files.map((file) => file.encodedBodySize)),
        requests: files.length,
        longestTask: Math.max(0, ...durations),
        longTasks: sum(durations),
        layoutShift: sum(shifts.map((shift) => shift.value)),
      };
    },

    /** Waits for an element. */
    async appears(selector) {
      while (!document.querySelector(selector)) await pause(20);
    },

    /** When the session was known. */
    async session() {
      await settled(() => sessionAt !== null);
      isLooking = false;
      return sessionAt;
    },

    /** Puts the focus into the field, for keys to be pressed. */
    focus: () => field().focus(),

    /** For each pressed key, how long it took until the browser had painted; Event Timing rounds to 8 ms and leaves out less than 16. */
    async keys() {
      await pause(150);
      for (const take of observers) take();
      const longest = new Map();
      for (const { name, startTime, duration } of events) {
        if (name === "keydown") longest.set(startTime, duration);
      }
      return { reported: [...longest.values()], frames };
    },

    /** The sizes of all WebAssembly memories together, in bytes. */
    wasmMemory: () => sum([...memories].map((memory) => memory.buffer.byteLength)),
  };

  /** For each pressed key, the time until the next frame was on the screen. */
  const frames = [];
  addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => afterFrame((now) => frames.push(now - timeStamp))), true);
}
