// @ts-check
// Prints warnings for developers: custom properties of the page that begin with `--ae-` and do not exist.

/** The text in which names are looked up: the style sheet of the form, then each name that a warning was printed for. */
let known = "";

/** The elements whose inline styles are checked when the browser is idle. @type {HTMLElement[]} */
const waiting = [];

/**
 * Checks the style sheets of the page and the inline style of the element, when the browser is idle.
 * @param {HTMLElement} element
 * @param {string} style the style sheet of the form, which contains every name
 */
export function checkCustomProperties(element, style) {
  known ||= style;
  // One check for all elements that are inserted together.
  if (waiting.push(element) > 1) return;
  const schedule = window.requestIdleCallback ?? setTimeout;
  schedule(() => {
    for (const { style } of waiting.splice(0)) check(style);
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
      try {
        for (const rule of sheet.cssRules) check(rule);
      } catch {
        // The rules of a style sheet of another origin cannot be read.
      }
    }
  });
}

/** @param {{ cssText: string }} rule */
function check({ cssText }) {
  for (const [, name = ""] of ` ${cssText}`.matchAll(/\s(--ae-[\w-]+:)/g)) {
    if (known.includes(name)) continue;
    known += name;
    console.warn(`ae-login: unknown custom property ${name.slice(0, -1)}`);
  }
}
