// The playground: frames with one widget for each state.

const frameOf = (state) => document.querySelector(`[data-state="${state}"] iframe`)?.contentWindow;
const widgetOf = (state) => frameOf(state)?.document.querySelector("ae-login");
const rootOf = (state) => widgetOf(state)?.shadowRoot ?? widgetOf(state);
const styleOf = (state, part) => {
  const element = rootOf(state)?.querySelector(`[part~="${part}"]`);
  return element && frameOf(state).getComputedStyle(element);
};
const states = () => [...document.querySelectorAll(".board")].map((board) => board.dataset.state);

/** For each state: its name, the step of its widget, and whether the widget shows an error. */
const steps = () => {
  const hasError = (state) => !!rootOf(state).querySelector("[part~=error]:not(:empty), [data-tone=error]:not(:empty)");
  return states().map((state) => [state, widgetOf(state).getAttribute("step"), hasError(state)]);
};

/** Sets a control and dispatches the events that a person's input would. */
const setControl = (id, value) => {
  const control = document.getElementById(id);
  if (control.type === "checkbox") {
    control.click();
    return;
  }
  control.value = value;
  for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
};

const openAllDetails = () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
};

/** Part names and computed styles of everything visible in a widget. */
const appearanceOf = (element) => {
  const properties = ["color", "background-color", "border-top-color", "border-top-left-radius", "row-gap", "font-size", "font-weight", "text-align", "min-height", "padding-left"];
  const visible = [...element.querySelectorAll("form, form [part]")].filter((it) => it.checkVisibility());
  const styleIn = (it) => it.ownerDocument.defaultView.getComputedStyle(it);
  return visible.map((it) => [it.getAttribute("part"), ...properties.map((name) => styleIn(it).getPropertyValue(name))]);
};

/** Whether a field has the focus and all of its text is selected. */
const isSelected = (id) => {
  const it = document.getElementById(id);
  return document.activeElement === it && it.selectionStart === 0 && it.selectionEnd === it.value.length;
};

/** The answer to a copy button, once there is one. */
const copyAnswer = (start) => {
  const text = document.querySelector("#said").textContent;
  return text.startsWith(start) && text;
};
