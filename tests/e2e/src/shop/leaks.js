// Counts what a page holds that somebody has to give back, and plays what takes weeks: an engine within the page answers at once,
// with what the real one answered before.

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
    // What is in the map stays in memory, so that nothing else is put into it.
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
        // A moment, ten thousand times, would be a quarter of an hour.
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

  /** The engine's answers by the paths of its calls. */
  const answers = {};
  let plays = false;
  let asked = 0;
  const { fetch } = window;
  window.fetch = async (...given) => {
    const path = new URL(new Request(...given).url).pathname;
    const call = path.split("/").slice(-2).join("/");
    if (!plays || !path.startsWith("/auth/")) {
      const response = await fetch(...given);
      if (path.startsWith("/auth/")) answers[call] = await response.clone().json();
      return response;
    }
    asked += 1;
    if (plays === "silent") return new Promise((_, refuse) => given[1].signal.addEventListener("abort", refuse));
    const answer = structuredClone(answers[call] ?? answers["otp/validate"]);
    if (answer.auth?.token) answer.auth.token = another(answer.auth.token);
    return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  };
  /** A token as good as this one that is issued now and lives five seconds. */
  const another = (token) => {
    const [head, claims] = token.split(".");
    const iat = Math.floor(Date.now() / 1000);
    const all = { ...JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))), iat, exp: iat + 5 };
    const letters = (text) => btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    // None is like another, nor of the same length as the one before.
    return [head, letters(JSON.stringify(all)), letters(`${asked} ${"x".repeat(asked % 40)}`)].join(".");
  };

  const turn = () => {
    const { port1, port2 } = new MessageChannel();
    return new Promise((done) => {
      port1.onmessage = () => (port1.close(), done());
      port2.postMessage(null);
    });
  };
  const element = () => document.querySelector("ae-login");
  const until = async (what, is) => {
    for (let n = 0; n < 20_000; n++) {
      if (is()) return;
      await turn();
    }
    throw new Error(`waited for ${what} in vain, after ${JSON.stringify(window.heard.slice(-3))} and ${asked} calls`);
  };
  const reaches = (step) => until(step, () => element().getAttribute("step") === step && !element().hasAttribute("busy"));
  const enter = (text) => {
    const input = element().querySelector("input:not([hidden])");
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    element().querySelector("form").requestSubmit();
  };
  const nodes = (root) => [...root.querySelectorAll("*")].reduce((all, { shadowRoot }) => all + 1 + (shadowRoot ? nodes(shadowRoot) : 0), 0);

  window.leaks = {
    /** Whether the engine is played here: `true`, `false`, or `"silent"` for one that never answers. */
    plays: (how) => void (plays = how),

    /** What there is of everything that has to be given back; and the memory of wasm, and its table of the page's objects. */
    async count() {
      // Whoever asks for a lock now is served after all who asked before.
      for (let n = 0; n < 5; n++) await request.call(navigator.locks, "counting", turn);
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

    /** Renews the token so many times, whenever four of its five seconds are over. */
    async renews(times) {
      for (let n = 0; n < times; n++) {
        let isRenewed = false;
        element().addEventListener("ae-renewed", () => (isRenewed = true), { once: true });
        window.ahead += 4_100;
        window.dispatchEvent(new Event("focus"));
        await until("a new token", () => isRenewed);
      }
      window.heard.length = 0;
      return times;
    },

    /** Signs in by a code and out again, so many times. */
    async signsInAndOut(times) {
      for (let n = 0; n < times; n++) {
        await reaches("identify");
        enter("+91 99999 22332");
        await reaches("code");
        enter("123456");
        await reaches("signed-in");
        await element().signOut();
      }
      await reaches("identify");
      window.heard.length = 0;
      return times;
    },

    /** Takes the element away and puts a new one in its place, so many times; `asks` if it is taken away while it asks. */
    async comesAndGoes(times, step, asks) {
      for (let n = 0; n < times; n++) {
        await reaches(step);
        if (asks) enter("+91 99999 22332");
        const old = element();
        const next = old.cloneNode();
        next.append("Sign in");
        old.replaceWith();
        await turn();
        document.querySelector("main").append(next);
      }
      await reaches(step);
      window.heard.length = 0;
      return times;
    },
  };
}
