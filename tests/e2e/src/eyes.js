// Finds things as a person would, in light and in open shadow trees alike. Sent ahead of every question to a page.

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const words = (element) => element.innerText.replace(/\s+/g, " ").trim();

/** The trees of a place: itself and every open shadow root in it. */
const trees = (root) => [root, ...[root, ...root.querySelectorAll("*")].flatMap((element) => (element.shadowRoot ? trees(element.shadowRoot) : []))];
const place = (selector) => (selector ? document.querySelector(selector) : document.documentElement);
const inside = (at, selector) => trees(place(at)).flatMap((tree) => [...tree.querySelectorAll(selector)]).filter(isSeen);

/** Visible text, shadow trees included. */
const text = (at) =>
  trees(place(at))
    .map((tree) => (tree.innerText !== undefined ? words(tree) : [...tree.children].filter(isSeen).map(words).join(" ")))
    .join(" ");

const field = (at, label) => inside(at, "label").find((element) => words(element) === label)?.control;
/** What a button is called: its words without a countdown behind them, or a name in their place. */
const called = (element) => words(element).replace(/\s*\d+:\d\d$/, "") || element.getAttribute("aria-label");
const button = (at, label) => inside(at, "button").find((element) => called(element) === label);
const widget = (at) => (place(at).matches("ae-login") ? place(at) : place(at).querySelector("ae-login"));
/** What has the focus, however deep. */
const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
/** A part of the document as it is written now, shadow trees included. */
const written = (at) =>
  trees(place(at))
    .map((tree) => tree.outerHTML ?? tree.innerHTML)
    .join("\n");
