// Scripts of `first_screen.rs`.

/** The field that a customer sees; undefined without one. */
const firstField = () => findAll(null, "[part~=input]")[0];

/** Returns what must not change when the wasm takes over, and keeps the field for `isSameField`. */
function keepField() {
  window.keptField = firstField();
  return fieldState();
}

/** Text, selection and focus of the field. */
function fieldState() {
  const { value, selectionStart, selectionEnd } = firstField();
  return { value, range: [selectionStart, selectionEnd], hasFocus: focused() === firstField() };
}

/** Whether the visible field is the element of `keepField`. */
const isSameField = () => window.keptField === firstField();

/** Counts the fields that a customer has seen from now on, at every change of the page. */
function watchForFields() {
  window.seenFields = firstField() ? 1 : 0;
  new MutationObserver(() => (window.seenFields += firstField() ? 1 : 0)).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
  });
}

/** Title, label, button and direction of the form. */
function firstTexts() {
  const form = findAll(null, "form")[0];
  const text = (part) => textOf(form.querySelector(`[part~=${part}]`));
  return { title: text("title"), label: text("label"), button: text("submit"), lang: form.lang, direction: getComputedStyle(form).direction };
}

/** Wraps the texts of labels in elements, as the translation of a browser does. */
function translatePage() {
  for (const label of findAll(null, "label")) {
    const font = document.createElement("font");
    font.append(...label.childNodes);
    label.append(font);
  }
}

const forgetLayoutShifts = () => (window.layoutShifts.length = 0);

/** The sum of all layout shifts so far. Browsers report those of a frame after it. */
async function layoutShift() {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return window.layoutShifts.reduce((sum, shift) => sum + shift, 0);
}
