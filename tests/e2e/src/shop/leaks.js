// Counts listeners, timers and other things that a page must release, and plays thousands of rounds quickly: an engine within the page
// answers at once, with the answers of the real one.

{
  const listeners = new Map();
  const isKept = (target) => !(target instanceof AbortSignal) && (!(target instanceof Node) || target === document);
  const find = (all, [type, listener, options]) => {
    const capture = typeof options === "object" ? !!options?.capture : !!options;
    const at = all.findIndex((one) => one.type === type && one.listener === listener && one.capture === capture);
    return { at, it: { type, listener, capture } };
  };
  const of = (target) => listeners.get(target) ?? listeners.set(target, []).get(target);
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (...given) {
    const target = this ?? window;
    if (isKept(target)) {
      const { at, it } = find(of(target), given);
      if (at < 0) of(target).push(it);
    }
    return add.apply(target, given);
  };
  EventTarget.prototype.removeEventListener = function (...given) {
    const target = this ?? window;
    // The map keeps its keys in memory, so that a target without listeners is not added.
    const { at } = find(listeners.get(target) ?? [], given);
    if (at >= 0) of(target).splice(at, 1);
    return remove.apply(target, given);
  };

  const timers = new Set();
  for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
    const [start, stop] = [window[set], window[clear]];
    window[set] = (act, span, ...rest) => {
      const timer = start((...given) => {
        if (set === "setTimeout") timers.delete(timer);
        act(...given);
        // A delay of 100 ms in each of ten thousand rounds would be a quarter of an hour.
      }, span <= 100 ? 0 : span, ...rest);
      timers.add(timer);
      return timer;
    };
    window[clear] = (timer) => {
      timers.delete(timer);
      stop(timer);
    };
  }

  const channels = new Set();
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      channels.add(this);
    }
    close() {
      channels.delete(this);
      super.close();
    }
  };

  let locks = 0;
  const { request } = LockManager.prototype;
  LockManager.prototype.request = function (...given) {
    locks += 1;
    const end = () => (locks -= 1);
    const locked = request.apply(this, given);
    locked.then(end, end);
    return locked;
  };

  let exports = [];
  const start = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...given) => {
    const started = await start.apply(WebAssembly, given);
    exports = Object.values(started.instance.exports);
    return started;
  };
  const sum = (kind, size) => exports.filter((it) => it instanceof kind).reduce((all, it) => all + size(it), 0);

  /** The answers of the real engine, by the ends of the paths. */
  const answers = {};
  /** `true` if the engine within the page answers, `"silent"` if it never does. */
  let replays = false;
  let calls = 0;
  const { fetch } = window;
  window.fetch = async (...given) => {
    const path = new URL(new Request(...given).url).pathname;
    const call = path.split("/").slice(-2).join("/");
    if (!replays || !path.startsWith("/auth/")) {
      const response = await fetch(...given);
      if (path.startsWith("/auth/")) answers[call] = await response.clone().json();
      return response;
    }
    calls += 1;
    if (replays === "silent") return new Promise((_, refuse) => given[1].signal.addEventListener("abort", refuse));
    const answer = structuredClone(answers[call] ?? answers["otp/validate"]);
    if (answer.auth?.token) answer.auth.token = similarToken(answer.auth.token);
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  };
  /** A token like this one that is issued now and expires after five seconds. */
  const similarToken = (token) => {
    const [head, claims] = token.split(".");
    const iat = Math.floor(Date.now() / 1000);
    const all = { ...JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))), iat, exp: iat + 5 };
    const base64Url = (text) => btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    // Each token is different, and has another length than the one before.
    return [head, base64Url(JSON.stringify(all)), base64Url(`${calls} ${"x".repeat(calls % 40)}`)].join(".");
  };

  const nextTask = () => {
    const { port1, port2 } = new MessageChannel();
    return new Promise((done) => {
      port1.onmessage = () => (port1.close(), done());
      port2.postMessage(null);
    });
  };
  const element = () => document.querySelector("ae-login");
  const waitFor = async (what, condition) => {
    for (let n = 0; n < 20_000; n++) {
      if (condition()) return;
      await nextTask();
    }
    throw new Error(`no ${what} after ${JSON.stringify(window.recordedEvents.slice(-3))} and ${calls} calls`);
  };
  const waitForStep = (step) => waitFor(step, () => element().getAttribute("step") === step && !element().hasAttribute("busy"));
  const enter = (text) => {
    const input = element().querySelector("input:not([hidden])");
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    element().querySelector("form").requestSubmit();
  };
  const nodes = (root) => [...root.querySelectorAll("*")].reduce((all, { shadowRoot }) => all + 1 + (shadowRoot ? nodes(shadowRoot) : 0), 0);

  window.leaks = {
    /** Whether the engine within the page answers: `true`, `false`, or `"silent"` for an engine that never does. */
    replay: (how) => void (replays = how),

    /** The numbers of everything that must be released, the size of the wasm's memory and that of its table of JavaScript objects. */
    async count() {
      // This request for a lock is granted after all earlier ones.
      for (let n = 0; n < 5; n++) await request.call(navigator.locks, "counting", nextTask);
      return {
        listeners: [...listeners.values()].reduce((all, { length }) => all + length, 0),
        timers: timers.size,
        channels: channels.size,
        locks,
        nodes: nodes(document),
        sheets: document.adoptedStyleSheets.length,
        memory: sum(WebAssembly.Memory, ({ buffer }) => buffer.byteLength),
        objects: sum(WebAssembly.Table, ({ length }) => length),
      };
    },

    /** Renews the token so many times, each after four of its five seconds. */
    async renew(times) {
      for (let n = 0; n < times; n++) {
        let isRenewed = false;
        element().addEventListener("ae-renewed", () => (isRenewed = true), { once: true });
        window.ahead += 4_100;
        window.dispatchEvent(new Event("focus"));
        await waitFor("new token", () => isRenewed);
      }
      window.recordedEvents.length = 0;
      return times;
    },

    /** Signs in by a code and signs out, so many times. */
    async signInAndOut(times) {
      for (let n = 0; n < times; n++) {
        await waitForStep("identify");
        enter("+91 99999 22332");
        await waitForStep("code");
        enter("123456");
        await waitForStep("signed-in");
        await element().signOut();
      }
      await waitForStep("identify");
      window.recordedEvents.length = 0;
      return times;
    },

    /** Replaces the element by a new one, so many times; with `isBusy`, while it waits for the engine. */
    async remount(times, step, isBusy) {
      for (let n = 0; n < times; n++) {
        await waitForStep(step);
        if (isBusy) enter("+91 99999 22332");
        const old = element();
        const next = old.cloneNode();
        next.append("Sign in");
        old.replaceWith();
        await nextTask();
        document.querySelector("main").append(next);
      }
      await waitForStep(step);
      window.recordedEvents.length = 0;
      return times;
    },
  };
}
