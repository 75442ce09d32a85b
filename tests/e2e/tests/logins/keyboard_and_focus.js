// Focus, names and motion in a form.

const isFocusOnTitle = (title) => {
  const it = focused();
  return it?.matches("h2[part~=title]") && isVisible(it) && textOf(it) === title;
};

/** Name, top edge and visibility of the control with the focus; `null` outside of the form. */
const focusedControl = () => {
  const it = focused();
  if (!it?.closest("form")) return null;
  const named = it.matches("input") ? it.labels[0] : it;
  return [textOf(named).replace(/\s*\d+:\d\d$/, ""), it.getBoundingClientRect().top, isVisible(it)];
};

/** Part and text of every live region. */
const liveRegions = () => [...document.querySelectorAll("[role=alert], [role=status]")].map((it) => `${it.getAttribute("part")} ${it.textContent}`);

/** Sets the clock ahead by one second in each of 60 frames. Resolves to the number of different countdowns that were visible. */
const passOneMinute = async () => {
  const shown = new Set();
  for (let second = 0; second < 60; second++) {
    if (second > 0) await new Promise(requestAnimationFrame);
    window.ahead += 1000;
    dispatchEvent(new Event("focus"));
    shown.add(textOf(findAll(null, "[part~=countdown]").find(textOf)));
  }
  return shown.size;
};

const isCountdownLive = () =>
  findAll(null, "[part~=countdown]").some((it) => it.closest("[role=alert], [role=status], [aria-live], [role=timer]"));

/** The controls without a visible focus ring. A ring inside of a field is painted on the field. */
const controlsWithoutRing = () =>
  findAll(null, "form :is(button, input, select)").flatMap((it) => {
    it.focus({ focusVisible: true });
    const isInside = px(it, "outlineOffset") < 0;
    return ringProblems(it, backgroundOf(isInside ? findAll(null, "[part~=input]")[0] : it.parentElement));
  });

/** The parts with a transition. */
const partsWithTransition = () => {
  const hasTransition = (it) => {
    const { transitionDuration, transitionProperty } = getComputedStyle(it);
    return Number.parseFloat(transitionDuration) > 0 && transitionProperty !== "none";
  };
  return findAll(null, "form, form [part]").filter(hasTransition).map((it) => it.getAttribute("part"));
};

/** Whether a paste is allowed, and the attributes of the field that could hinder it or autofill. */
const inputRestrictions = () => {
  const [input] = findAll(null, "[part~=input]");
  const paste = new Event("paste", { bubbles: true, cancelable: true, composed: true });
  return [input.dispatchEvent(paste), input.maxLength, input.hasAttribute("pattern"), input.readOnly, input.getAttribute("autocomplete")];
};

/** Language and direction of the form. */
const formLanguage = () => {
  const [form] = findAll(null, "form");
  return [form.lang, form.dir, getComputedStyle(form).direction];
};

/** Element and text of the identity, and whether its first character is left of its second one. */
const identityOrder = () => {
  const [it] = findAll(null, "[part~=identity]");
  const range = document.createRange();
  const leftOf = (at) => {
    range.setStart(it.firstChild, at);
    range.setEnd(it.firstChild, at + 1);
    return range.getBoundingClientRect().left;
  };
  return [it.localName, it.textContent, leftOf(0) < leftOf(1)];
};

/** How the browser orders the characters of a code with a space. */
const codeDirection = () => {
  const [input] = findAll(null, "[part~=input]");
  input.value = "12 34";
  return getComputedStyle(input).unicodeBidi;
};
