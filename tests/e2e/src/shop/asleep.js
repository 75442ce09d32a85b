// A tab that sleeps as long as a test wants: no news of other tabs reaches it.

window.isAsleep = false;
{
  const awake = (listener) => (event) => !window.isAsleep && listener(event);
  const { addEventListener } = window;
  window.addEventListener = (name, listener, ...more) =>
    addEventListener.call(window, name, name === "storage" ? awake(listener) : listener, ...more);
  const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, "onmessage");
  Object.defineProperty(BroadcastChannel.prototype, "onmessage", {
    set(listener) {
      set.call(this, awake(listener));
    },
  });
}
