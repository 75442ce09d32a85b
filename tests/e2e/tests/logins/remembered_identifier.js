// Scripts of `remembered_identifier.rs`.

/** Ends the session of the tab without a word to the widget, as the end of the browser does. */
const forgetSession = () => sessionStorage.clear();

/** Whether the page contains a text anywhere, values of fields included. */
const pageContains = (text) => {
  const values = [...document.querySelectorAll("input")].map(({ value }) => value);
  return [document.documentElement.outerHTML, ...values].some((place) => place.includes(text));
};
