// Runs the playground: controls on one side, every state of the widget on the other, each in a page of its own (frame.js).
//
// What can be chosen stands in the address, behind the #. The list of custom properties is style/tokens.css itself, which the
// demo serves beside this: there is no second one. Nodes are built, never parsed, for the page's policy forbids it.

import { SETTINGS, STATES } from "./states.js";

const ENGINE = document.body.dataset.engine;
const THEMES = ["plain", "dense", "rounded", "high-contrast", "dark-luxury"];
/** How many states are led to at once. */
const ABREAST = 3;
/** In which groups properties are shown, and in which property of CSS a value of a unit has to make sense. */
const UNITS = {
  color: ["Colours", "color"],
  length: ["Sizes", "width"],
  number: ["Weights and lines", "line-height"],
  "font-family": ["Fonts", "font-family"],
  shadow: ["Shadow", "box-shadow"],
  time: ["Time", "transition-duration"],
};

const at = (id) => document.getElementById(id);

// ---- What is chosen ----

/** A telephone shows states that fit it. */
const WIDTH = innerWidth < 420 ? "320" : "390";
const DEFAULTS = { theme: "", width: WIDTH, lang: "en", dir: "auto", scheme: "light", forced: "", wrong: "", shadow: "", state: "identify" };
/** The names above with their values, and changed properties by their names. */
let chosen = { ...DEFAULTS };

function readAddress() {
  chosen = { ...DEFAULTS };
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (name in DEFAULTS || properties.some((property) => property.name === name)) chosen[name] = value;
  }
  if (!THEMES.includes(chosen.theme)) chosen.theme = "";
  if (!STATES.some(({ name }) => name === chosen.state)) chosen.state = DEFAULTS.state;
  if (!languages.includes(chosen.lang)) chosen.lang = DEFAULTS.lang;
  if (!(chosen.width >= 240 && chosen.width <= 2000)) chosen.width = DEFAULTS.width;
}

function writeAddress() {
  const other = Object.entries(chosen).filter(([name, value]) => value !== (DEFAULTS[name] ?? ""));
  history.replaceState(null, "", `#${new URLSearchParams(other)}`);
}

/** Chooses something. What changes the looks is put on at once, what changes the way there is gone again. */
function choose(name, value) {
  if (value === "" && !(name in DEFAULTS)) delete chosen[name];
  else chosen[name] = value;
  writeAddress();
  drawControls();
  if (name === "wrong" || name === "shadow") play();
  else if (name !== "state") dress();
}

// ---- The looks ----

const themes = new Map();
let properties = [];
let languages = ["en"];

// A line of tokens.css: name, default, and in a comment unit and meaning.
function readProperties(sheet) {
  const [first] = sheet.split("\n}\n");
  const lines = first.matchAll(/^ {2}(--ae-[\w-]+): (.*); \/\* ([\w-]+); (.*) \*\/$/gm);
  return [...lines].map(([, name, preset, unit, meaning]) => ({ name, preset, unit, meaning }));
}

/** The custom properties of a theme, by name. */
function readTheme(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const [{ style }] = sheet.cssRules;
  const names = [...style].filter((name) => name.startsWith("--ae-"));
  return new Map(names.map((name) => [name, style.getPropertyValue(name).trim()]));
}

const isChanged = ({ name }) => name in chosen;
/** One value and nothing behind it: a link may come from anybody, and what it holds is copied into shops. */
const isGood = ({ unit }, value) => !/[;{}!]|\/\*/.test(value) && (value.includes("var(") || CSS.supports(UNITS[unit][1], value));
const preset = ({ name, preset }) => themes.get(chosen.theme)?.values.get(name) ?? preset;

function changes() {
  const good = properties.filter((property) => isChanged(property) && isGood(property, chosen[property.name]));
  return good.length ? `ae-login {\n${good.map(({ name }) => `  ${name}: ${chosen[name]};\n`).join("")}}\n` : "";
}

function css() {
  const theme = themes.get(chosen.theme)?.text ?? "";
  return [theme, changes()].filter(Boolean).join("\n") || "/* Nothing differs from the defaults. */\n";
}

/** The language as a tag. With a direction that is not its own it names a script of that direction, which the widget follows. */
function speech() {
  const { lang, dir } = chosen;
  const own = /^(ar|he|ur)\b/.test(lang) ? "rtl" : "ltr";
  if (dir === "auto" || dir === own) return { lang, dir: own };
  return { lang: `${lang.split("-")[0]}-${dir === "rtl" ? "Arab" : "Latn"}`, dir };
}

function look() {
  const { scheme, theme, forced } = chosen;
  return { ...speech(), scheme, theme: themes.get(theme)?.text ?? "", changes: changes(), isForced: !!forced };
}

function dress() {
  for (const board of boards) if (board.isThere) board.frame.contentWindow.wear(look());
  at("boards").style.setProperty("--wide", `${chosen.width}px`);
  drawColours();
}

// ---- The states ----

const boards = STATES.map((state) => ({ state, frame: null, isThere: false }));
let turn = 0;

function buildBoards() {
  at("boards").replaceChildren(
    ...boards.map((board) => {
      const { name, step, says } = board.state;
      const radio = make("input");
      Object.assign(radio, { type: "radio", name: "state", value: name });
      radio.addEventListener("change", () => choose("state", name));
      const words = make("span", marked("step", step), marked("says", says));
      board.place = make("li", make("label", radio, words));
      board.place.className = "board";
      board.place.dataset.state = name;
      return board.place;
    }),
  );
}

/** Leads every state there anew, a few at a time and in order. */
async function play() {
  const mine = ++turn;
  const waiting = [...boards];
  for (const board of boards) {
    board.isThere = false;
    board.place.setAttribute("aria-busy", "true");
  }
  let done = 0;
  let failed = 0;
  const lead = async () => {
    for (let board = waiting.shift(); board && mine === turn; board = waiting.shift()) {
      const problem = await led(board, mine).catch((problem) => problem);
      if (mine !== turn) return;
      board.place.removeAttribute("aria-busy");
      board.place.querySelector(".failed")?.remove();
      if (problem) board.place.append(marked("failed", `It did not get there: ${problem.message}`));
      failed += problem ? 1 : 0;
      done += 1;
      if (done < boards.length) continue;
      at("progress").textContent = failed ? `${failed} of ${done} states are not there.` : `All ${done} states are there.`;
      document.body.dataset.played = String(mine);
      fit();
    }
  };
  at("progress").textContent = "The states are on their way.";
  await Promise.all(Array.from({ length: ABREAST }, lead));
}

async function led(board, mine) {
  const frame = make("iframe");
  frame.title = `State ${board.state.name}`;
  frame.src = "/playground/frame.html";
  board.frame?.remove();
  board.frame = frame;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  board.place.append(frame);
  await loaded;
  if (mine !== turn) return;
  const page = frame.contentWindow;
  if (!page.show) throw new Error("its page did not load");
  // Each page watches itself, and ours answers in a turn of its own: WebKit calls it an error to change sizes while they are told.
  new page.ResizeObserver(() => requestAnimationFrame(fit)).observe(page.document.body);
  await page.show(board.state.name, { isWrong: !!chosen.wrong, isShadow: !!chosen.shadow, look: look() });
  if (mine !== turn) return;
  board.isThere = true;
  // What was chosen on the way.
  page.wear(look());
  drawColours();
}

/** All are as tall as the tallest, so that they stand in rows; while they come, nothing moves. */
function fit() {
  if (!boards.every(({ isThere, place }) => isThere || place.querySelector(".failed"))) return;
  const tall = boards.map(({ frame }) => frame.contentDocument.body.offsetHeight);
  at("boards").style.setProperty("--tall", `${Math.max(240, ...tall) + 2}px`);
}

// ---- The controls ----

function buildControls() {
  at("themes").replaceChildren(
    ...["", ...THEMES].map((name) => {
      const radio = make("input");
      Object.assign(radio, { type: "radio", name: "theme", value: name });
      radio.addEventListener("change", () => choose("theme", name));
      const tile = make("span", make("b", "Aa"), make("i"), make("i"));
      tile.className = "tile";
      tile.setAttribute("aria-hidden", "true");
      for (const property of properties) tile.style.setProperty(property.name, themes.get(name)?.values.get(property.name) ?? property.preset);
      const label = make("label", radio, tile, marked("name", name.replace("-", " ") || "default"));
      label.className = "theme";
      return label;
    }),
  );
  for (const button of at("presets").children) button.addEventListener("click", () => choose("width", button.textContent));
  const named = (tag, own) => new Intl.DisplayNames([own ? tag : "en"], { type: "language" }).of(tag);
  at("lang").replaceChildren(
    ...languages.map((tag) => new Option(tag === "en" ? named(tag) : `${named(tag)} · ${named(tag, true)}`, tag)),
  );
  for (const id of ["lang", "dir", "scheme"]) at(id).addEventListener("change", () => choose(id, at(id).value));
  for (const id of ["wrong", "shadow", "forced"]) at(id).addEventListener("change", () => choose(id, at(id).checked ? "1" : ""));
  at("width").addEventListener("change", () => at("width").checkValidity() && at("width").value && choose("width", at("width").value));
  at("reset").addEventListener("click", () => {
    for (const { name } of properties) delete chosen[name];
    choose("theme", chosen.theme);
  });
  at("properties").replaceChildren(...Object.keys(UNITS).map(group));
}

function group(unit) {
  const own = properties.filter((property) => property.unit === unit);
  const details = make("details", make("summary", UNITS[unit][0], make("span")), ...own.map(row));
  details.dataset.unit = unit;
  return details;
}

/** A property: what it is called and means, its value, and the way back. */
function row(property) {
  const { name, unit, meaning } = property;
  const short = name.slice("--ae-".length);
  const label = make("label", short);
  label.htmlFor = name;
  const help = make("p");
  help.className = "help";
  help.id = `${name}-help`;
  help.dataset.says = `${meaning[0].toUpperCase()}${meaning.slice(1)} (${unit}).`;
  const text = make("input");
  Object.assign(text, { type: "text", id: name, spellcheck: false, autocapitalize: "none" });
  text.setAttribute("aria-describedby", help.id);
  text.addEventListener("input", () => choose(name, text.value.trim()));
  const reset = make("button", "↺");
  reset.type = "button";
  reset.setAttribute("aria-label", `Reset ${short}`);
  reset.addEventListener("click", () => {
    choose(name, "");
    text.focus();
  });
  const row = make("div", label, text, reset, help);
  row.className = "property";
  if (unit === "color") {
    const picker = make("input");
    picker.type = "color";
    picker.setAttribute("aria-label", `Pick ${short}`);
    picker.addEventListener("input", () => choose(name, picker.value));
    text.before(picker);
  }
  return row;
}

function drawControls() {
  for (const id of ["lang", "dir", "scheme", "width"]) if (at(id).value !== chosen[id]) at(id).value = chosen[id];
  for (const id of ["wrong", "shadow", "forced"]) at(id).checked = !!chosen[id];
  for (const radio of document.querySelectorAll("[type=radio]")) radio.checked = radio.value === chosen[radio.name];
  for (const button of at("presets").children) button.setAttribute("aria-pressed", String(button.textContent === chosen.width));
  for (const tile of document.querySelectorAll(".tile")) tile.style.colorScheme = chosen.scheme;
  for (const property of properties) {
    const text = at(property.name);
    const value = chosen[property.name] ?? "";
    const isWrong = value !== "" && !isGood(property, value);
    if (text.value.trim() !== value) text.value = value;
    text.placeholder = preset(property);
    text.setAttribute("aria-invalid", String(isWrong));
    const row = text.parentNode;
    row.classList.toggle("is-wrong", isWrong);
    const help = row.querySelector(".help");
    help.textContent = isWrong ? `This is no ${property.unit} that CSS knows.` : help.dataset.says;
    row.querySelector("button").disabled = !isChanged(property);
  }
  for (const details of at("properties").children) {
    const changed = properties.filter((property) => property.unit === details.dataset.unit && isChanged(property)).length;
    details.querySelector("span").textContent = changed ? `${changed} changed` : "";
  }
  at("reset").disabled = !properties.some(isChanged);
  at("css").value = css();
  at("snippet").value = snippet();
}

/** What colours come to, as a state shows them. */
function drawColours() {
  const page = boards.find(({ isThere }) => isThere)?.frame.contentWindow;
  if (!page) return;
  for (const { name, unit } of properties) {
    const picker = unit === "color" && at(name).previousElementSibling;
    if (picker && picker !== document.activeElement) picker.value = page.colourOf(name);
  }
}

// ---- What to take along ----

/** The script and the element, with what the chosen state needs. */
function snippet() {
  const { attributes } = STATES.find(({ name }) => name === chosen.state);
  const all = { "base-url": "https://eu.api.capillarytech.com", ...attributes, brand: "DocDemo" };
  if (chosen.lang !== DEFAULTS.lang) all.locale = chosen.lang;
  const quoted = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const written = Object.entries(all).map(([name, value]) => `\n  ${name}="${quoted(value)}"`);
  if (chosen.shadow) written.push("\n  shadow");
  return `<script type="module" src="https://cdn.shop.example/ae-login/ae-login.js"></script>\n<ae-login${written.join("")}></ae-login>\n`;
}

for (const [button, source, what] of [["copy-css", "css", "The CSS"], ["copy-snippet", "snippet", "The snippet"]]) {
  at(button).addEventListener("click", async () => {
    at("said").textContent = "";
    const text = at(source);
    const isCopied = await navigator.clipboard?.writeText(text.value).then(
      () => true,
      () => false,
    );
    if (isCopied) {
      at("said").textContent = `${what} is copied.`;
      return;
    }
    // Not allowed everywhere: left marked, ready for the person's own copy.
    text.focus();
    text.select();
    at("said").textContent = `${what} is marked. Copy it with Ctrl+C.`;
  });
}

// What stands behind the # is not a place of the page.
for (const link of document.querySelectorAll('[href="#states"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    at("states").focus({ preventScroll: true });
    at("states").scrollIntoView();
  });
}

// ---- Small things, and the beginning ----

function make(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

function marked(name, words) {
  const node = make("span", words);
  node.className = name;
  return node;
}

async function text(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.text();
}

async function begin() {
  const headers = { "Content-Type": "application/json" };
  const told = fetch(`${ENGINE}/_emulator/settings`, { method: "PATCH", headers, body: JSON.stringify(SETTINGS) });
  const [tokens, tags, ...sheets] = await Promise.all([text("/tokens.css"), text("/languages.json"), ...THEMES.map((name) => text(`/themes/${name}.css`))]);
  properties = readProperties(tokens);
  languages = JSON.parse(tags);
  THEMES.forEach((name, place) => themes.set(name, { text: sheets[place], values: readTheme(sheets[place]) }));
  readAddress();
  buildControls();
  buildBoards();
  drawControls();
  dress();
  addEventListener("hashchange", () => {
    const { wrong, shadow } = chosen;
    readAddress();
    drawControls();
    dress();
    if (wrong !== chosen.wrong || shadow !== chosen.shadow) play();
  });
  await told;
  await play();
}

begin().catch((problem) => {
  at("progress").textContent = `The emulator does not answer: ${problem.message}`;
});
