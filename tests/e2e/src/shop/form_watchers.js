// Scripts of a shop that watch all forms of the page. They run ahead of the widget.

/** What handlers received that wait for events to bubble: of jQuery, and of the page. */
window.bubbled = [];
/** What a script posted that reads forms ahead of their own handlers. */
window.captured = [];
/** What a recorder of sessions recorded. */
window.recording = [];
/** What changed in the page, as HTML. */
window.changes = [];
/** The addresses of requests by the page's own `fetch`, which is wrapped late. */
window.requests = [];

const TYPES = "submit input change click keydown keyup keypress beforeinput focusin focusout paste select formdata compositionend";

/** The names and values of an event's form and field. */
const contentOf = ({ type, target }) => {
  const field = target instanceof Element ? target.closest("input, select") : null;
  return `${type} ${target?.localName} ${field?.value ?? ""} ${jQuery(field?.form ?? target).serialize()}`;
};

jQuery(document).on("submit", "form", function (event) {
  event.preventDefault();
  window.bubbled.push(`jquery ${jQuery(this).serialize()}`);
});
jQuery(document).on(TYPES, ":input, form, label, button", (event) => window.bubbled.push(`jquery ${contentOf(event)}`));
for (const type of TYPES.split(" ")) {
  for (const target of [window, document]) {
    target.addEventListener(type, (event) => {
      if (event.target !== target) window.bubbled.push(`${target} ${contentOf(event)}`);
    });
  }
}

document.addEventListener("submit", ({ target }) => window.captured.push([...new FormData(target)].flat().join(" ")), true);

rrweb.record({ emit: (event) => window.recording.push(JSON.stringify(event)) });

new MutationObserver((changes) => {
  for (const { target } of changes) window.changes.push((target.parentElement ?? target).outerHTML ?? "");
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

/** Wraps all texts in elements, as browsers do that translate a page. They leave out what must not be translated. */
const translate = () => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) found.push(texts.currentNode);
  for (const text of found) {
    if (!text.data.trim() || text.parentElement.closest("[translate=no], font, script, style")) continue;
    const font = document.createElement("font");
    font.textContent = `«${text.data}»`;
    text.replaceWith(font);
  }
};

addEventListener("load", () => {
  const { fetch } = window;
  window.fetch = (...given) => {
    window.requests.push(String(given[0]));
    return fetch.apply(window, given);
  };
  translate();
  new MutationObserver(translate).observe(document.body, { subtree: true, childList: true, characterData: true });
});
