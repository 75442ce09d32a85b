// Fills in a form by script.

/** Sets the value of a field and submits its form. */
const fillInAndSubmit = (label, text) => {
  const input = field(null, label);
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  input.form.requestSubmit();
};
