// The list of countries and the field beside it.

/** Whether the list has selected a country, and what is visible of it while it is closed. */
const showsCountry = (code, shown) => {
  const [list] = findAll(null, "[part~=country]");
  const [dialCode] = findAll(null, "[part~=dial-code]");
  const ending = `(\u200e${shown.split(" ")[1]})`;
  return list?.value === code && list.selectedOptions[0]?.text.endsWith(ending) && textOf(dialCode) === shown;
};

/** Fills in a field as autofill does. */
const autofill = (label, text) => {
  const input = field(null, label);
  input.value = text;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
};

/** Enters text with an input method. Returns the value that the field has then. */
const compose = (label, text, isComposing) => {
  const input = field(null, label);
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing }));
  return input.value;
};

const selectCountry = (code) => {
  const [list] = findAll(null, "[part~=country]");
  list.value = code;
  list.dispatchEvent(new Event("input", { bubbles: true }));
};

/** The region of a language tag, such as `US` for `en`. */
const likelyRegion = (language) => {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    return "";
  }
};

/** Whether the names of countries are those of a language, in its order. */
const areNamedIn = (language, selected) => {
  const [list] = findAll(null, "[part~=country]");
  const name = new Intl.DisplayNames(language, { type: "region" }).of(selected);
  const { compare } = new Intl.Collator(language);
  const names = [...list.options].map((it) => it.text);
  return list.selectedOptions[0].text.startsWith(name) && String(names) === String(names.toSorted(compare));
};

/** Direction, alignment and value of the field, if list and dial code are at its left edge. */
const writingDirection = () => {
  const [list, input, dialCode] = ["country", "input", "dial-code"].map((part) => findAll(null, `[part~=${part}]`)[0]);
  const lefts = [list, input, dialCode].map((it) => it.getBoundingClientRect().left);
  const { direction, textAlign } = getComputedStyle(input);
  return Math.abs(lefts[0] - lefts[1]) < 8 && Math.abs(lefts[2] - lefts[0]) < 8 && `${direction} ${textAlign} ${input.value}`;
};

/** The height of the list, the space between list and number, and the room for the number, in pixels. */
const roomBesideList = () => {
  const [list, input] = ["country", "input"].map((part) => findAll(null, `[part~=${part}]`)[0]);
  const { width, height } = list.getBoundingClientRect();
  const numberBegins = Number.parseFloat(getComputedStyle(input).paddingLeft);
  return [height, numberBegins - width, input.getBoundingClientRect().width - numberBegins];
};
