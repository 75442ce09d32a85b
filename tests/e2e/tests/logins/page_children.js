// Scripts of `page_children.rs`.

const formOf = (element) => (element.shadowRoot ?? element).querySelector("form");
const isShown = (node) => {
  const range = document.createRange();
  range.selectNode(node);
  return range.getClientRects().length > 0;
};
const slotted = (name) => widget().querySelector(`[slot=${name}]`);

/** Whether header, form and footer are below each other, whether the other children are hidden, and the effect of a rule about a part. */
const placesOfChildren = () => {
  const element = widget();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("ae-login::part(header) { color: rgb(1, 2, 3) } ae-login > a { color: inherit }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const [header, form, footer] = [slotted("header"), formOf(element), slotted("footer")].map((it) => it.getBoundingClientRect());
  const text = [...element.childNodes].filter((node) => node.slot !== "form").map((node) => node.textContent.trim());
  return {
    order: header.height > 0 && header.bottom <= form.top && form.bottom <= footer.top && footer.height > 0,
    hidden: [element.firstChild, element.querySelector("#own")].map((node) => !isShown(node)),
    part: getComputedStyle(slotted("header")).color,
    children: text.filter(Boolean).join(" "),
  };
};

/** Whether the form keeps its field and its text, and stays visible, while the page changes the children. */
const changeChildren = async () => {
  const element = widget();
  const [field] = formOf(element).querySelectorAll("[part~=input]");
  field.value = "kept";
  const results = [];
  for (const change of [
    () => element.prepend("More", document.createElement("hr")),
    () => (element.textContent = "Only a text"),
    () => element.replaceChildren(),
  ]) {
    change();
    await new Promise((resolve) => setTimeout(resolve));
    results.push(formOf(element)?.contains(field) && field.value === "kept" && isVisible(field));
  }
  return results;
};
