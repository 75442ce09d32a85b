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
  globalThis.fetch = (url, init) =>
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
