// Rules and custom properties of a page, tried on the parts of the form.

const element = widget(null);
const root = element.shadowRoot ?? element;
const selectorOf = (part) => (element.shadowRoot ? `ae-login::part(${part})` : `ae-login [part~="${part}"]`);

/** For each element of each part: the part, and whether a rule about that part alone has an effect. Most elements are several parts. */
const styledParts = (parts) => {
  const [sheet, sheets] = [new CSSStyleSheet(), [...document.adoptedStyleSheets]];
  document.adoptedStyleSheets = [sheet, ...sheets];
  const isStyled = (it) => getComputedStyle(it).color === "rgb(1, 2, 3)" && getComputedStyle(it).scrollMarginTop === "7px";
  const found = parts.flatMap((part) => {
    sheet.replaceSync(`${selectorOf(part)} { color: rgb(1, 2, 3); scroll-margin-top: 7px }`);
    return [...root.querySelectorAll(`[part~="${part}"]`)].map((it) => [part, isStyled(it)]);
  });
  document.adoptedStyleSheets = sheets;
  return found;
};

/** The custom properties that change the computed style of a visible part or of its backdrop when they have an unusual value. */
const effectiveProperties = (properties) => {
  const visible = [...root.querySelectorAll("[part]")].filter((it) => isVisible(it) && it.getBoundingClientRect().width > 1);
  const textOfStyle = (style) => [...style].filter((name) => !name.startsWith("--")).map((name) => style.getPropertyValue(name)).join();
  const appearance = () => visible.flatMap((it) => [null, "::backdrop"].map((pseudo) => textOfStyle(getComputedStyle(it, pseudo)))).join();
  const hasEffect = ([name, value]) => {
    const [usual, before] = [element.style.getPropertyValue(name), appearance()];
    element.style.setProperty(name, value);
    const changes = appearance() !== before;
    element.style.setProperty(name, usual);
    return changes;
  };
  return properties.filter(hasEffect).map(([name]) => name);
};

/**
 * Resets every property of every part by one ordinary rule for each, ahead of the widget's sheet and behind it. The rules also name
 * `:focus`, as the widget's rule for the focus ring does. Returns the number of properties that the widget's sheet declares, and those
 * that keep another value than an element of the same kind whose properties are all reset. Sizes depend on the content, and `all` does
 * not reset the direction.
 */
const propertiesThatStay = (parts) => {
  const own = [...(element.shadowRoot ?? document).adoptedStyleSheets].find((sheet) => [...sheet.cssRules].some((rule) => rule.name === "ae-spin"));
  const declared = (rules) => [...rules].flatMap((rule) => [...(rule.style ?? []), ...declared(rule.cssRules ?? [])]);
  const isExempt = (name) => /^--|^all$|^direction$|bidi$|(inline|block)-size$|^width$|^height$|-origin$/.test(name);
  const names = [...new Set(declared(own.cssRules))].filter((name) => !isExempt(name));
  const [sheet, sheets] = [new CSSStyleSheet(), [...document.adoptedStyleSheets]];
  sheet.replaceSync(["#plain *", ...parts.map(selectorOf)].map((selector) => `${selector}, ${selector}:focus { all: initial }`).join(" "));
  const plain = document.createElement("div");
  plain.id = "plain";
  document.body.append(plain);
  const stay = [[sheet, ...sheets], [...sheets, sheet]].flatMap((order, at) => {
    document.adoptedStyleSheets = order;
    return [...root.querySelectorAll("[part]:not([hidden])")].flatMap((it) => {
      const same = document.createElement(it.localName);
      if (it.type) same.setAttribute("type", it.type);
      plain.replaceChildren(same);
      const [style, initial] = [it, same].map((one) => getComputedStyle(one));
      return names.filter((name) => style[name] !== initial[name]).map((name) => `${["ahead", "behind"][at]} ${it.part} ${name}: ${style[name]}, not ${initial[name]}`);
    });
  });
  document.adoptedStyleSheets = sheets;
  plain.remove();
  return [names.length, stay];
};

/** Adds a copy of the widget with another misspelled custom property. */
const addCopyWithMisspelling = () => {
  const copy = element.cloneNode();
  copy.style.setProperty("--ae-colour", "red");
  document.body.append(copy);
};
