// Runs the demo shop: its basket, its account button, and what stands behind the counter.
//
// It uses the widget as any page would: its events, attributes, `session` and methods. The `_emulator` calls belong to the
// demo's engine alone. Nodes are built, never parsed, for the page's policy forbids it.

const login = document.querySelector("ae-login");
const engine = login.getAttribute("base-url").replace(/\/$/, "");
const at = (id) => document.getElementById(id);

// ---- The shop ----

const basket = new Map();
let price = 0;

document.querySelector(".seeds").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { name } = button.dataset;
  basket.set(name, (basket.get(name) ?? 0) + 1);
  price += Number(button.dataset.price);
  at("ordered").textContent = "";
  drawBasket();
});

at("order").addEventListener("click", () => {
  if (!login.session) {
    at("ordered").textContent = "Please sign in first.";
    bringLogin();
  } else if (basket.size === 0) {
    at("ordered").textContent = "There is nothing in the basket.";
  } else {
    basket.clear();
    price = 0;
    drawBasket();
    at("ordered").textContent = "Thank you. It goes out on Tuesday.";
  }
});

at("hello").addEventListener("click", (event) => {
  event.preventDefault();
  bringLogin();
});

function drawBasket() {
  const rows = [...basket].map(([name, count]) => make("li", make("span", name), make("span", `× ${count}`)));
  at("basket").replaceChildren(...rows);
  at("empty").hidden = rows.length > 0;
  at("count").textContent = [...basket.values()].reduce((sum, count) => sum + count, 0);
  at("total").textContent = `₹${price}`;
}

function bringLogin() {
  const root = login.shadowRoot ?? login;
  login.scrollIntoView({ block: "center" });
  (root.querySelector("[part~=input]") ?? root.querySelector("button"))?.focus({ preventScroll: true });
}

/** How the shop greets somebody: not with the whole number, over whose shoulder one may look. */
function greeting({ identifierType, identifierValue }) {
  return identifierType === "EMAIL" ? identifierValue.split("@")[0] : `…${identifierValue.slice(-4)}`;
}

// ---- The phone ----

const seen = new Set();
const KEPT_MESSAGES = 5;
const CHANNELS = { EMAIL: "E-mail", WHATSAPP: "WhatsApp", ZALO: "Zalo" };

async function listen() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`${engine}/_emulator/outbox`, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`outbox: ${answer.status}`);
    const { messages } = await answer.json();
    signal(true);
    messages.sort((one, other) => one.at_ms - other.at_ms).forEach(arrive);
  } catch {
    signal(false);
  }
}

function signal(on) {
  if (at("signal").classList.toggle("on", on) === on) at("signal").textContent = on ? "4G" : "no signal";
}

function arrive(message) {
  const mark = `${message.at_ms} ${message.to} ${message.code}`;
  if (seen.has(mark)) return;
  seen.add(mark);
  const copy = make("button", make("b", message.code), make("span", "Copy"));
  copy.type = "button";
  copy.addEventListener("click", () => copyCode(copy, message.code));
  const head = `${CHANNELS[message.channel] ?? message.channel} to ${message.to}, ${clock(message.at_ms)}`;
  at("silent").hidden = true;
  at("messages").prepend(make("li", make("small", head), make("p", message.text), copy));
  while (at("messages").children.length > KEPT_MESSAGES) at("messages").lastChild.remove();
  at("messages").parentNode.scrollTop = 0;
}

async function copyCode(button, code) {
  try {
    await navigator.clipboard.writeText(code);
    button.lastChild.textContent = "Copied";
  } catch {
    // Not allowed outside https and loopback: leave it marked, ready for the person's own copy.
    getSelection().selectAllChildren(button.firstChild);
  }
}

// ---- The brand ----

/** What this tab has chosen, and the engine's settings since then: another engine, or one begun anew, has others. */
const CHOSEN = "storefront:brand";
/** The element as the page has written it. */
const written = new Map(login.getAttributeNames().map((name) => [name, login.getAttribute(name)]));
const WORDS = { identifier: "Type", password: "Password", second_identifier: "Then", second_password: "Second password" };
let worn = [];

function wear(scene) {
  for (const name of worn) {
    if (written.has(name)) login.setAttribute(name, written.get(name));
    else login.removeAttribute(name);
  }
  worn = Object.keys(scene.attributes);
  for (const name of worn) login.setAttribute(name, scene.attributes[name]);
}

function introduce(scene) {
  at("brand").value = scene.name;
  at("visitors").replaceChildren(...scene.customers.map(visitor));
}

function visitor(customer) {
  const facts = Object.entries(WORDS).filter(([key]) => customer[key]);
  const rows = facts.map(([key, word]) => make("div", make("dt", word), make("dd", make("code", customer[key]))));
  return make("li", make("dl", ...rows), make("p", customer.says));
}

/** Makes the engine the brand of a scene, and the form one that fits. Whoever is signed in is a customer of the brand before. */
async function play(name) {
  if (login.session) await login.signOut();
  const answer = await tell("scene", { name });
  if (!answer.ok) throw new Error(`scene: ${answer.status}`);
  const scene = await answer.json();
  wear(scene);
  login.restart?.();
  introduce(scene);
  sessionStorage.setItem(CHOSEN, JSON.stringify({ scene, settings: await settings() }));
}

async function settings() {
  return (await fetch(`${engine}/_emulator/settings`, { cache: "no-store" })).text();
}

at("brand").addEventListener("change", async () => {
  at("branded").textContent = await play(at("brand").value).then(
    () => "Set. Sign in as one of these.",
    () => "The emulator does not answer.",
  );
});

const chosen = JSON.parse(sessionStorage.getItem(CHOSEN));
// At once, so that a form that was under way finds itself in the same shop.
if (chosen) wear(chosen.scene);

async function offerBrands() {
  const { scenes } = await (await fetch(`${engine}/_emulator/scenes`)).json();
  at("brand").replaceChildren(...scenes.map(({ name, title }) => new Option(title, name)));
  at("brand").disabled = false;
  introduce(chosen?.scene ?? scenes[0]);
  if (chosen && chosen.settings !== (await settings())) await play(chosen.scene.name);
}

// ---- The session ----

const renewals = [];
const KEPT_TIMES = 4;
/** How far the server's clock is ahead of ours: known when a token has just been made, guessed as nothing before. */
let ahead = 0;

function drawSession() {
  const session = login.session ?? null;
  at("hello").textContent = session ? `Hello, ${greeting(session)}` : "Sign in";
  at("who").textContent = session ? `${session.identifierType} ${session.identifierValue}` : "nobody";
  at("user").textContent = session?.userId ?? "–";
  at("second-factor").textContent = session ? (session.secondFactor ?? "none") : "–";
  at("renewed").textContent = renewals.join(", ") || "–";
  drawLife();
}

function drawLife() {
  const session = login.session ?? null;
  const left = session ? Math.max(0, session.expiresAt - Date.now() - ahead) : 0;
  at("left").textContent = session ? `${Math.ceil(left / 1000)} s` : "–";
  at("life").hidden = !session;
  at("life").value = session ? left / (session.expiresAt - session.issuedAt) : 0;
}

at("get-token").addEventListener("click", async () => {
  try {
    const token = await login.getToken();
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    at("answer").textContent = `${token.slice(0, 12)}…, ${token.length} characters, ends ${clock(claims.exp * 1000)}`;
  } catch (error) {
    at("answer").textContent = `Rejected: ${error.kind ?? error.message}`;
  }
});

at("sign-out").addEventListener("click", async () => {
  try {
    await login.signOut();
    at("answer").textContent = "Signed out.";
  } catch (error) {
    at("answer").textContent = `Rejected: ${error.kind ?? error.message}`;
  }
});

at("change-password").addEventListener("click", () => {
  at("answer").textContent = login.session ? "" : "Sign in first.";
  login.changePassword?.();
  bringLogin();
});

// ---- Events ----

const EVENTS = ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"];
const KEPT_EVENTS = 20;

for (const name of EVENTS) {
  document.addEventListener(name, ({ type, detail }) => {
    if (type === "ae-renewed" || (type === "ae-signed-in" && !detail.restored)) ahead = detail.session.issuedAt - Date.now();
    if (type === "ae-renewed") renewals.unshift(clock(Date.now()));
    if (type === "ae-signed-in") renewals.length = 0;
    renewals.splice(KEPT_TIMES);
    drawSession();

    const list = at("events");
    list.querySelector(".none")?.remove();
    list.prepend(make("li", make("time", clock(Date.now())), make("code", type), make("pre", JSON.stringify(detail))));
    while (list.children.length > KEPT_EVENTS) list.lastChild.remove();
  });
}

// ---- Trouble ----

const TROUBLE = [
  ["Refuse the next code", { endpoint: "otp-validate", fault: "code", code: 1506, times: 1 }],
  ["Answer after 3 s", { endpoint: "all", fault: "delay", ms: 3000 }],
  ["Engine down", { endpoint: "all", fault: "html-503" }],
  ["Refuse the next renewal", { endpoint: "token-regenerate", fault: "code", code: 1525, times: 1 }],
  ["All well again", null],
];

for (const [label, fault] of TROUBLE) {
  const button = make("button", label);
  button.type = "button";
  button.addEventListener("click", async () => {
    at("troubled").textContent = await ask(fault).then(
      (answer) => (answer.ok ? `Done: ${label.toLowerCase()}.` : `The emulator refused: ${answer.status}.`),
      () => "The emulator does not answer.",
    );
  });
  at("trouble").append(button);
}

function ask(fault) {
  return fault ? tell("faults", fault) : fetch(`${engine}/_emulator/faults`, { method: "DELETE" });
}

// ---- Small things, and the beat that moves them ----

function make(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

/** Tells the emulator something. */
function tell(place, what) {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${engine}/_emulator/${place}`, { method: "POST", headers, body: JSON.stringify(what) });
}

function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

async function beat() {
  at("clock").textContent = clock(Date.now()).slice(0, 5);
  drawLife();
  await listen();
  setTimeout(beat, 1000);
}

drawSession();
beat();
offerBrands().catch(() => {
  at("branded").textContent = "The emulator does not answer.";
});
