// Scripts of `page_scripts.rs`.

/** Renders the content of `main` anew, as scripts do that replace parts of a page. */
const renderAgain = () => {
  const main = document.querySelector("main");
  const copy = main.cloneNode(true);
  copy.querySelector("ae-login").replaceChildren("Sign-in needs JavaScript.");
  main.replaceWith(copy);
};

/** What the scripts of `form_watchers.js` have received. The driver cannot read arrays that have the library's `toJSON`. */
const whatScriptsReceived = () => ({
  isWithoutLibrary: delete window.Array.prototype.toJSON,
  bubbled: window.bubbled,
  captured: window.captured,
  recording: window.recording.join("\n"),
  changes: window.changes.join("\n"),
});

/** Whether the scripts of the page still see a form of the page: events, data, recorded input, translation. */
const useOwnForm = async () => {
  const form = document.createElement("form");
  const input = document.createElement("input");
  [input.name, input.value] = ["search", "seeds"];
  form.append("Search", input);
  document.querySelector("main").append(form);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  form.requestSubmit();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const has = (list) => list.some((line) => line.includes("seeds"));
  return [has(window.bubbled), has(window.captured), has(window.recording), form.innerText.includes("«Search»")];
};
