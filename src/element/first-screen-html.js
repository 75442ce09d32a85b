// @ts-check
// The first screen as HTML, for servers that render the page: a customer can type before any script has arrived. The HTML has no inline
// script and no inline style.

import { directionOf, maximize } from "../browser/locale.js";
import { findScreen, fillIn, treesOf, valuesOf } from "./first-screen.js";

/** @typedef {import("./first-screen.js").Tree} Tree */

/** Elements without content and without an end tag (HTML Standard, "void elements"). */
const VOID = ["input"];

/**
 * The attributes of the element that change the first screen, and its language.
 * @typedef {object} Options
 * @property {string} [identifiers] as in the attribute
 * @property {string} [firstFactor] as in the attribute `first-factor`
 * @property {string} [remember] as in the attribute
 * @property {string} [locale] a language of the widget, such as `de` or `pt-BR`; English by default
 * @property {Record<string, string>} [messages] as in the property
 * @property {number} [number] the number of the element in the page, from 1; it makes the ids unique
 */

/**
 * Renders the content of `<ae-login>`. Throws if an option has no valid value.
 * @param {import("./first-screen.js").Markup} markup
 * @param {Options} [options]
 * @returns {string} HTML
 */
export function render(markup, { locale = "en", messages = {}, number = 1, ...attributes } = {}) {
  const screen = findScreen(markup, (name) => attributes[name === "first-factor" ? "firstFactor" : /** @type {"remember"} */ (name)] ?? null);
  if (!screen) throw new RangeError(`ae-login: no first screen for ${JSON.stringify(attributes)}`);
  if (!markup.languages[locale]) throw new RangeError(`ae-login: no language ${locale}; the languages are ${Object.keys(markup.languages).join(", ")}`);
  const choice = { language: locale, direction: directionOf(maximize(locale)) };
  const values = valuesOf(markup, screen.label, number, { choice, line: () => "", messages });
  return treesOf(markup, screen.key)
    .map((tree) => html(tree, values))
    .join("");
}

/**
 * @param {Tree} tree
 * @param {import("./first-screen.js").Values} values
 * @returns {string}
 */
function html(tree, values) {
  // The shortest comment in HTML. Leptos finds its place by it.
  if (tree === null) return "<!>";
  if (typeof tree === "string") return escape(fillIn(tree, values));
  const [name, attributes, ...children] = tree;
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(fillIn(value, values))}"`);
  const start = `<${name}${list.join("")}>`;
  if (VOID.includes(name)) return start;
  return `${start}${children.map((child) => html(child, values)).join("")}</${name}>`;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
