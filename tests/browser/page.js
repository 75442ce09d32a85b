// The page of the browser tests: records events and requests, answers requests, and acts like a user.

/** Each event: its type, its detail and the id of its target. */
const events = [];
/** Each request of the widget: its URL, its body and whether it was aborted. */
const requests = [];
/** The bodies of the next answers. Without one, a request is never answered. */
let answers = [];
const container = document.createElement("main");
document.body.append(container);
for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"]) {
  addEventListener(name, (event) => events.push([name, event.detail, event.target.id]));
}

/** How often the focused element was read. */
let focusReads = 0;
const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement");
Object.defineProperty(Document.prototype, "activeElement", {
  configurable: true,
  get() {
    focusReads += 1;
    return get.call(this);
  },
});

/** Returns how many forms were drawn since the last call. Before each drawing, the form looks whether it has the focus. */
export function takeDrawings() {
  const count = focusReads;
  focusReads = 0;
  return count;
}

/** Empties the page and its storage, and forgets recorded events, requests and answers. */
export function resetPage() {
  container.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
  events.length = requests.length = 0;
  answers = [];
  restoreFetch();
}

/** Replaces `fetch` by one that records requests and takes answers from `queueAnswer`. */
export function restoreFetch() {
  const value = (url, init) =>
    new Promise((resolve, reject) => {
      // The table of countries is never answered.
      if (String(url).startsWith("https://files.example/")) return;
      const request = { url, body: init.body, aborted: false };
      requests.push(request);
      init.signal.addEventListener("abort", () => {
        request.aborted = true;
        reject(new DOMException("aborted", "AbortError"));
      });
      const answer = answers.shift();
      if (answer !== undefined) resolve(new Response(answer, { headers: { "content-type": "application/json" } }));
    });
  Object.defineProperty(globalThis, "fetch", { value, configurable: true, writable: true });
}

const throwString = () => {
  throw "refused";
};
/** Returns a response with one property replaced. */
const responseWith = (name, member) => Object.defineProperty(new Response("{}"), name, member);
/** Returns a response whose body's reader has this method `read`. */
const responseReadBy = (read) => responseWith("body", { value: { getReader: () => ({ read, cancel() {} }) } });

/** Functions that replace `fetch`, by the way they fail. */
const BROKEN_FETCHES = {
  "throws an error": () => {
    throw new TypeError("refused");
  },
  "throws a string": throwString,
  "throws nothing": () => {
    throw undefined;
  },
  "rejects with an error": () => Promise.reject(new Error("refused")),
  "rejects with a string": () => Promise.reject("refused"),
  "rejects with an object": () => Promise.reject({ status: 502 }),
  "rejects with nothing": () => Promise.reject(),
  "returns nothing": () => undefined,
  "returns a string": () => "{}",
  "returns an object whose then throws": () => ({ then: throwString }),
  "returns an object whose then cannot be read": () => Object.defineProperty({}, "then", { get: throwString }),
  "returns a promise whose then throws": () => Object.assign(Promise.resolve(new Response("{}")), { then: throwString }),
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
  "answers with a status that throws": async () => responseWith("status", { get: throwString }),
  "answers with a status that is a string": async () => responseWith("status", { value: "200" }),
  "answers with headers that throw": async () => responseWith("headers", { get: throwString }),
  "answers without headers": async () => responseWith("headers", { value: undefined }),
  "answers with headers of a map": async () => responseWith("headers", { value: new Map() }),
  "answers with headers that give numbers": async () => responseWith("headers", { value: { get: () => 1 } }),
  "answers with a body that throws": async () => responseWith("body", { get: throwString }),
  "answers with a body that is a string": async () => responseWith("body", { value: "{}" }),
  "answers with a body that is being read": async () => {
    const response = new Response("{}");
    response.body.getReader();
    return response;
  },
  "answers with a reader that throws": async () => responseReadBy(throwString),
  "answers with a reader that rejects with a string": async () => responseReadBy(() => Promise.reject("refused")),
  "answers with a reader that gives nothing": async () => responseReadBy(async () => undefined),
  "answers with a reader that gives text": async () => responseReadBy(async () => ({ done: false, value: "{}" })),
  "answers with a body that gives no reader": async () => responseWith("body", { value: { getReader() {} } }),
  "answers with a body that breaks off": async () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error("refused") })),
};

/** The names for `breakFetch`. */
export function brokenFetches() {
  return Object.keys(BROKEN_FETCHES);
}

/** Replaces `fetch` by a function that fails in this way. */
export function breakFetch(how) {
  globalThis.fetch = BROKEN_FETCHES[how];
}

/** Removes `fetch`, replaces it by an object, or makes reading it throw. */
export function removeFetch(how) {
  const get = { missing: () => undefined, "an object": () => ({}), unreadable: throwString }[how];
  Object.defineProperty(globalThis, "fetch", { get, configurable: true });
}

/** Replaces `fetch` by one that ignores its signal and never ends: before the headers, or within the body. */
export function stallFetch(where) {
  const answers = {
    headers: () => new Promise(() => {}),
    body: async () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) })),
  };
  globalThis.fetch = answers[where];
}

/** Wraps `fetch` like a tracing script, which expects the URL as a string and the options as a plain object. */
export function wrapFetch() {
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => fetch(url.trim(), { ...init, headers: Object.fromEntries(init.headers) });
}

/** Replaces `fetch` by one that returns a `Response` of another window, as `fetch` of a frame does. */
export function fetchFromFrame(body) {
  const frame = document.createElement("iframe");
  container.append(frame);
  const { Response } = frame.contentWindow;
  globalThis.fetch = async () => new Response(body, { headers: { "content-type": "application/json" } });
}

/** Replaces `fetch` by one whose body consists of these chunks. */
export function answerWithChunks(...chunks) {
  const body = () =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
  globalThis.fetch = async () => new Response(body(), { headers: { "content-type": "application/json" } });
}

/** Makes reading `requestHeaders` of an element throw, or gives it an invalid value. */
export function setInvalidHeaders(element, how) {
  const get = { unreadable: throwString, illegal: () => ({ "no name": "x" }), "a number": () => 1 }[how];
  Object.defineProperty(element, "requestHeaders", { get });
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);

/** Resolves with the kind of the next `ae-error`. Resolves with "no event" after five seconds, so that the test fails with a clear message. */
export function nextError() {
  return new Promise((done) => {
    addEventListener("ae-error", ({ detail }) => done(detail.kind), { once: true });
    realSetTimeout(done, 5_000, "no event");
  });
}

/** The callback of the widget's timer of ten seconds. */
let deadline;

/** Replaces `setTimeout`, so that the timer of ten seconds fires in `fireDeadline` only. */
export function holdDeadline() {
  globalThis.setTimeout = (callback, ms, ...rest) => {
    if (ms !== 10_000) return realSetTimeout(callback, ms, ...rest);
    deadline = callback;
    return 0;
  };
}

/** Fires the timer of ten seconds. */
export function fireDeadline() {
  globalThis.setTimeout = realSetTimeout;
  deadline();
}

/** Sets the body of the answer to the next request that has none. */
export function queueAnswer(body) {
  answers.push(body);
}

/** The recorded events as JSON. */
export function eventsJson() {
  return JSON.stringify(events);
}

/** The recorded requests as JSON. */
export function requestsJson() {
  return JSON.stringify(requests);
}

/** Resolves in a later task of the event loop. */
export function nextTask() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => (port1.close(), done());
    port2.postMessage(null);
  });
}

/** Adds an element with these attributes (JSON) and a fallback to the page. */
export function addElement(attributes) {
  const element = document.createElement("ae-login");
  for (const [name, value] of Object.entries(JSON.parse(attributes))) element.setAttribute(name, value);
  const fallback = document.createElement("p");
  fallback.textContent = "fallback";
  element.append(fallback);
  container.append(element);
  return element;
}

/** Types into the first field and submits the form. */
export function typeAndSubmit(element, text) {
  const root = element.shadowRoot ?? element;
  const input = root.querySelector("input");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  root.querySelector("form").requestSubmit();
}

/** Submits the form. */
export function submit(element) {
  element.querySelector("form").requestSubmit();
}

/** Returns a field of the last request's body. */
export function lastRequestField(field) {
  return JSON.parse(requests.at(-1).body)[field];
}

/** Creates a session without a form from options in JSON. */
export function createSession(attributes) {
  return customElements.get("ae-login").createSession(JSON.parse(attributes));
}

/** Stores a record as an earlier page of this tab would have done. */
export function storeRecord(key, record) {
  sessionStorage.setItem(key, record);
}

/** Adds an input outside the form and focuses it. */
export function focusOutside() {
  const field = document.createElement("input");
  field.id = "outside";
  container.append(field);
  field.focus();
}

/** Clicks a part of the form. Like a mouse click in some browsers, this does not move the focus. */
export function clickPart(element, part) {
  element.querySelector(`[part~=${part}]`).click();
}

/** Returns the focused element: its part if it is in the form, else its id. */
export function focused() {
  return document.activeElement.id.includes("ae-login") ? document.activeElement.part.value : document.activeElement.id;
}

/** Returns the value of the first field. */
export function inputValue(element) {
  return element.querySelector("input").value;
}

/** Adds an element that was removed to the page again. */
export function reinsert(element) {
  container.append(element);
}

/** Moves an element within the page, like sorting a list. */
export function moveElement(element) {
  const section = document.createElement("section");
  container.append(section);
  section.append(element);
}

const storage = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");

/** Makes `sessionStorage` throw, as in browsers that block storage, or restores it. */
export function blockSessionStorage(blocked) {
  const get = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  Object.defineProperty(globalThis, "sessionStorage", blocked ? { ...storage, get } : storage);
}

/** Adds an event listener that is called once. */
export function listenOnce(name, listener) {
  addEventListener(name, listener, { once: true });
}

/** Calls `getToken()` and returns the name and the kind of its error. */
export async function tokenError(element) {
  try {
    await element.getToken();
    return "no error";
  } catch (error) {
    return `${error.name} ${error.kind}`;
  }
}

/** Calls `signOut()`. */
export function signOut(element) {
  return element.signOut();
}

/** Counts a text in memory. It is passed backwards, so that the call itself does not write it to memory. */
export function occurrencesInMemory(memory, backwards) {
  const text = [...backwards].reverse().join("");
  return new TextDecoder("latin1").decode(new Uint8Array(memory.buffer)).split(text).length - 1;
}

/** The files of a release that has English only. */
export function files() {
  return { url: (file) => `https://files.example/${file}`, hashes: {} };
}
