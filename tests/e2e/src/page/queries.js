// Finds elements by what a person sees: labels and text. Searches the document and all open shadow trees.
// `page.rs` sends this ahead of every script. `at` is the selector of a part of the page; `null` is the whole page.

const isVisible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
/** The visible text of an element, with single spaces. */
const textOf = (element) => element.innerText.replace(/\s+/g, " ").trim();

/** A root and every open shadow root inside it. */
const treesIn = (root) => [root, ...[root, ...root.querySelectorAll("*")].flatMap((element) => (element.shadowRoot ? treesIn(element.shadowRoot) : []))];
const partAt = (selector) => (selector ? document.querySelector(selector) : document.documentElement);
/** All visible elements that match a selector. */
const findAll = (at, selector) => treesIn(partAt(at)).flatMap((tree) => [...tree.querySelectorAll(selector)]).filter(isVisible);

/** The visible text of a part, shadow trees included. */
const visibleText = (at) =>
  treesIn(partAt(at))
    .map((tree) => (tree.innerText !== undefined ? textOf(tree) : [...tree.children].filter(isVisible).map(textOf).join(" ")))
    .join(" ");

const field = (at, label) => findAll(at, "label").find((element) => textOf(element) === label)?.control;
/** The text of a button without a countdown at its end, or its `aria-label`. */
const buttonName = (element) => textOf(element).replace(/\s*\d+:\d\d$/, "") || element.getAttribute("aria-label");
const button = (at, label) => findAll(at, "button").find((element) => buttonName(element) === label);
const widget = (at) => (partAt(at).matches("ae-login") ? partAt(at) : partAt(at).querySelector("ae-login"));
/** The element with the focus, in whatever shadow tree it is. */
const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
/** The HTML of a part as it is now, shadow trees included. */
const markup = (at) =>
  treesIn(partAt(at))
    .map((tree) => tree.outerHTML ?? tree.innerHTML)
    .join("\n");
