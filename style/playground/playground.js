// The playground: controls on one side, every state of the form on the other, each in a frame (frame.js).
//
// The options are stored in the hash of the URL. The list of custom properties is read from style/tokens.css, which the demo serves.
// Elements are created by functions of the DOM, because the page's Content Security Policy forbids parsing HTML.

import { SETTINGS, STATES } from "./states.js";

const ENGINE = document.body.dataset.engine;
const THEMES = ["plain", "dense", "rounded", "high-contrast", "dark-luxury"];
/** How many states are loaded at the same time. */
const CONCURRENCY = 3;
/** By unit: the heading of its properties, and a CSS property that accepts values of this unit. */
const UNITS = {
  color: ["Colours", "color"],
  length: ["Sizes", "width"],
  number: ["Weights and lines", "line-height"],
  "font-family": ["Fonts", "font-family"],
  shadow: ["Shadow", "box-shadow"],
  time: ["Time", "transition-duration"],
};

const byId = (id) => document.getElementById(id);

// ---- Options ----

/** The default width of the frames, which fits on the screen of a phone. */
const WIDTH = innerWidth < 420 ? "320" : "390";
const DEFAULTS = { theme: "", width: WIDTH, lang: "en", dir: "auto", scheme: "light", forced: "", wrong: "", shadow: "", state: "identify" };
/** The options above and the changed custom properties, by name. */
let options = { ...DEFAULTS };

function readHash() {
  options = { ...DEFAULTS };
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name in DEFAULTS || properties.some((property) => property.name === name)) options[name] = value;
  }
  if (!THEMES.includes(options.theme)) options.theme = "";
  if (!STATES.some(({ name }) => name === options.state)) options.state = DEFAULTS.state;
  if (!languages.includes(options.lang)) options.lang = DEFAULTS.lang;
  if (!(options.width >= 240 && options.width <= 2000)) options.width = DEFAULTS.width;
}

function writeHash() {
  const other = Object.entries(options).filter(([name, value]) => value !== (DEFAULTS[name] ?? ""));
  history.replaceState(null, "", `#${new URLSearchParams(other)}`);
}

/** Sets an option. Most apply at once; `wrong` and `shadow` load all states again. */
function setOption(name, value) {
  if (value === "" && !(name in DEFAULTS)) delete options[name];
  else options[name] = value;
  writeHash();
  updateControls();
  if (name === "wrong" || name === "shadow") loadStates();
  else if (name !== "state") applyLook();
}

// ---- Look ----

const themes = new Map();
let properties = [];
let languages = ["en"];

/** Reads the lines of tokens.css: name, default, and in a comment the unit and the meaning. */
function readProperties(sheet) {
  const [first] = sheet.split("\n}\n");
  const lines = first.matchAll(/^ {2}(--ae-[\w-]+): (.*); \/\* ([\w-]+); (.*) \*\/$/gm);
  return [...lines].map(([, name, preset, unit, meaning]) => ({ name, preset, unit, meaning }));
}

/** Reads the custom properties of a theme, by name. */
function readTheme(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const [{ style }] = sheet.cssRules;
  const names = [...style].filter((name) => name.startsWith("--ae-"));
  return new Map(names.map((name) => [name, style.getPropertyValue(name).trim()]));
}

const isChanged = ({ name }) => name in options;
/**
 * Returns whether a value is valid and contains nothing else: the hash may come from an untrusted link, and the CSS is copied into
 * shops.
 */
const isValid = ({ unit }, value) => !/[;{}!]|\/\*/.test(value) && (value.includes("var(") || CSS.supports(UNITS[unit][1], value));
const preset = ({ name, preset }) => themes.get(options.theme)?.values.get(name) ?? preset;

function propertyRules() {
  const changed = properties.filter((property) => isChanged(property) && isValid(property, options[property.name]));
  return changed.length ? `ae-login {\n${changed.map(({ name }) => `  ${name}: ${options[name]};\n`).join("")}}\n` : "";
}

function css() {
  const theme = themes.get(options.theme)?.text ?? "";
  return [theme, propertyRules()].filter(Boolean).join("\n") || "/* No changes. */\n";
}

/** Returns the language tag and the direction: that of the language, or the other one if the control says so. */
function languageAndDirection() {
  const { lang, dir } = options;
  const own = /^(ar|fa|he|ur)\b/.test(lang) ? "rtl" : "ltr";
  return { lang, dir: dir === "auto" ? own : dir };
}

function look() {
  const { scheme, theme, forced } = options;
  return { ...languageAndDirection(), scheme, theme: themes.get(theme)?.text ?? "", properties: propertyRules(), isForced: !!forced };
}

function applyLook() {
  for (const board of boards) if (board.isLoaded) board.frame.contentWindow.applyLook(look());
  byId("boards").style.setProperty("--wide", `${options.width}px`);
  updateColorPickers();
}

// ---- States ----

const boards = STATES.map((state) => ({ state, frame: null, isLoaded: false }));
let currentRun = 0;

function buildBoards() {
  byId("boards").replaceChildren(
    ...boards.map((board) => {
      const { name, step, description } = board.state;
      const radio = createElement("input");
      Object.assign(radio, { type: "radio", name: "state", value: name });
      radio.addEventListener("change", () => setOption("state", name));
      const text = createElement("span", span("step", step), span("description", description));
      board.item = createElement("li", createElement("label", radio, text));
      board.item.className = "board";
      board.item.dataset.state = name;
      return board.item;
    }),
  );
}

/** Loads every state, in order and a few at the same time. */
async function loadStates() {
  const run = ++currentRun;
  const waiting = [...boards];
  for (const board of boards) {
    board.isLoaded = false;
    board.item.setAttribute("aria-busy", "true");
  }
  let done = 0;
  let failed = 0;
  const loadNext = async () => {
    for (let board = waiting.shift(); board && run === currentRun; board = waiting.shift()) {
      const problem = await loadState(board, run).catch((problem) => problem);
      if (run !== currentRun) return;
      board.item.removeAttribute("aria-busy");
      board.item.querySelector(".failed")?.remove();
      if (problem) board.item.append(span("failed", `Not loaded: ${problem.message}`));
      failed += problem ? 1 : 0;
      done += 1;
      if (done < boards.length) continue;
      byId("progress").textContent = failed ? `${failed} of ${done} states could not be loaded.` : `All ${done} states are there.`;
      fitHeights();
    }
  };
  byId("progress").textContent = "The states are loading.";
  await Promise.all(Array.from({ length: CONCURRENCY }, loadNext));
}

async function loadState(board, run) {
  const frame = createElement("iframe");
  frame.title = `State ${board.state.name}`;
  frame.src = "/playground/frame.html";
  board.frame?.remove();
  board.frame = frame;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  board.item.append(frame);
  await loaded;
  if (run !== currentRun) return;
  const page = frame.contentWindow;
  if (!page.loadState) throw new Error("the frame did not load");
  // The callback runs in a later frame, because WebKit reports an error if it changes sizes during the observation.
  new page.ResizeObserver(() => requestAnimationFrame(fitHeights)).observe(page.document.body);
  await page.loadState(board.state.name, { isWrong: !!options.wrong, isShadow: !!options.shadow, look: look() });
  if (run !== currentRun) return;
  board.isLoaded = true;
  // Options may have changed meanwhile.
  page.applyLook(look());
  updateColorPickers();
}

/** Gives all frames the height of the tallest one. While states are loading, the height does not change. */
function fitHeights() {
  if (!boards.every(({ isLoaded, item }) => isLoaded || item.querySelector(".failed"))) return;
  const heights = boards.map(({ frame }) => frame.contentDocument.body.offsetHeight);
  byId("boards").style.setProperty("--tall", `${Math.max(240, ...heights) + 2}px`);
}

// ---- Controls ----

function buildControls() {
  byId("themes").replaceChildren(
    ...["", ...THEMES].map((name) => {
      const radio = createElement("input");
      Object.assign(radio, { type: "radio", name: "theme", value: name });
      radio.addEventListener("change", () => setOption("theme", name));
      const tile = createElement("span", createElement("b", "Aa"), createElement("i"), createElement("i"));
      tile.className = "tile";
      tile.setAttribute("aria-hidden", "true");
      for (const property of properties) tile.style.setProperty(property.name, themes.get(name)?.values.get(property.name) ?? property.preset);
      const label = createElement("label", radio, tile, span("name", name.replace("-", " ") || "default"));
      label.className = "theme";
      return label;
    }),
  );
  for (const button of byId("presets").children) button.addEventListener("click", () => setOption("width", button.textContent));
  const languageName = (tag, language = "en") => new Intl.DisplayNames([language], { type: "language" }).of(tag);
  byId("lang").replaceChildren(
    ...languages.map((tag) => new Option(tag === "en" ? languageName(tag) : `${languageName(tag)} · ${languageName(tag, tag)}`, tag)),
  );
  for (const id of ["lang", "dir", "scheme"]) byId(id).addEventListener("change", () => setOption(id, byId(id).value));
  for (const id of ["wrong", "shadow", "forced"]) byId(id).addEventListener("change", () => setOption(id, byId(id).checked ? "1" : ""));
  byId("width").addEventListener("change", () => byId("width").checkValidity() && byId("width").value && setOption("width", byId("width").value));
  byId("reset").addEventListener("click", () => {
    for (const { name } of properties) delete options[name];
    setOption("theme", options.theme);
  });
  byId("properties").replaceChildren(...Object.keys(UNITS).map(group));
}

function group(unit) {
  const own = properties.filter((property) => property.unit === unit);
  const details = createElement("details", createElement("summary", UNITS[unit][0], createElement("span")), ...own.map(row));
  details.dataset.unit = unit;
  return details;
}

/** Creates the controls of a custom property: label, value, reset button, meaning. */
function row(property) {
  const { name, unit, meaning } = property;
  const short = name.slice("--ae-".length);
  const label = createElement("label", short);
  label.htmlFor = name;
  const help = createElement("p");
  help.className = "help";
  help.id = `${name}-help`;
  help.dataset.meaning = `${meaning[0].toUpperCase()}${meaning.slice(1)} (${unit}).`;
  const text = createElement("input");
  Object.assign(text, { type: "text", id: name, spellcheck: false, autocapitalize: "none" });
  text.setAttribute("aria-describedby", help.id);
  text.addEventListener("input", () => setOption(name, text.value.trim()));
  const reset = createElement("button", "↺");
  reset.type = "button";
  reset.setAttribute("aria-label", `Reset ${short}`);
  reset.addEventListener("click", () => {
    setOption(name, "");
    text.focus();
  });
  const row = createElement("div", label, text, reset, help);
  row.className = "property";
  if (unit === "color") {
    const picker = createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", `Pick ${short}`);
    picker.addEventListener("input", () => setOption(name, picker.value));
    text.before(picker);
  }
  return row;
}

function updateControls() {
  for (const id of ["lang", "dir", "scheme", "width"]) if (byId(id).value !== options[id]) byId(id).value = options[id];
  for (const id of ["wrong", "shadow", "forced"]) byId(id).checked = !!options[id];
  for (const radio of document.querySelectorAll("[type=radio]")) radio.checked = radio.value === options[radio.name];
  for (const button of byId("presets").children) button.setAttribute("aria-pressed", String(button.textContent === options.width));
  for (const tile of document.querySelectorAll(".tile")) tile.style.colorScheme = options.scheme;
  for (const property of properties) {
    const text = byId(property.name);
    const value = options[property.name] ?? "";
    const isWrong = value !== "" && !isValid(property, value);
    if (text.value.trim() !== value) text.value = value;
    text.placeholder = preset(property);
    text.setAttribute("aria-invalid", String(isWrong));
    const row = text.parentNode;
    row.classList.toggle("is-wrong", isWrong);
    const help = row.querySelector(".help");
    help.textContent = isWrong ? `This is no ${property.unit} that CSS knows.` : help.dataset.meaning;
    row.querySelector("button").disabled = !isChanged(property);
  }
  for (const details of byId("properties").children) {
    const changed = properties.filter((property) => property.unit === details.dataset.unit && isChanged(property)).length;
    details.querySelector("span").textContent = changed ? `${changed} changed` : "";
  }
  byId("reset").disabled = !properties.some(isChanged);
  byId("css").value = css();
  byId("snippet").value = snippet();
}

/** Shows the computed colours of a state in the colour inputs. */
function updateColorPickers() {
  const page = boards.find(({ isLoaded }) => isLoaded)?.frame.contentWindow;
  if (!page) return;
  for (const { name, unit } of properties) {
    const picker = unit === "color" && byId(name).previousElementSibling;
    if (picker && picker !== document.activeElement) picker.value = page.computedColor(name);
  }
}

// ---- CSS and snippet ----

/** Returns the HTML of the script and of an element with the attributes of the selected state. */
function snippet() {
  const { attributes } = STATES.find(({ name }) => name === options.state);
  const all = { "base-url": "https://eu.api.capillarytech.com", ...attributes, brand: "DocDemo" };
  if (options.lang !== DEFAULTS.lang) all.locale = options.lang;
  const escape = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const lines = Object.entries(all).map(([name, value]) => `\n  ${name}="${escape(value)}"`);
  if (options.shadow) lines.push("\n  shadow");
  return `<script type="module" src="https://cdn.shop.example/ae-login/ae-login.js"></script>\n<ae-login${lines.join("")}></ae-login>\n`;
}

for (const [button, source, what] of [["copy-css", "css", "The CSS"], ["copy-snippet", "snippet", "The snippet"]]) {
  byId(button).addEventListener("click", async () => {
    byId("said").textContent = "";
    const text = byId(source);
    const isCopied = await navigator.clipboard?.writeText(text.value).then(
      () => true,
      () => false,
    );
    if (isCopied) {
      byId("said").textContent = `${what} is copied.`;
      return;
    }
    // Some browsers deny access to the clipboard. The text is selected, so that the user can copy it.
    text.focus();
    text.select();
    byId("said").textContent = `${what} is selected. Copy it with Ctrl+C.`;
  });
}

// The hash of the URL holds the options, so links to an anchor are handled here.
for (const link of document.querySelectorAll('[href="#states"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    byId("states").focus({ preventScroll: true });
    byId("states").scrollIntoView();
  });
}

// ---- Helpers and start ----

function createElement(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

function span(name, text) {
  const node = createElement("span", text);
  node.className = name;
  return node;
}

async function readText(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

async function start() {
  const headers = { "Content-Type": "application/json" };
  const configured = fetch(`${ENGINE}/_emulator/settings`, { method: "PATCH", headers, body: JSON.stringify(SETTINGS) });
  const [tokens, tags, ...sheets] = await Promise.all([readText("/tokens.css"), readText("/languages.json"), ...THEMES.map((name) => readText(`/themes/${name}.css`))]);
  properties = readProperties(tokens);
  languages = JSON.parse(tags);
  THEMES.forEach((name, at) => themes.set(name, { text: sheets[at], values: readTheme(sheets[at]) }));
  readHash();
  buildControls();
  buildBoards();
  updateControls();
  applyLook();
  addEventListener("hashchange", () => {
    const { wrong, shadow } = options;
    readHash();
    updateControls();
    applyLook();
    if (wrong !== options.wrong || shadow !== options.shadow) loadStates();
  });
  await configured;
  await loadStates();
}

start().catch((problem) => {
  byId("progress").textContent = `The emulator does not answer: ${problem.message}`;
});
