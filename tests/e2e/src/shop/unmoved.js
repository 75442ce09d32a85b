// A tab that is not woken by being looked at: the driver looks at tabs all the time, and what one of them hears of another must
// not come from that. What a test dispatches itself still counts.

for (const name of ["focus", "blur", "visibilitychange"]) {
  addEventListener(name, (event) => event.isTrusted && event.stopImmediatePropagation(), true);
}
