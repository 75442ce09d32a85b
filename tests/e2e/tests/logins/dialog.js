// The dialog and the page behind it.

/** Gives the page's link its work and the focus. */
const prepareOpener = () => {
  const opener = document.querySelector("#opener");
  opener.onclick = (event) => {
    event.preventDefault();
    widget().show();
  };
  opener.focus();
};

const centreOfFirst = (selector) => {
  const box = findAll(null, selector)[0].getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

/** The part that has the focus; empty for the page itself and the browser's own controls; HTML for anything else in the page. */
const focusedPart = () => {
  const it = focused();
  if (it?.matches("ae-login, ae-login *, body, html")) return it.getAttribute("part") ?? "";
  return it?.getAttribute("part") ?? it?.outerHTML;
};

/** Whether the dialog's backdrop covers the page's link. */
const isOpenerCovered = () => {
  const box = document.querySelector("#opener").getBoundingClientRect();
  return document.elementFromPoint(box.x + 5, box.y + 5)?.matches("dialog");
};

/** Whether the dialog is labelled by an element with this text. */
const isLabelledBy = (text) => {
  const [dialog] = findAll(null, "dialog");
  const label = dialog.getRootNode().getElementById(dialog.getAttribute("aria-labelledby"));
  return dialog.matches("[part=dialog]") && textOf(label) === text;
};

/** Type and name of the close button, and whether it is at least 44 by 44 pixels large. */
const closeButton = () => {
  const [it] = findAll(null, "[part~=close]");
  const { width, height } = it.getBoundingClientRect();
  return [it.type, it.getAttribute("aria-label"), width >= 44 && height >= 44];
};

/** Whether the close button has a name and is at a side of the form, without visible text. */
const isCloseButton = (name, side) => {
  const [it] = findAll(null, "[part~=close]");
  const form = it.closest("form").getBoundingClientRect();
  const actual = it.getBoundingClientRect().x < form.x + form.width / 2 ? "left" : "right";
  return it.getAttribute("aria-label") === name && actual === side && !it.innerText;
};

/** Replaces the widget by a copy whose dialog is shown before it is in the page; closes it again if `isClosed`. */
const replaceByShownCopy = (isClosed) => {
  const old = widget();
  const copy = old.cloneNode(true);
  copy.show();
  old.replaceWith(copy);
  if (isClosed) copy.close();
};

/** Starts a call that waits for the login. Its answer becomes the text of the response or the kind of the error. */
const startWaitingCall = () => {
  window.answer = widget()
    .fetch("/orders", { wait: true })
    .then((response) => response.text(), (error) => error.kind);
};

/** Puts the page into a frame of 320 by 240 pixels. */
const frameInSmallWindow = () => {
  const frame = document.createElement("iframe");
  frame.src = "/";
  frame.title = "small";
  Object.assign(frame.style, { inlineSize: "320px", blockSize: "240px", border: 0 });
  document.body.replaceChildren(frame);
  window.small = frame;
};

/** Shows the dialog in the frame once its widget is at a step. */
const showInFrame = () => {
  const element = window.small.contentDocument.querySelector("ae-login[step]");
  element?.show();
  return !!element;
};

/**
 * Whether the dialog is inside its window, does not scroll sideways, and scrolls down to its button; the number of parts that are cut
 * off; whether title and close button overlap.
 */
const smallDialog = () => {
  const { innerWidth, innerHeight, document } = window.small.contentWindow;
  const dialog = document.querySelector("dialog");
  const part = (name) => dialog.querySelector(`[part~=${name}]`);
  const { left, top, right, bottom } = dialog.getBoundingClientRect();
  const submit = part("submit");
  submit.scrollIntoView({ block: "end" });
  const isCutOff = (it) =>
    isVisible(it) && it.scrollWidth > it.clientWidth + 1 && !it.matches("input, [part~=status], [part~=notice]") && getComputedStyle(it).display !== "inline";
  const [title, close] = [part("title"), part("close")].map((it) => it.getBoundingClientRect());
  const titleEnd = title.right - Number.parseFloat(getComputedStyle(part("title")).paddingRight);
  return [
    innerWidth === 320 && left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight,
    dialog.scrollWidth <= dialog.clientWidth,
    dialog.scrollHeight > dialog.clientHeight && submit.getBoundingClientRect().bottom <= bottom + 1,
    [...dialog.querySelectorAll("[part]")].filter(isCutOff).length,
    titleEnd > close.left && title.top < close.bottom,
  ];
};

/** Moves the form far down and shows it. */
const showFarDown = () => {
  widget().style.marginBlockStart = "3000px";
  scrollTo(0, 0);
  widget().close();
  widget().show();
};

const isInView = () => {
  const { top, bottom } = widget().getBoundingClientRect();
  return scrollY > 1000 && top < innerHeight && bottom > 0;
};
