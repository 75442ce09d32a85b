// A page for the tests: what it hears, what it asks of the network, and elements in it.

const heard = [];
const calls = [];
let answers = [];
const stage = document.createElement("main");
document.body.append(stage);
for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"]) {
  addEventListener(name, (event) => heard.push([name, event.detail, event.target.id]));
}

/** An empty page, with a network that never answers unless told so. */
export function begin() {
  stage.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
  heard.length = calls.length = 0;
  answers = [];
  mend_fetch();
}

/** Lets the page's `fetch` work as at the beginning. */
export function mend_fetch() {
  const value = (url, init) =>
    new Promise((resolve, reject) => {
      // The table of countries never comes.
      if (String(url).startsWith("https://files.example/")) return;
      const call = { url, body: init.body, given_up: false };
      calls.push(call);
      init.signal.addEventListener("abort", () => {
        call.given_up = true;
        reject(new DOMException("given up", "AbortError"));
      });
      const answer = answers.shift();
      if (answer !== undefined) resolve(new Response(answer, { headers: { "content-type": "application/json" } }));
    });
  Object.defineProperty(globalThis, "fetch", { value, configurable: true, writable: true });
}

const refuse = () => {
  throw "refused";
};
/** A real response with one member replaced. */
const response_with = (name, member) => Object.defineProperty(new Response("{}"), name, member);
/** A real response whose body has a reader with this method. */
const response_read_by = (read) => response_with("body", { value: { getReader: () => ({ read, cancel() {} }) } });

/** What replaces the page's `fetch`, by how it fails. */
const BROKEN = {
  "throws an error": () => {
    throw new TypeError("refused");
  },
  "throws a string": refuse,
  "throws nothing": () => {
    throw undefined;
  },
  "rejects with an error": () => Promise.reject(new Error("refused")),
  "rejects with a string": () => Promise.reject("refused"),
  "rejects with an object": () => Promise.reject({ status: 502 }),
  "rejects with nothing": () => Promise.reject(),
  "returns nothing": () => undefined,
  "returns a string": () => "{}",
  "returns an object whose then throws": () => ({ then: refuse }),
  "returns an object whose then cannot be read": () => Object.defineProperty({}, "then", { get: refuse }),
  "returns a promise whose then throws": () => Object.assign(Promise.resolve(new Response("{}")), { then: refuse }),
  "answers with nothing": async () => undefined,
  "answers with null": async () => null,
  "answers with a string": async () => "{}",
  "answers with a symbol": async () => Symbol("response"),
  "answers with a look-alike": async () => ({
    ok: true,
    status: 200,
    headers: new Map(),
    body: null,
    json: async () => ({}),
    text: async () => "{}",
  }),
  "answers with a look-alike of the same name": async () => ({ [Symbol.toStringTag]: "Response", status: 200 }),
  "answers with an object without members": async () => Object.create(null),
  "answers with a proxy": async () => new Proxy(new Response("{}"), {}),
  "answers with a request": async (url) => new Request(url),
  "answers with an error response": async () => Response.error(),
  "answers with a status that throws": async () => response_with("status", { get: refuse }),
  "answers with a status that is a string": async () => response_with("status", { value: "200" }),
  "answers with headers that throw": async () => response_with("headers", { get: refuse }),
  "answers without headers": async () => response_with("headers", { value: undefined }),
  "answers with headers of a map": async () => response_with("headers", { value: new Map() }),
  "answers with headers that give numbers": async () => response_with("headers", { value: { get: () => 1 } }),
  "answers with a body that throws": async () => response_with("body", { get: refuse }),
  "answers with a body that is a string": async () => response_with("body", { value: "{}" }),
  "answers with a body that is being read": async () => {
    const response = new Response("{}");
    response.body.getReader();
    return response;
  },
  "answers with a reader that throws": async () => response_read_by(refuse),
  "answers with a reader that rejects with a string": async () => response_read_by(() => Promise.reject("refused")),
  "answers with a reader that gives nothing": async () => response_read_by(async () => undefined),
  "answers with a reader that gives text": async () => response_read_by(async () => ({ done: false, value: "{}" })),
  "answers with a body that gives no reader": async () => response_with("body", { value: { getReader() {} } }),
  "answers with a body that breaks off": async () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error("refused") })),
};

export function ways_to_break_fetch() {
  return Object.keys(BROKEN);
}

export function break_fetch(how) {
  globalThis.fetch = BROKEN[how];
}

/** A page without `fetch`, or with one that may not be read. */
export function take_fetch_away(how) {
  const get = { missing: () => undefined, "an object": () => ({}), unreadable: refuse }[how];
  Object.defineProperty(globalThis, "fetch", { get, configurable: true });
}

/** A `fetch` that ignores its signal and stops: before its answer, or in the middle of its body. */
export function stall_fetch(where) {
  const answers = {
    headers: () => new Promise(() => {}),
    body: async () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) })),
  };
  globalThis.fetch = answers[where];
}

/** A `fetch` as tracing scripts write it: the address is a string, and the options are a plain object. */
export function trace_fetch() {
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => fetch(url.trim(), { ...init, headers: Object.fromEntries(init.headers) });
}

/** A `fetch` whose response is of another window's class, as of a script that takes `fetch` from a frame. */
export function fetch_from_a_frame(body) {
  const frame = document.createElement("iframe");
  stage.append(frame);
  const { Response } = frame.contentWindow;
  globalThis.fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
}

/** A `fetch` that answers with these bytes, piece by piece. */
export function fetch_bytes(...pieces) {
  const body = () =>
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
  globalThis.fetch = async () => new Response(body(), { headers: { "content-type": "application/json" } });
}

/** Headers of the page that cannot be read, or are not legal. */
export function bad_headers(element, how) {
  const get = { unreadable: refuse, illegal: () => ({ "no name": "x" }), "a number": () => 1 }[how];
  Object.defineProperty(element, "requestHeaders", { get });
}

const real = { setTimeout: globalThis.setTimeout.bind(globalThis) };

/** Resolves with the kind of the next `ae-error`, or after five seconds: so a form that stays busy fails its test by name. */
export function next_error() {
  return new Promise((done) => {
    addEventListener("ae-error", ({ detail }) => done(detail.kind), { once: true });
    real.setTimeout(done, 5_000, "no event");
  });
}

let deadline;

/** Holds the timer of ten seconds back until `pass_deadline`. */
export function hold_deadline() {
  globalThis.setTimeout = (act, ms, ...rest) => {
    if (ms !== 10_000) return real.setTimeout(act, ms, ...rest);
    deadline = act;
    return 0;
  };
}

/** Lets the ten seconds pass. */
export function pass_deadline() {
  globalThis.setTimeout = real.setTimeout;
  deadline();
}

/** What the network will answer next. */
export function will_answer(body) {
  answers.push(body);
}

export function heard_json() {
  return JSON.stringify(heard);
}

export function calls_json() {
  return JSON.stringify(calls);
}

/** One turn of the event loop. */
export function turn() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => (port1.close(), done());
    port2.postMessage(null);
  });
}

/** Puts an element into the page. */
export function put(attributes) {
  const element = document.createElement("ae-login");
  for (const [name, value] of Object.entries(JSON.parse(attributes))) element.setAttribute(name, value);
  const fallback = document.createElement("p");
  fallback.textContent = "fallback";
  element.append(fallback);
  stage.append(element);
  return element;
}

/** Types as a person does, and sends the form. */
export function type_and_send(element, text) {
  const root = element.shadowRoot ?? element;
  const input = root.querySelector("input");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  root.querySelector("form").requestSubmit();
}

/** Sends the form as it stands. */
export function send(element) {
  element.querySelector("form").requestSubmit();
}

/** What the latest call carried in a field. */
export function sent(field) {
  return JSON.parse(calls.at(-1).body)[field];
}

/** A session without a form, which comes before any element. */
export function session_without_form(attributes) {
  return customElements.get("ae-login").createSession(JSON.parse(attributes));
}

/** What an earlier page of this tab left behind. */
export function left_behind(key, record) {
  sessionStorage.setItem(key, record);
}

/** Another field of the page, with the focus in it. */
export function focus_elsewhere() {
  const field = document.createElement("input");
  field.id = "elsewhere";
  stage.append(field);
  field.focus();
}

/** Presses a part of the form as a mouse does, which in some browsers leaves the focus where it was. */
export function press(element, part) {
  element.querySelector(`[part~=${part}]`).click();
}

/** Who has the focus: an id outside of the form, or the part within it. */
export function focused() {
  return document.activeElement.id.includes("ae-login") ? document.activeElement.part.value : document.activeElement.id;
}

export function typed(element) {
  return element.querySelector("input").value;
}

/** Puts an element back that was in the page before. */
export function put_back(element) {
  stage.append(element);
}

/** Moves an element within the page, as sorting a list does. */
export function move_away(element) {
  const elsewhere = document.createElement("section");
  stage.append(elsewhere);
  elsewhere.append(element);
}

const storage = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");

/** Storage that throws, as browsers have it that block it. */
export function block_storage(blocked) {
  const get = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  Object.defineProperty(globalThis, "sessionStorage", blocked ? { ...storage, get } : storage);
}

/** Does something in the page's own handler, in the middle of what the widget does. */
export function when(name, action) {
  addEventListener(name, action, { once: true });
}

/** A token call that must fail; gives the kind. */
export async function refused_token(element) {
  try {
    await element.getToken();
    return "given";
  } catch (error) {
    return `${error.name} ${error.kind}`;
  }
}

export function sign_out(element) {
  return element.signOut();
}

/** How often a text stands in memory, given backwards so that asking does not put it there. */
export function times_in_memory(memory, backwards) {
  const text = [...backwards].reverse().join("");
  return new TextDecoder("latin1").decode(new Uint8Array(memory.buffer)).split(text).length - 1;
}

/** The files of a release with no other language than English. */
export function files() {
  return { base: "https://files.example/", hashes: {} };
}
