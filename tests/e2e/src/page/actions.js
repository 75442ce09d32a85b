// The scripts of `actions.rs`, and of the waits in `page.rs`.

/** Scrolls a button into view and returns it. */
const buttonInView = (at, label) => {
  const found = button(at, label);
  found?.scrollIntoView({ block: "center", behavior: "instant" });
  return found;
};

/** Replaces the value of a field as the clipboard does. Returns whether the browser has done it. */
const pasteInto = (at, label, text) => {
  const input = field(at, label);
  input.focus();
  input.select();
  return document.execCommand("insertText", false, text);
};

/** Selects an option of a list by its text. Returns whether there is such an option. */
const selectOption = (at, label, text) => {
  const list = field(at, label);
  const option = list && !list.disabled && [...list.options].find((it) => it.text === text);
  if (!option) return false;
  option.selected = true;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

/** Puts the page itself into a frame of the page that is open. */
const frameTheShop = () => {
  const frame = document.createElement("iframe");
  frame.src = "/";
  frame.title = "The shop";
  Object.assign(frame.style, { width: "320px", height: "900px", border: "0" });
  document.body.replaceChildren(frame);
};

/** Marks this document as left and reloads it after the driver's command has ended. */
const reloadLater = () => {
  window.isLeft = true;
  setTimeout(() => location.reload());
};

/** Calls a function; passes the value or the error of its promise to `done`, which the driver adds as the last argument. */
const returnSettled = (act, ...given) => {
  const done = given.pop();
  Promise.resolve(act(...given)).then(
    (value) => done({ value }),
    ({ name, kind, code, retryable, stack, message }) => done({ reason: { name, kind, code, retryable, isError: typeof stack === "string", message } }),
  );
};
