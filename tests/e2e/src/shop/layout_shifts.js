// Records the layout shifts of the page (https://wicg.github.io/layout-instability). Input does not excuse a shift.
window.layoutShifts = [];
new PerformanceObserver((list) => window.layoutShifts.push(...list.getEntries().map(({ value }) => value))).observe({
  type: "layout-shift",
  buffered: true,
});
