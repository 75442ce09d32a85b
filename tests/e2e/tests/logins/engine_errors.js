// Waits for errors of the widget.

/** Resolves once so many `ae-error` events are recorded. */
const errorsRecorded = (count) =>
  new Promise((resolve) => {
    const check = () => recordedEvents.filter(({ name }) => name === "ae-error").length === count && resolve(true);
    addEventListener("ae-error", check);
    check();
  });
