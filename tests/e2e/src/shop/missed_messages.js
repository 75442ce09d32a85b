// A tab that does not receive messages of other tabs while `window.missesMessages` is set, as if it were asleep.

window.missesMessages = false;
{
  const unlessMissed = (listener) => (event) => !window.missesMessages && listener(event);
  const { addEventListener } = window;
  window.addEventListener = (name, listener, ...more) =>
    addEventListener.call(window, name, name === "storage" ? unlessMissed(listener) : listener, ...more);
  const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, "onmessage");
  Object.defineProperty(BroadcastChannel.prototype, "onmessage", {
    set(listener) {
      set.call(this, unlessMissed(listener));
    },
  });
}
