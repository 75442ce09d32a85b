// @ts-check
// Warns those who build a page of custom properties that begin with `--ae-` and do not exist.

/** The known names with a colon behind each, then those that were warned of. */
let known = "";

/**
 * Looks through the style sheets of the page and the style of the element, when the browser is idle.
 * @param {HTMLElement} element
 * @param {string} style the style sheet of the form, which has every name
 */
export function checkCustomProperties(element, style) {
  known ||= style;
  const later = window.requestIdleCallback ?? setTimeout;
  later(() => {
    check(element.style);
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
      try {
        for (const rule of sheet.cssRules) check(rule);
      } catch {
        // A sheet of another origin cannot be read.
      }
    }
  });
}

/** @param {{ cssText: string }} rule */
function check({ cssText }) {
  for (const [, name = ""] of ` ${cssText}`.matchAll(/\s(--ae-[\w-]+:)/g)) {
    if (known.includes(name)) continue;
    known += name;
    console.warn(`ae-login: no custom property ${name.slice(0, -1)}`);
  }
}
