// How the widget is embedded.

/** The milliseconds from the last loaded file to the first error. */
const millisecondsToError = () => {
  const loaded = Math.max(...performance.getEntriesByType("resource").map(({ responseEnd }) => responseEnd));
  return recordedEvents.find(({ name }) => name === "ae-error").at - loaded;
};

/**
 * Corrects all attributes in one task of the page. WebKit's driver lets promises run between two statements of its own scripts, and the
 * widget takes all attributes that are set in one task as one change.
 */
const correctAttributes = (url) => {
  setTimeout(() => {
    const element = widget();
    element.setAttribute("base-url", url);
    element.setAttribute("brand", "DocDemo");
    element.removeAttribute("identifiers");
    element.removeAttribute("otp-length");
  });
};

const selectScene = (label, value) => {
  const list = field(null, label);
  list.value = value;
  list.dispatchEvent(new Event("change"));
};

/** Whether the script has arrived before the wasm and its glue are requested. */
const isScriptFirst = () => {
  const names = ["ae-login.js", "ae-login.core.js", "ae-login.wasm"];
  const [script, glue, wasm] = names.map((name) => performance.getEntriesByName(new URL(name, location.href).href)[0]);
  return script.responseEnd <= Math.min(glue.startTime, wasm.startTime);
};
