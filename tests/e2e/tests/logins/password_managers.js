// What password managers do with a form.

/** Ways to submit a form. */
const submits = {
  requestSubmit: (form) => form.requestSubmit(),
  click: (form) => form.querySelector("[type=submit]").click(),
  // Enter in a field submits by the button.
  requestSubmitByButton: (form) => form.requestSubmit(form.querySelector("[type=submit]")),
  // No `submit` event; the page's policy may forbid it, and Firefox throws then.
  submitWithoutEvent: (form) => {
    try {
      form.submit();
    } catch {
      // The form has no target.
    }
  },
};

/** Fills in inputs by their purpose and submits the form. Some managers dispatch events for what they fill in, some do not. */
const fillInByPurpose = (values, dispatches, way) => {
  const [form] = findAll(null, "form");
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  for (const [purpose, value] of Object.entries(values)) {
    for (const input of form.querySelectorAll(`input[autocomplete="${purpose}"]`)) {
      set.call(input, value);
      if (dispatches) for (const name of ["keydown", "input", "keyup", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }
  submits[way](form);
};

/** For each input: type, name, purpose as it is written (Firefox does not know `one-time-code`), and the value of the user name. */
const inputsOfForm = () => {
  const described = (it) => `${it.type} ${it.name} ${it.getAttribute("autocomplete")} ${it.matches("[part=username]") ? it.value : ""}`.trim();
  return [...findAll(null, "form")[0].elements].filter((it) => it.matches("input")).map(described);
};

/** Records what a manager would save: names and values of the fields at each `submit` event. Managers read fields one by one. */
const recordSubmits = () => {
  window.submitted = [];
  const onSubmit = (event) => {
    const [form] = event.composedPath();
    const fields = [...form.elements].filter((it) => it.name && it.matches("input:not([type=checkbox]), input:checked"));
    window.submitted.push(fields.map(({ name, value }) => `${name} ${value}`).join(" "));
  };
  (widget().shadowRoot ?? window).addEventListener("submit", onSubmit, true);
};

/** Resolves after a navigation would have begun. */
const afterNavigation = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve([window.isHere, location.search]))));
