// Moves a page through its life cycle.

/** Sets the clock ahead, then dispatches events at `window` and `document`, so many times, without a pause. */
const dispatchWakeEvents = (milliseconds, events, times) => {
  const targets = { window, document };
  window.ahead += milliseconds;
  for (let n = 0; n < times; n++) for (const [target, name] of events) targets[target].dispatchEvent(new Event(name));
};

/** The milliseconds until `getToken` resolves. */
const millisecondsUntilToken = async (minValidity) => {
  const from = performance.now();
  await widget().getToken({ minValidity });
  return performance.now() - from;
};
