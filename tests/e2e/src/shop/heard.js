// The page's own script: writes down what happens in the page, in order, for the tests to read.

window.heard = [];
window.trouble = [];

/** Writes down what an object of the widget tells, and when. */
window.hear = (target) => {
  for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error"]) {
    target.addEventListener(name, (event) => {
      const isFrozen = Object.isFrozen(event.detail) && (!event.detail.session || Object.isFrozen(event.detail.session));
      const by = event.target.id ?? null;
      const at = Math.round(performance.now());
      window.heard.push({ name, ...JSON.parse(JSON.stringify(event.detail)), by, isFrozen, at, on: Date.now() });
    });
  }
};
window.hear(window);

/** Whether this page is shown, and whether it had been put aside whole before that. */
window.isShown = false;
window.cameBack = false;
addEventListener("pageshow", ({ persisted }) => ([window.isShown, window.cameBack] = [true, persisted]));
addEventListener("pagehide", () => (window.isShown = false));

addEventListener("error", (event) => window.trouble.push(`error: ${event.message || event.target?.src || event.target?.href}`), true);
addEventListener("unhandledrejection", (event) => window.trouble.push(`unhandled: ${event.reason}`));
document.addEventListener("securitypolicyviolation", (event) =>
  window.trouble.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`),
);

for (const level of ["error", "warn"]) {
  const say = console[level];
  console[level] = (...words) => {
    window.trouble.push(`console.${level}: ${words.map((word) => word?.stack ?? String(word)).join(" ")}`);
    say.apply(console, words);
  };
}
