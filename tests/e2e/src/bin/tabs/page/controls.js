// Starts the rounds, and collects what the tabs report.

const channel = new BroadcastChannel("rounds");
/** The reports of the round. */
window.reports = [];
/** The names of all tabs that were ever ready. */
window.readyTabs = new Set();
let round = 0;
let freezeMs = 0;

channel.onmessage = ({ data }) => {
  window.reports.push(data);
  if (data.ready) window.readyTabs.add(data.ready);
  if (data.requestedBy && freezeMs) {
    window.frozenTab = data.requestedBy;
    channel.postMessage({ freeze: data.requestedBy, ms: freezeMs });
    freezeMs = 0;
  }
};

/** The reports of the tabs that have ended this round. */
window.finished = () => window.reports.filter((report) => report.finished && report.round === round);

/**
 * Starts a round in all tabs, `later` milliseconds from now, with clocks that are `ahead` milliseconds ahead. Freezes the first tab that
 * requests a token for so many milliseconds, if that is not 0. Returns the moment of the start.
 */
window.startRound = (ahead, later, freezeFirst) => {
  localStorage.setItem("rounds:ahead", ahead);
  window.reports = [];
  freezeMs = freezeFirst;
  const on = Date.now() + later;
  channel.postMessage({ start: ++round, on, ahead });
  return on;
};
