// One state of the form in a frame: the real element, brought to the state by acting as a user against the emulator.
//
// The playground calls `window.loadState` once, and `window.applyLook` after each change of the controls.

import "/ae-login.js";
import { STATES } from "./states.js";

const ENGINE = document.body.dataset.engine;
/** The longest wait for a step, in milliseconds. */
const TIMEOUT = 20_000;
/** Attributes that keep frames independent of each other and prevent that a state times out. */
const PLAYGROUND_ATTRIBUTES = { storage: "memory", "session-minutes": "60", "device-id": "playground" };

const themeSheet = new CSSStyleSheet();
const propertiesSheet = new CSSStyleSheet();
const forcedColorsSheet = new CSSStyleSheet();
/** Turns the form round: its own direction is that of its texts. */
const directionSheet = new CSSStyleSheet();
/** The sheets that apply inside a shadow root as well. */
const INNER_SHEETS = [directionSheet, forcedColorsSheet];
document.adoptedStyleSheets = [themeSheet, propertiesSheet];

let element = null;

/** Creates an element and brings it to a state, with a mistake if `isWrong`. */
window.loadState = async (name, { isWrong, isShadow, look }) => {
  const state = STATES.find((state) => state.name === name);
  const { focus } = HTMLElement.prototype;
  const { select } = HTMLInputElement.prototype;
  // The controls of the playground must keep the focus. In Chromium, `select` also moves it.
  HTMLElement.prototype.focus = () => {};
  HTMLInputElement.prototype.select = () => {};
  try {
    const number = `919${String(Math.floor(Math.random() * 1e9)).padStart(9, "0")}`;
    if (state.customer) await register(number, state.customer);
    element = document.createElement("ae-login");
    const attributes = { "base-url": ENGINE, brand: "DocDemo", ...state.attributes, ...PLAYGROUND_ATTRIBUTES };
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.toggleAttribute("shadow", isShadow);
    window.applyLook(look);
    document.querySelector("main").replaceChildren(element);
    const user = createUser(number);
    await user.waitForStep("identify");
    window.applyLook(look);
    await state.reach(user);
    await user.waitForStep(state.step);
    if (!isWrong || !state.makeMistake) return;
    await state.makeMistake(user);
    await user.waitForElement('[part~="error"]:not(:empty), [data-tone="error"]:not(:empty)');
  } finally {
    HTMLElement.prototype.focus = focus;
    HTMLInputElement.prototype.select = select;
  }
};

/** Applies language, direction, colour scheme, theme and properties. */
window.applyLook = (look) => {
  const { documentElement: page } = document;
  page.lang = look.lang;
  page.dir = look.dir;
  page.style.colorScheme = look.scheme;
  themeSheet.replaceSync(look.theme);
  propertiesSheet.replaceSync(look.properties);
  directionSheet.replaceSync(`[part~="form"] { direction: ${look.dir} }`);
  const root = element?.shadowRoot ?? document;
  forcedColorsSheet.replaceSync(look.isForced ? forcedColors(root.adoptedStyleSheets) : "");
  for (const scope of [document, root]) {
    const others = scope.adoptedStyleSheets.filter((sheet) => !INNER_SHEETS.includes(sheet));
    scope.adoptedStyleSheets = [...others, ...INNER_SHEETS];
  }
};

/** Returns the computed colour of a custom property as `#rrggbb`. */
window.computedColor = (property) => {
  const probe = document.createElement("i");
  (element.shadowRoot ?? element).append(probe);
  probe.style.color = `var(${property})`;
  const computed = getComputedStyle(probe).color;
  probe.remove();
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = computed;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
};

/** Registers a customer at the emulator. */
async function register(identifier, customer) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ identifier, ...customer });
  const response = await fetch(`${ENGINE}/_emulator/customers`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`customers: ${response.status}`);
}

/** Returns functions that operate the form like a user with this mobile number. */
function createUser(number) {
  const root = () => element.shadowRoot ?? element;
  const part = (name) => root().querySelector(`[part~="${name}"]`);
  return {
    element,
    number,
    submit: async (values) => {
      for (const [name, value] of Object.entries(values)) {
        const input = part(name);
        input.value = value;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
      part("form").requestSubmit();
    },
    click: (name) => part(name).click(),
    waitForStep: (step) => waitUntil(() => element.getAttribute("step") === step && !element.hasAttribute("busy"), `step ${step}`),
    waitForElement: (selector) => waitUntil(() => root().querySelector(selector) && !element.hasAttribute("busy"), selector),
    async identify(step) {
      await this.submit({ "identifier-input": `+${number}` });
      await this.waitForStep(step);
    },
  };
}

/** Waits until a condition holds, and checks it after each change of the element. */
function waitUntil(condition, what) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      observer.disconnect();
      clearTimeout(timer);
      settle(value);
    };
    const check = () => condition() && end(resolve);
    const observer = new MutationObserver(() => {
      // The shadow root is attached when the form opens.
      if (element.shadowRoot) observer.observe(element.shadowRoot, all);
      check();
    });
    const all = { attributes: true, childList: true, characterData: true, subtree: true };
    const timer = setTimeout(() => end(reject, new Error(`timeout: ${what}`)), TIMEOUT);
    observer.observe(element, all);
    if (element.shadowRoot) observer.observe(element.shadowRoot, all);
    check();
  });
}

/** Returns rules that imitate forced colours, with the rules of the style sheets for them. A page cannot switch the real mode on. */
function forcedColors(sheets) {
  const rules = sheets.flatMap((sheet) => [...sheet.cssRules]);
  const own = rules.filter((rule) => rule.media?.mediaText.includes("forced-colors"));
  const ownRules = own.flatMap((rule) => [...rule.cssRules].map((rule) => rule.cssText.replaceAll(";", " !important;")));
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
    ${ownRules.join("\n")}
  `;
}
