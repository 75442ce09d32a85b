// Measures a form as it lies in the page, and says in a sentence each what is wrong with it; tries a designer's rules on it. Sent behind the eyes.

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
/** A colour as it is painted: red, green and blue from 0 to 1, and how much of it there is. */
const colour = (text) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].map((it) => it / 255);
};
/** A colour over another one that hides everything. */
const over = ([red, green, blue, alpha], below) => [red, green, blue].map((it, n) => it * alpha + below[n] * (1 - alpha));
const luminance = (paint) => {
  const [red, green, blue] = paint.map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
/** What an element is painted on: its own background and those around it. */
const ground = (element) => {
  const above = element.parentElement ?? element.getRootNode().host;
  const below = above ? ground(above) : [1, 1, 1];
  return over(colour(getComputedStyle(element).backgroundColor), below);
};

/** Where the words of an element are. */
const lines = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect();
};
const centre = (box) => [box.left + box.width / 2, box.top + box.height / 2];
const holds = (outer, inner) =>
  inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

/** What is wrong with the form. `parts` are those that must be there. */
const faults = (at, parts) => {
  const form = trees(place(at)).flatMap((tree) => [...tree.querySelectorAll("form")])[0];
  const found = [];
  const wrong = (element, what) => found.push(`${element.getAttribute("part")} "${words(element).slice(0, 30)}" ${what}`);
  const is = (element, ...names) => names.some((name) => element.part.contains(name));
  const of = (...names) => meant.filter((it) => is(it, ...names));

  const silent = (it) =>
    it.closest("[hidden]") ||
    is(it, "status", "spinner") ||
    it.matches("[part~=notice]:empty, [part~=error]:empty, [part~=countdown]:empty, [part~=actions]:empty, [part~=fallback-channel] [part~=countdown]") ||
    (is(it, "hint") && (!it.textContent || it.parentNode.querySelector("[aria-invalid=true]")));
  const meant = [form, ...form.querySelectorAll("[part]")].filter((it) => !silent(it));
  for (const part of parts) if (!of(part).length) found.push(`no ${part}`);
  const whole = form.getBoundingClientRect();
  const controls = meant.filter((it) => it.matches("button, input, select"));
  const leaves = meant.filter((it) => !is(it, "form", "field", "actions"));

  for (const it of meant) {
    const box = it.getBoundingClientRect();
    const style = getComputedStyle(it);
    if (!isSeen(it) || style.opacity !== "1" || style.clipPath !== "none" || style.filter !== "none") wrong(it, "is not seen as it is");
    if (box.width < 2 || box.height < 2) wrong(it, "is nothing");
    if (!holds(whole, box)) wrong(it, "sticks out of the form");
    if (style.display !== "inline" && !it.matches("input, select") && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1))
      wrong(it, `is cut: ${it.scrollWidth} of ${it.clientWidth}, ${it.scrollHeight} of ${it.clientHeight}`);
    for (const [name, ...fine] of [
      ["textTransform", "none"],
      ["letterSpacing", "normal", "0px", ...(is(it, "title", "code-input") ? [style.letterSpacing] : [])],
      ["wordSpacing", "0px", "normal"],
      ["textIndent", "0px"],
      ["textShadow", "none"],
      ["whiteSpace", "normal", ...(is(it, "dial-code") || it.matches("select") ? ["nowrap", "pre"] : [])],
      ["transform", "none"],
      ["cssFloat", "none"],
      ["backgroundImage", "none"],
      ["pointerEvents", is(it, "dial-code") ? "none" : "auto"],
      ["textAlign", "start", ...(it.matches("button, select, input") || it.closest("button") || is(it, "dial-code") ? [style.textAlign] : [])],
    ])
      if (!fine.includes(style[name])) wrong(it, `has ${name} ${style[name]}`);
    for (const side of ["::before", "::after"])
      if (!["none", "normal"].includes(getComputedStyle(it, side).content) && !(is(it, "dial-code") && side === "::after")) wrong(it, `has something ${side}`);
  }
  if (document.scrollingElement.scrollWidth > innerWidth) found.push(`the page scrolls sideways: ${document.scrollingElement.scrollWidth} of ${innerWidth}`);
  if (whole.left < 0 || whole.right > innerWidth) wrong(form, "sticks out of the page");

  // Big enough to be hit, and nothing in the way.
  for (const it of [...controls, ...of("remember")]) {
    const box = it.getBoundingClientRect();
    if (is(it, "remember-input") ? box.width < 13 || box.height < 13 : box.width < 44 || box.height < 43.9) wrong(it, `is small: ${box.width} × ${box.height}`);
  }
  const lies = (a, b) => is(a, "country", "dial-code", "reveal") && is(b, "input", "country");
  leaves.forEach((a, n) => {
    for (const b of leaves.slice(n + 1)) {
      if (a.contains(b) || lies(a, b) || lies(b, a)) continue;
      if (meet(a.getBoundingClientRect(), b.getBoundingClientRect())) wrong(a, `lies over ${b.getAttribute("part")} "${words(b).slice(0, 30)}"`);
    }
  });
  for (const it of leaves) {
    if (is(it, "dial-code") || !isSeen(it)) continue;
    it.scrollIntoView({ block: "center", behavior: "instant" });
    const top = form.getRootNode().elementFromPoint(...centre(it.getClientRects()[0]));
    // The spinner lies over the words of its button, unseen.
    if (!(it.closest("button") ?? it).contains(top)) wrong(it, `is covered by ${top?.outerHTML.slice(0, 80)}`);
  }

  // What belongs together is together.
  for (const field of of("field")) {
    const part = (name) => field.querySelector(`[part~=${name}]:not([hidden])`);
    const [label, input] = [part("label"), part("input")];
    const [text, box] = [lines(label), input.getBoundingClientRect()];
    if (label.control !== input) wrong(label, "is of another field");
    const [left, gap] = [text.left - box.left, box.top - text.bottom];
    if (Math.abs(left) > 2 || gap < 0 || gap > 16) wrong(label, `is not over the beginning of its field: ${left}, ${gap}`);
    for (const name of ["country", "dial-code", "reveal"]) {
      const lying = part(name);
      if (lying && !holds(box, lying.getBoundingClientRect())) wrong(lying, "is not in its field");
    }
    const style = getComputedStyle(input);
    const room = (side) => Number.parseFloat(style[side]);
    const [code, reveal] = [part("dial-code"), part("reveal")];
    if (code && lines(code).right > box.left + room("paddingLeft")) wrong(code, "lies over the number");
    if (reveal && lines(reveal).left < box.right - room("paddingRight")) wrong(reveal, "lies over the password");
    if (!reveal && room("paddingLeft") < 8) wrong(input, "has no room at its beginning");
    if (Number.parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle !== "solid") wrong(input, "has no edge");
  }
  for (const it of controls.filter((it) => it.matches("input, select") && !is(it, "remember-input")))
    if (Number.parseFloat(getComputedStyle(it).fontSize) < 16) wrong(it, `is written in ${getComputedStyle(it).fontSize}`);
  for (const row of of("remember").filter(isSeen)) {
    const [tick, text] = [row.querySelector("input"), row.lastChild];
    const range = document.createRange();
    range.selectNode(text);
    const [box, said] = [tick.getBoundingClientRect(), range.getClientRects()[0]];
    if (getComputedStyle(tick).appearance === "none") wrong(tick, "does not look like a box to tick");
    if (box.right > said.left || said.left - box.right > 24 || Math.abs(centre(box)[1] - centre(row.getBoundingClientRect())[1]) > 3) wrong(row, `is not beside its box: ${[box.right, said.left, centre(box)[1], centre(row.getBoundingClientRect())[1]]}`);
  }

  // What can be read.
  for (const it of leaves.filter((it) => !is(it, "country", "remember-input"))) {
    const below = ground(is(it, "dial-code", "reveal") ? it.parentNode.querySelector("[part~=input]") : it);
    const ratio = contrast(over(colour(getComputedStyle(it).color), below), below);
    if (ratio < 4.5) wrong(it, `is pale: ${ratio.toFixed(2)}`);
  }

  // What has the focus.
  const before = focused();
  focus();
  for (const it of controls) {
    it.focus({ preventScroll: true });
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(it);
    const below = ground(form);
    const ratio = contrast(over(colour(outlineColor), below), below);
    if (outlineStyle !== "solid" || Number.parseFloat(outlineWidth) < 2 || ratio < 3) wrong(it, `has no ring: ${outlineWidth} ${outlineStyle} ${outlineColor}, ${ratio.toFixed(2)}`);
  }
  before?.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
  return found;
};

/**
 * What a designer's plain rule does not change, of each part that can be seen: written ahead of our sheet, and behind it.
 * A box to tick has the browser's own edge and room.
 */
const untouched = (at) => {
  const host = widget(at);
  const root = host.shadowRoot ?? host;
  const rule = { color: "rgb(1, 2, 3)", backgroundColor: "rgb(4, 5, 6)", borderTopLeftRadius: "7px", letterSpacing: "8px", marginTop: "9px", paddingTop: "10px", fontSize: "22px", minHeight: "50px", outlineOffset: "11px" };
  const dashed = (name) => name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`);
  const body = Object.entries(rule).map(([name, value]) => `${dashed(name)}: ${value};`).join(" ");
  const all = inside(at, "[part]");
  const found = [];
  focused()?.blur();
  const ours = [...document.adoptedStyleSheets]; // It is one list, whatever is put into it.
  for (const part of new Set(all.flatMap((it) => [...it.part]))) {
    const sheet = new CSSStyleSheet();
    const selector = host.shadowRoot ? `ae-login::part(${part})` : `ae-login [part~="${part}"]`;
    sheet.replaceSync(`${selector} { ${body} transition: none; }`);
    for (const [place, sheets] of [["ahead", [sheet, ...ours]], ["behind", [...ours, sheet]]]) {
      document.adoptedStyleSheets = sheets;
      for (const it of root.querySelectorAll(`[part~="${part}"]`)) {
        const style = getComputedStyle(it);
        for (const [name, value] of Object.entries(rule)) if (style[name] !== value && !(it.type === "checkbox" && /^(border|padding)/.test(name))) found.push(`${part}, ${place}: ${dashed(name)} ${style[name]}`);
      }
    }
  }
  document.adoptedStyleSheets = ours;
  return found;
};
