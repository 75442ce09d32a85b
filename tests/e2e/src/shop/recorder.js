// The page's own script: records what happens in the page, in order, for the scenarios to read.

/** The events of the widget, each with its detail, the `id` of its element and its times. */
window.recordedEvents = [];
/** Uncaught errors, violations of the policy, and warnings and errors in the console. */
window.problems = [];
/** All messages in the console, and uncaught errors. The oldest are removed when there are more than 500. */
window.recordedConsole = [];
{
  const LINES = 500;
  const recordLine = (line) => {
    window.recordedConsole.push(line);
    if (window.recordedConsole.length > LINES) window.recordedConsole.shift();
  };
  const recordProblem = (problem) => {
    window.problems.push(problem);
    recordLine(problem);
  };

  /** Records the events that a target dispatches from now on. */
  window.recordEvents = (target) => {
    for (const name of ["ae-ready", "ae-step", "ae-signed-in", "ae-renewed", "ae-signed-out", "ae-error", "ae-activity"]) {
      target.addEventListener(name, (event) => {
        const isFrozen = Object.isFrozen(event.detail) && (!event.detail.session || Object.isFrozen(event.detail.session));
        const by = event.target.id ?? null;
        const at = Math.round(performance.now());
        window.recordedEvents.push({ name, ...JSON.parse(JSON.stringify(event.detail)), by, isFrozen, at, on: Date.now() });
      });
    }
  };
  window.recordEvents(window);

  /** Whether this page is shown, and whether it was in the back/forward cache before. */
  window.isShown = false;
  window.isFromCache = false;
  addEventListener("pageshow", ({ persisted }) => ([window.isShown, window.isFromCache] = [true, persisted]));
  addEventListener("pagehide", () => (window.isShown = false));

  addEventListener("error", (event) => recordProblem(`error: ${event.message || event.target?.src || event.target?.href}`), true);
  addEventListener("unhandledrejection", (event) => recordProblem(`unhandled: ${event.reason}`));
  document.addEventListener("securitypolicyviolation", (event) =>
    recordProblem(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`),
  );

  for (const level of ["debug", "error", "info", "log", "warn"]) {
    const write = console[level];
    const isProblem = level === "error" || level === "warn";
    console[level] = (...values) => {
      const record = isProblem ? recordProblem : recordLine;
      record(`console.${level}: ${values.map((value) => value?.stack ?? String(value)).join(" ")}`);
      write.apply(console, values);
    };
  }
}
