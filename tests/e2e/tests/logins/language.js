// Languages of a form.

const hasLanguage = (language, direction) => {
  const [form] = findAll(null, "form");
  return form?.lang === language && getComputedStyle(form).direction === direction;
};

/** Sets an attribute of the widget, or removes it for `null`. */
const setAttributeOrRemove = (name, value) => {
  if (value === null) widget(null).removeAttribute(name);
  else widget(null).setAttribute(name, value);
};

/** Elements whose text is wider than they are, as HTML. */
const cutOffElements = () => {
  const isCutOff = (it) =>
    isVisible(it) && !it.matches("input, [part~=status]") && getComputedStyle(it).display !== "inline" && it.scrollWidth > it.clientWidth + 1;
  return findAll(null, "form, form *").filter(isCutOff).map((it) => it.outerHTML);
};

/** Texts and names in the form without the brackets of the pseudo-translation. */
const untranslatedTexts = () => {
  const [form] = findAll(null, "form");
  const isTranslated = (text) => /^[\s\d:+.@]*$/.test(text) || text.includes("⟦") || text.includes("⟧");
  // The browser names countries in the form's language; there are no names in this one.
  const exempt = "[part~=identity], [part~=dial-code], option";
  const found = [];
  const texts = document.createTreeWalker(form, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!isTranslated(data) && !parentElement.matches(exempt)) found.push(data);
  }
  for (const it of form.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"])
      if (it.hasAttribute(name) && !isTranslated(it.getAttribute(name))) found.push(`${name}: ${it.getAttribute(name)}`);
  }
  return found;
};
