// A page that receives no events of its focus and visibility from the browser. The driver switches between tabs all the time, and what a
// tab learns of another one must not come from that. Events that a scenario dispatches are received.

for (const name of ["focus", "blur", "visibilitychange"]) {
  addEventListener(name, (event) => event.isTrusted && event.stopImmediatePropagation(), true);
}
