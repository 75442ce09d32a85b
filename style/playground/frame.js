// One state of the widget in a page of its own: the real element, led there through the emulated engine.
//
// The playground calls `show` once and `wear` whenever the looks change.

import "/ae-login.js";
import { STATES } from "./states.js";

const ENGINE = document.body.dataset.engine;
const PATIENCE = 20_000;
/** Attributes of the playground and no shop: nothing is kept, and a state stays while somebody looks at it. */
const OWN = { storage: "memory", "session-minutes": "60", "device-id": "playground" };

const theme = new CSSStyleSheet();
const changes = new CSSStyleSheet();
const forced = new CSSStyleSheet();
document.adoptedStyleSheets = [theme, changes];

let login = null;

/** Leads a new element to a state, and to something wrong there if that is wanted. */
window.show = async (name, { isWrong, isShadow, look }) => {
  const state = STATES.find((state) => state.name === name);
  const { focus } = HTMLElement.prototype;
  const { select } = HTMLInputElement.prototype;
  // Nobody is at work in here: whoever moves a control keeps the focus, which Chromium gives to what is selected as well.
  HTMLElement.prototype.focus = () => {};
  HTMLInputElement.prototype.select = () => {};
  try {
    const number = `919${String(Math.floor(Math.random() * 1e9)).padStart(9, "0")}`;
    if (state.customer) await register(number, state.customer);
    login = document.createElement("ae-login");
    const attributes = { "base-url": ENGINE, brand: "DocDemo", ...state.attributes, ...OWN };
    for (const [attribute, value] of Object.entries(attributes)) login.setAttribute(attribute, value);
    login.toggleAttribute("shadow", isShadow);
    window.wear(look);
    document.querySelector("main").replaceChildren(login);
    const it = hands(number);
    await it.reaches("identify");
    window.wear(look);
    await state.walk(it);
    await it.reaches(state.step);
    if (!isWrong || !state.slip) return;
    await state.slip(it);
    await it.sees('[part~="error"]:not(:empty), [data-tone="error"]:not(:empty)');
  } finally {
    HTMLElement.prototype.focus = focus;
    HTMLInputElement.prototype.select = select;
  }
};

/** Puts the looks on: two texts of CSS, and what a page says of itself. */
window.wear = (look) => {
  const { documentElement: page } = document;
  page.lang = look.lang;
  page.dir = look.dir;
  page.style.colorScheme = look.scheme;
  theme.replaceSync(look.theme);
  changes.replaceSync(look.changes);
  const root = login?.shadowRoot ?? document;
  forced.replaceSync(look.isForced ? forcedColours(root.adoptedStyleSheets) : "");
  for (const place of [document, root]) {
    place.adoptedStyleSheets = [...place.adoptedStyleSheets.filter((sheet) => sheet !== forced), forced];
  }
};

/** The colour that a custom property comes to, as `#rrggbb`. */
window.colourOf = (property) => {
  const probe = document.createElement("i");
  (login.shadowRoot ?? login).append(probe);
  probe.style.color = `var(${property})`;
  const computed = getComputedStyle(probe).color;
  probe.remove();
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = computed;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
};

async function register(identifier, customer) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ identifier, ...customer });
  const answer = await fetch(`${ENGINE}/_emulator/customers`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`customers: ${answer.status}`);
}

/** What a customer's hands and eyes do. */
function hands(number) {
  const root = () => login.shadowRoot ?? login;
  const part = (name) => root().querySelector(`[part~="${name}"]`);
  return {
    login,
    number,
    sends: async (values) => {
      for (const [name, value] of Object.entries(values)) {
        const input = part(name);
        input.value = value;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
      part("form").requestSubmit();
    },
    presses: (name) => part(name).click(),
    reaches: (step) => until(() => login.getAttribute("step") === step && !login.hasAttribute("busy"), `step ${step}`),
    sees: (selector) => until(() => root().querySelector(selector) && !login.hasAttribute("busy"), selector),
    async identifies(step) {
      await this.sends({ "identifier-input": `+${number}` });
      await this.reaches(step);
    },
  };
}

/** Waits until something holds of the element, and looks whenever it changes. */
function until(holds, what) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      observer.disconnect();
      clearTimeout(late);
      settle(value);
    };
    const look = () => holds() && end(resolve);
    const observer = new MutationObserver(() => {
      // It comes with the form.
      if (login.shadowRoot) observer.observe(login.shadowRoot, all);
      look();
    });
    const all = { attributes: true, childList: true, characterData: true, subtree: true };
    const late = setTimeout(() => end(reject, new Error(`waited for ${what} in vain`)), PATIENCE);
    observer.observe(login, all);
    if (login.shadowRoot) observer.observe(login.shadowRoot, all);
    look();
  });
}

/** Roughly what a browser does in forced colours, and the product's own rules for them: no page can ask for the real thing. */
function forcedColours(sheets) {
  const rules = sheets.flatMap((sheet) => [...sheet.cssRules]);
  const own = rules.filter((rule) => rule.media?.mediaText.includes("forced-colors"));
  const inside = own.flatMap((rule) => [...rule.cssRules].map((rule) => rule.cssText.replaceAll(";", " !important;")));
  return `
    :where(body) { background: Canvas !important; color: CanvasText !important; }
    :where([part]:not([part~="country"], [part~="spinner"])) {
      border-color: CanvasText !important;
      outline-color: Highlight !important;
      background-color: transparent !important;
      background-image: none !important;
      box-shadow: none !important;
      color: CanvasText !important;
    }
    :where([part~="form"], [part~="notice"]) { background-color: Canvas !important; }
    :where([part~="input"]) { background-color: Field !important; color: FieldText !important; }
    :where(button[part], button [part]:not([part~="spinner"])) { border-color: ButtonText !important; color: ButtonText !important; }
    ${inside.join("\n")}
  `;
}
