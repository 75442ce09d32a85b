// Measures the layout of a form. Each problem is a sentence; an empty list means that there is none. Uses `queries.js`.
//
// `boxProblems` needs only sizes and places, so that it holds on any page width and with any text size. `layoutProblems` also compares
// styles, colours and the focus ring with what the form's own sheet says. `rulesThatLose` tries a rule of the page for each part.

/** Lengths are in CSS pixels; browsers round some of them to whole device pixels. */
const SUBPIXEL = 0.5;
/** The least size of a control, WCAG 2.5.5. */
const TARGET = 43.99;
/** The least contrast of text, WCAG 1.4.3. */
const TEXT_CONTRAST = 4.5;
/** The least contrast of a focus ring, WCAG 1.4.11. */
const RING_CONTRAST = 3;

const rectOf = (element) => element.getBoundingClientRect();
const centreOf = (rect) => [rect.left + rect.width / 2, rect.top + rect.height / 2];
const isPart = (element, ...names) => names.some((name) => element.part.contains(name));
const nameOf = (element) => `${element.getAttribute("part")} "${textOf(element).slice(0, 30)}"`;
const px = (element, property) => Number.parseFloat(getComputedStyle(element)[property]) || 0;

/** The rectangle of an element's text. */
const textRect = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect();
};

/** The rectangles of the visible words of an element, without the spaces at the ends of lines. */
const wordRects = (element) => {
  const found = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!isVisible(texts.currentNode.parentElement)) continue;
    for (const { index, 0: { length } } of texts.currentNode.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + length);
      found.push(...range.getClientRects());
    }
  }
  return found;
};

const contains = (outer, inner) =>
  inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
const overlap = (a, b) => a.left < b.right - SUBPIXEL && b.left < a.right - SUBPIXEL && a.top < b.bottom - SUBPIXEL && b.top < a.bottom - SUBPIXEL;

// Colours --------------------------------------------------------------------------------------------------------------

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
/** Red, green, blue and alpha of a CSS colour, each from 0 to 1. */
const rgbaOf = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].map((it) => it / 255);
};
/** A colour that is painted over an opaque one. */
const blend = ([red, green, blue, alpha], below) => [red, green, blue].map((it, n) => it * alpha + below[n] * (1 - alpha));
/** The relative luminance of WCAG 2. */
const luminance = (rgb) => {
  const [red, green, blue] = rgb.map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
/** The contrast ratio of WCAG 2, from 1 to 21. */
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
/** The colour that an element is painted on: its own background over those around it. White is below all. */
const backgroundOf = (element) => {
  const parent = element.parentElement ?? element.getRootNode().host;
  const below = parent ? backgroundOf(parent) : [1, 1, 1];
  return blend(rgbaOf(getComputedStyle(element).backgroundColor), below);
};
const contrastOn = (colour, below) => contrast(blend(rgbaOf(colour), below), below);

/** The outline of an element that has the focus is visible: at least 2 px, and 3:1 against what it is painted on. */
const ringProblems = (element, below) => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const ratio = contrastOn(outlineColor, below);
  if (outlineStyle === "solid" && Number.parseFloat(outlineWidth) >= 2 && ratio >= RING_CONTRAST) return [];
  return [`${nameOf(element)} has no focus ring: ${outlineWidth} ${outlineStyle} ${outlineColor}, ${ratio.toFixed(2)}`];
};

// Boxes ----------------------------------------------------------------------------------------------------------------

/** The page does not scroll sideways. */
const pageWidthProblems = () => {
  const { scrollWidth } = document.scrollingElement;
  return scrollWidth > innerWidth ? [`the page is ${scrollWidth} px wide, of ${innerWidth}`] : [];
};

/** A part is inside the page, large enough, and not cut off sideways. */
const partProblems = (element) => {
  const found = [];
  const { left, right, width, height } = rectOf(element);
  if (left < -SUBPIXEL || right > innerWidth + SUBPIXEL) found.push(`${nameOf(element)} is outside of the page`);
  const size = `${nameOf(element)} is too small: ${width} × ${height} px`;
  if (element.matches("input[type=checkbox]")) {
    if (width < 13 || height < 13) found.push(size);
  } else if (element.matches("button, select, input, label:has(input)") && (width < TARGET || height < TARGET)) {
    found.push(size);
  }
  const isInline = getComputedStyle(element).display === "inline";
  if (!isInline && !element.matches("input, select, [part~=dial-code]") && element.scrollWidth > element.clientWidth + 1)
    found.push(`${nameOf(element)} is cut off: ${element.clientWidth} of ${element.scrollWidth} px`);
  return found;
};

/** A text field has room for a line, and for four letters if `needsRoom`. */
const writingRoomProblems = (input, needsRoom) => {
  const { width, height } = rectOf(input);
  const fontSize = px(input, "fontSize");
  const wide = width - px(input, "paddingLeft") - px(input, "paddingRight");
  const high = height - px(input, "paddingTop") - px(input, "paddingBottom");
  return high < fontSize || (needsRoom && wide < 4 * fontSize) ? [`${nameOf(input)} has no room to write: ${wide} × ${high} px`] : [];
};

/** All words are inside the box of their element. Where lines are set tight, letters are up to 4 px higher than the box. */
const wordProblems = (element) => {
  const box = rectOf(element);
  const isOutside = ({ left, right, top, bottom }) => left < box.left - 1 || right > box.right + 1 || top < box.top - 4 || bottom > box.bottom + 4;
  return wordRects(element).some(isOutside) ? [`words are outside of ${nameOf(element)}`] : [];
};

/** The dial code is inside its box and ends where the number begins. Its arrow is an ornament and may be cut off. */
const dialCodeProblems = (code, input) => {
  const end = Math.max(...wordRects(code).map(({ right }) => right)) - px(code, "letterSpacing");
  const numberBegins = rectOf(input).left + px(input, "paddingLeft");
  return end > rectOf(code).right + 2 || rectOf(code).right > numberBegins ? [`${nameOf(code)} has no room`] : [];
};

/** No two of these elements overlap, except those that are inside each other or are meant to be painted over a field. */
const overlapProblems = (elements) => {
  const isMeant = (over, under) => isPart(over, "reveal", "country", "dial-code") && isPart(under, "input", "country");
  const found = [];
  for (const [at, one] of elements.entries()) {
    for (const other of elements.slice(at + 1)) {
      if (one.contains(other) || isMeant(one, other) || isMeant(other, one)) continue;
      if (overlap(rectOf(one), rectOf(other))) found.push(`${nameOf(one)} overlaps ${nameOf(other)}`);
    }
  }
  return found;
};

/** The problems of all boxes that are visible. `needsRoom` is off where a field need not have room for four letters. */
const boxProblems = ({ needsRoom = true } = {}) => {
  const parts = findAll(null, "form [part]").filter((it) => !it.matches("[part~=status], [part~=notice]:empty"));
  const withText = parts.filter((it) => it.matches("button, label, [part~=title], [part~=lead], [part~=notice], [part~=hint], [part~=error]"));
  const [[input], [code]] = ["input", "dial-code"].map((part) => findAll(null, `[part~=${part}]`));
  // Inline elements that break into several lines have bounding boxes that overlap.
  const separate = parts.filter((it) => !it.matches("form, bdi, [part~=field], [part~=actions], [part~=remember-input], button *") && rectOf(it).width > 1);
  return [
    ...pageWidthProblems(),
    ...parts.flatMap(partProblems),
    ...parts.filter((it) => it.matches("input:not([type=checkbox])")).flatMap((it) => writingRoomProblems(it, needsRoom)),
    ...withText.flatMap(wordProblems),
    ...(code ? dialCodeProblems(code, input) : []),
    ...overlapProblems(separate),
  ];
};

// The whole layout -----------------------------------------------------------------------------------------------------

/** Parts that are rightly invisible or empty. */
const isSilent = (it) =>
  it.closest("[hidden]") ||
  isPart(it, "status", "spinner") ||
  it.matches("[part~=notice]:empty, [part~=error]:empty, [part~=countdown]:empty, [part~=actions]:empty, [part~=fallback-channel] [part~=countdown]") ||
  (isPart(it, "hint") && (!it.textContent || it.parentNode.querySelector("[aria-invalid=true]")));

/** A part is visible inside the form, with the text styles that the form's own sheet gives it. */
const styleProblems = (it, form) => {
  const found = [];
  const [box, style] = [rectOf(it), getComputedStyle(it)];
  if (!isVisible(it) || style.opacity !== "1" || style.clipPath !== "none" || style.filter !== "none") found.push("is not fully visible");
  if (box.width < 2 || box.height < 2) found.push("has no size");
  if (!contains(rectOf(form), box)) found.push("is outside of the form");
  if (style.display !== "inline" && !it.matches("input, select") && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1))
    found.push(`is cut off: ${it.clientWidth} × ${it.clientHeight} of ${it.scrollWidth} × ${it.scrollHeight} px`);
  for (const [property, ...allowed] of [
    ["textTransform", "none"],
    ["letterSpacing", "normal", "0px", ...(isPart(it, "title", "code-input") ? [style.letterSpacing] : [])],
    ["wordSpacing", "0px", "normal"],
    ["textIndent", "0px"],
    ["textShadow", "none"],
    ["whiteSpace", "normal", ...(isPart(it, "dial-code") || it.matches("select") ? ["nowrap", "pre"] : [])],
    ["transform", "none"],
    ["cssFloat", "none"],
    ["backgroundImage", "none"],
    ["pointerEvents", isPart(it, "dial-code") ? "none" : "auto"],
    ["textAlign", "start", ...(it.matches("button, select, input") || it.closest("button") || isPart(it, "dial-code") ? [style.textAlign] : [])],
  ])
    if (!allowed.includes(style[property])) found.push(`has ${property} ${style[property]}`);
  for (const side of ["::before", "::after"])
    if (!["none", "normal"].includes(getComputedStyle(it, side).content) && !(isPart(it, "dial-code") && side === "::after")) found.push(`has content in ${side}`);
  return found.map((problem) => `${nameOf(it)} ${problem}`);
};

/** A label is above the beginning of its field, the field has an edge and room, and what is painted over it does not cover its text. */
const fieldProblems = (group) => {
  const found = [];
  const wrong = (element, problem) => found.push(`${nameOf(element)} ${problem}`);
  const part = (name) => group.querySelector(`[part~=${name}]:not([hidden])`);
  const [label, input] = [part("label"), part("input")];
  const [text, box] = [textRect(label), rectOf(input)];
  if (label.control !== input) wrong(label, "labels another field");
  const [left, gap] = [text.left - box.left, box.top - text.bottom];
  if (Math.abs(left) > 2 || gap < 0 || gap > 16) wrong(label, `is not above the beginning of its field: ${left}, ${gap}`);
  for (const name of ["country", "dial-code", "reveal"]) {
    const painted = part(name);
    if (painted && !contains(box, rectOf(painted))) wrong(painted, "is outside of its field");
  }
  const [code, reveal] = [part("dial-code"), part("reveal")];
  if (code && textRect(code).right > box.left + px(input, "paddingLeft")) wrong(code, "covers the number");
  if (reveal && textRect(reveal).left < box.right - px(input, "paddingRight")) wrong(reveal, "covers the password");
  if (!reveal && px(input, "paddingLeft") < 8) wrong(input, "has no room at its beginning");
  if (px(input, "borderTopWidth") < 1 || getComputedStyle(input).borderTopStyle !== "solid") wrong(input, "has no edge");
  return found;
};

/** A checkbox looks like one and is beside its text. */
const checkboxProblems = (row) => {
  const found = [];
  const checkbox = row.querySelector("input");
  const range = document.createRange();
  range.selectNode(row.lastChild);
  const [box, text] = [rectOf(checkbox), range.getClientRects()[0]];
  if (getComputedStyle(checkbox).appearance === "none") found.push(`${nameOf(row)} does not look like a checkbox`);
  const middles = Math.abs(centreOf(box)[1] - centreOf(rectOf(row))[1]);
  if (box.right > text.left || text.left - box.right > 24 || middles > 3) found.push(`${nameOf(row)} is not beside its checkbox: ${[box.right, text.left, middles]}`);
  return found;
};

/** A control or text is not covered by another element. Scrolls it into view. */
const coverProblems = (it, form) => {
  it.scrollIntoView({ block: "center", behavior: "instant" });
  const top = form.getRootNode().elementFromPoint(...centreOf(it.getClientRects()[0]));
  // The invisible spinner is above the text of its button.
  return (it.closest("button") ?? it).contains(top) ? [] : [`${nameOf(it)} is covered by ${top?.outerHTML.slice(0, 80)}`];
};

/** All problems of a form that foreign style sheets could have caused. `names` are the parts that must be there. */
const layoutProblems = (at, names) => {
  const [form] = treesIn(partAt(at)).flatMap((tree) => [...tree.querySelectorAll("form")]);
  const parts = [form, ...form.querySelectorAll("[part]")].filter((it) => !isSilent(it));
  const named = (name) => parts.filter((it) => isPart(it, name));
  const controls = parts.filter((it) => it.matches("button, input, select"));
  const leaves = parts.filter((it) => !isPart(it, "form", "field", "actions"));
  const found = [
    ...names.filter((name) => !named(name).length).map((name) => `there is no ${name}`),
    ...boxProblems(),
    ...parts.flatMap((it) => styleProblems(it, form)),
    ...overlapProblems(leaves),
    ...leaves.filter((it) => !isPart(it, "dial-code") && isVisible(it)).flatMap((it) => coverProblems(it, form)),
    ...named("field").flatMap(fieldProblems),
    ...named("remember").filter(isVisible).flatMap(checkboxProblems),
  ];
  const { left, right } = rectOf(form);
  if (left < 0 || right > innerWidth) found.push("the form is outside of the page");
  for (const it of controls.filter((it) => it.matches("input, select") && !isPart(it, "remember-input")))
    if (px(it, "fontSize") < 16) found.push(`${nameOf(it)} has small letters: ${getComputedStyle(it).fontSize}`);
  for (const it of leaves.filter((it) => !isPart(it, "country", "remember-input"))) {
    const below = backgroundOf(isPart(it, "dial-code", "reveal") ? it.parentNode.querySelector("[part~=input]") : it);
    const ratio = contrastOn(getComputedStyle(it).color, below);
    if (ratio < TEXT_CONTRAST) found.push(`${nameOf(it)} has too little contrast: ${ratio.toFixed(2)}`);
  }
  const before = focused();
  focus();
  for (const it of controls) {
    it.focus({ preventScroll: true });
    found.push(...ringProblems(it, backgroundOf(form)));
  }
  before?.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
  return found;
};

// Rules of the page ----------------------------------------------------------------------------------------------------

/**
 * Tries a simple rule of the page for each visible part, ahead of the widget's sheet and behind it, and names the properties that the
 * rule does not change. Border and padding of a checkbox are the browser's own.
 */
const rulesThatLose = (at) => {
  const host = widget(at);
  const root = host.shadowRoot ?? host;
  const rule = { color: "rgb(1, 2, 3)", backgroundColor: "rgb(4, 5, 6)", borderTopLeftRadius: "7px", letterSpacing: "8px", marginTop: "9px", paddingTop: "10px", fontSize: "22px", minHeight: "50px", outlineOffset: "11px" };
  const cssName = (property) => property.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`);
  const declarations = Object.entries(rule).map(([property, value]) => `${cssName(property)}: ${value};`).join(" ");
  const found = [];
  focused()?.blur();
  // A copy: the property returns the same live list before and after it is set.
  const ours = [...document.adoptedStyleSheets];
  for (const part of new Set(findAll(at, "[part]").flatMap((it) => [...it.part]))) {
    const sheet = new CSSStyleSheet();
    const selector = host.shadowRoot ? `ae-login::part(${part})` : `ae-login [part~="${part}"]`;
    sheet.replaceSync(`${selector} { ${declarations} transition: none; }`);
    for (const [order, sheets] of [["ahead", [sheet, ...ours]], ["behind", [...ours, sheet]]]) {
      document.adoptedStyleSheets = sheets;
      for (const it of root.querySelectorAll(`[part~="${part}"]`)) {
        const style = getComputedStyle(it);
        const isOurs = (property) => !(it.type === "checkbox" && /^(border|padding)/.test(property));
        for (const [property, value] of Object.entries(rule))
          if (style[property] !== value && isOurs(property)) found.push(`${part}, ${order}: ${cssName(property)} ${style[property]}`);
      }
    }
  }
  document.adoptedStyleSheets = ours;
  return found;
};
