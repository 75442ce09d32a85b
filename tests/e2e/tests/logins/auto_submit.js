// Scripts of `auto_submit.rs`.

/** Enters a code with an input method, and returns how many requests the page has sent meanwhile. */
const composeCode = (code) => {
  const input = field(null, "Code");
  const { fetch } = window;
  let count = 0;
  window.fetch = (...given) => ((count += 1), fetch(...given));
  input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  input.value = code;
  input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
  const before = count;
  input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  window.fetch = fetch;
  return [before, count];
};
