// The demo shop: the basket, the account button, the phone that shows messages, and the panels for developers.
//
// It uses the public attributes, events and methods of the widget. Only the emulator has the endpoints below `_emulator`. Elements are
// created by functions of the DOM, because the page's Content Security Policy forbids parsing HTML.

const login = document.querySelector("ae-login");
const engine = login.getAttribute("base-url").replace(/\/$/, "");
const byId = (id) => document.getElementById(id);

// ---- Basket ----

const basket = new Map();
let price = 0;

document.querySelector(".seeds").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { name } = button.dataset;
  basket.set(name, (basket.get(name) ?? 0) + 1);
  price += Number(button.dataset.price);
  byId("ordered").textContent = "";
  drawBasket();
});

byId("order").addEventListener("click", () => {
  if (!login.session) {
    byId("ordered").textContent = "Please sign in first.";
    showLogin();
  } else if (basket.size === 0) {
    byId("ordered").textContent = "There is nothing in the basket.";
  } else {
    basket.clear();
    price = 0;
    drawBasket();
    byId("ordered").textContent = "Thank you. It goes out on Tuesday.";
  }
});

byId("hello").addEventListener("click", (event) => {
  event.preventDefault();
  showLogin();
});

function drawBasket() {
  const rows = [...basket].map(([name, count]) => createElement("li", createElement("span", name), createElement("span", `× ${count}`)));
  byId("basket").replaceChildren(...rows);
  byId("empty").hidden = rows.length > 0;
  byId("count").textContent = [...basket.values()].reduce((sum, count) => sum + count, 0);
  byId("total").textContent = `₹${price}`;
}

/** Scrolls to the form and focuses its first field or button. */
function showLogin() {
  const root = login.shadowRoot ?? login;
  login.scrollIntoView({ block: "center" });
  (root.querySelector("[part~=input]") ?? root.querySelector("button"))?.focus({ preventScroll: true });
}

/** Returns a short name for the greeting. It hides most digits of a number from bystanders. */
function displayName({ identifierType, identifierValue }) {
  return identifierType === "EMAIL" ? identifierValue.split("@")[0] : `…${identifierValue.slice(-4)}`;
}

// ---- Phone ----

const shownMessages = new Set();
const MAX_MESSAGES = 5;
const CHANNELS = { EMAIL: "Email", WHATSAPP: "WhatsApp", ZALO: "Zalo" };

/** Shows the new messages of the emulator. */
async function pollOutbox() {
  if (document.hidden) return;
  try {
    const response = await fetch(`${engine}/_emulator/outbox`, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`outbox: ${response.status}`);
    const { messages } = await response.json();
    setSignal(true);
    messages.sort((one, other) => one.at_ms - other.at_ms).forEach(addMessage);
  } catch {
    setSignal(false);
  }
}

function setSignal(isOn) {
  if (byId("signal").classList.toggle("on", isOn) === isOn) byId("signal").textContent = isOn ? "4G" : "no signal";
}

function addMessage(message) {
  const id = `${message.at_ms} ${message.to} ${message.code}`;
  if (shownMessages.has(id)) return;
  shownMessages.add(id);
  const copy = createElement("button", createElement("b", message.code), createElement("span", "Copy"));
  copy.type = "button";
  copy.addEventListener("click", () => copyCode(copy, message.code));
  const head = `${CHANNELS[message.channel] ?? message.channel} to ${message.to}, ${clock(message.at_ms)}`;
  byId("silent").hidden = true;
  byId("messages").prepend(createElement("li", createElement("small", head), createElement("p", message.text), copy));
  while (byId("messages").children.length > MAX_MESSAGES) byId("messages").lastChild.remove();
  byId("messages").parentNode.scrollTop = 0;
}

async function copyCode(button, code) {
  try {
    await navigator.clipboard.writeText(code);
    button.lastChild.textContent = "Copied";
  } catch {
    // Browsers may deny access to the clipboard. The code is selected, so that the user can copy it.
    getSelection().selectAllChildren(button.firstChild);
  }
}

// ---- Brand ----

/**
 * The key of the selected scene in sessionStorage. The engine's settings are stored with it: if they differ later, the emulator was
 * restarted, and the scene is loaded again.
 */
const STORAGE_KEY = "storefront:brand";
/** The attributes of the element in the HTML. */
const initialAttributes = new Map(login.getAttributeNames().map((name) => [name, login.getAttribute(name)]));
const CREDENTIAL_LABELS = { identifier: "Type", password: "Password", second_identifier: "Then", second_password: "Second password" };
/** The names of the attributes that the scene has set. */
let sceneAttributes = [];

/** Sets the attributes of a scene on the element, and restores those of the previous scene. */
function applyAttributes(scene) {
  for (const name of sceneAttributes) {
    if (initialAttributes.has(name)) login.setAttribute(name, initialAttributes.get(name));
    else login.removeAttribute(name);
  }
  sceneAttributes = Object.keys(scene.attributes);
  for (const name of sceneAttributes) login.setAttribute(name, scene.attributes[name]);
}

function showCustomers(scene) {
  byId("brand").value = scene.name;
  byId("visitors").replaceChildren(...scene.customers.map(customerItem));
}

function customerItem(customer) {
  const credentials = Object.entries(CREDENTIAL_LABELS).filter(([key]) => customer[key]);
  const rows = credentials.map(([key, label]) => createElement("div", createElement("dt", label), createElement("dd", createElement("code", customer[key]))));
  return createElement("li", createElement("dl", ...rows), createElement("p", customer.says));
}

/** Switches the emulator and the element to a scene. A session of the previous brand ends first. */
async function loadScene(name) {
  if (login.session) await login.signOut();
  const response = await post("scene", { name });
  if (!response.ok) throw new Error(`scene: ${response.status}`);
  const scene = await response.json();
  applyAttributes(scene);
  login.restart?.();
  showCustomers(scene);
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ scene, settings: await settings() }));
}

/** Returns the settings of the emulator as text. */
async function settings() {
  return (await fetch(`${engine}/_emulator/settings`, { cache: "no-store" })).text();
}

byId("brand").addEventListener("change", async () => {
  byId("branded").textContent = await loadScene(byId("brand").value).then(
    () => "Set. Sign in as one of these.",
    () => "The emulator does not answer.",
  );
});

const stored = JSON.parse(sessionStorage.getItem(STORAGE_KEY));
// Before the form opens, so that a login in progress continues after a reload.
if (stored) applyAttributes(stored.scene);

async function loadBrands() {
  const { scenes } = await (await fetch(`${engine}/_emulator/scenes`)).json();
  byId("brand").replaceChildren(...scenes.map(({ name, title }) => new Option(title, name)));
  byId("brand").disabled = false;
  showCustomers(stored?.scene ?? scenes[0]);
  if (stored && stored.settings !== (await settings())) await loadScene(stored.scene.name);
}

// ---- Session ----

const renewals = [];
const MAX_TIMES = 4;
/** The server's time minus the browser's time, in milliseconds. It is measured when a token has just been issued; until then it is 0. */
let clockOffset = 0;

function drawSession() {
  const session = login.session ?? null;
  byId("hello").textContent = session ? `Hello, ${displayName(session)}` : "Sign in";
  byId("who").textContent = session ? `${session.identifierType} ${session.identifierValue}` : "nobody";
  byId("user").textContent = session?.userId ?? "–";
  byId("second-factor").textContent = session ? (session.secondFactor ?? "none") : "–";
  byId("renewed").textContent = renewals.join(", ") || "–";
  drawLife();
}

function drawLife() {
  const session = login.session ?? null;
  const left = session ? Math.max(0, session.expiresAt - Date.now() - clockOffset) : 0;
  byId("left").textContent = session ? `${Math.ceil(left / 1000)} s` : "–";
  byId("life").hidden = !session;
  byId("life").value = session ? left / (session.expiresAt - session.issuedAt) : 0;
}

byId("get-token").addEventListener("click", async () => {
  try {
    const token = await login.getToken();
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    byId("answer").textContent = `${token.slice(0, 12)}…, ${token.length} characters, ends ${clock(claims.exp * 1000)}`;
  } catch (error) {
    byId("answer").textContent = `Rejected: ${error.kind ?? error.message}`;
  }
});

byId("sign-out").addEventListener("click", async () => {
  try {
    await login.signOut();
    byId("answer").textContent = "Signed out.";
  } catch (error) {
    byId("answer").textContent = `Rejected: ${error.kind ?? error.message}`;
  }
});

byId("change-password").addEventListener("click", () => {
  byId("answer").textContent = login.session ? "" : "Sign in first.";
  login.changePassword?.();
  showLogin();
});

// ---- Events ----

const EVENTS = ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"];
const MAX_EVENTS = 20;

for (const name of EVENTS) {
  document.addEventListener(name, ({ type, detail }) => {
    if (type === "ae-renewed" || (type === "ae-signed-in" && !detail.restored)) clockOffset = detail.session.issuedAt - Date.now();
    if (type === "ae-renewed") renewals.unshift(clock(Date.now()));
    if (type === "ae-signed-in") renewals.length = 0;
    renewals.splice(MAX_TIMES);
    drawSession();

    const list = byId("events");
    list.querySelector(".none")?.remove();
    list.prepend(createElement("li", createElement("time", clock(Date.now())), createElement("code", type), createElement("pre", JSON.stringify(detail))));
    while (list.children.length > MAX_EVENTS) list.lastChild.remove();
  });
}

// ---- Faults ----

/** The labels of the buttons and the faults that they set at the emulator. Null removes all faults. */
const FAULTS = [
  ["Refuse the next code", { endpoint: "otp-validate", fault: "code", code: 1506, times: 1 }],
  ["Answer after 3 s", { endpoint: "all", fault: "delay", ms: 3000 }],
  ["Engine down", { endpoint: "all", fault: "html-503" }],
  ["Refuse the next renewal", { endpoint: "token-regenerate", fault: "code", code: 1525, times: 1 }],
  ["Remove all faults", null],
];

for (const [label, fault] of FAULTS) {
  const button = createElement("button", label);
  button.type = "button";
  button.addEventListener("click", async () => {
    byId("troubled").textContent = await setFault(fault).then(
      (response) => (response.ok ? `Done: ${label.toLowerCase()}.` : `The emulator refused: ${response.status}.`),
      () => "The emulator does not answer.",
    );
  });
  byId("trouble").append(button);
}

function setFault(fault) {
  return fault ? post("faults", fault) : fetch(`${engine}/_emulator/faults`, { method: "DELETE" });
}

// ---- Helpers and clock ----

function createElement(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

/** Sends a control request to the emulator. */
function post(endpoint, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${engine}/_emulator/${endpoint}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Formats a time in milliseconds since 1970. */
function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** Runs every second. */
async function tick() {
  byId("clock").textContent = clock(Date.now()).slice(0, 5);
  drawLife();
  await pollOutbox();
  setTimeout(tick, 1000);
}

drawSession();
tick();
loadBrands().catch(() => {
  byId("branded").textContent = "The emulator does not answer.";
});
