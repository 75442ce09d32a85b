// A tab that sleeps as long as a test wants: no news of other tabs reaches it.

window.isAsleep = false;
const { addEventListener } = EventTarget.prototype;
const awake = (listener) => (event) => !window.isAsleep && listener(event);
window.addEventListener = function (name, listener, ...more) {
  addEventListener.call(this, name, name === "storage" ? awake(listener) : listener, ...more);
};
const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, "onmessage");
Object.defineProperty(BroadcastChannel.prototype, "onmessage", {
  set(listener) {
    set.call(this, awake(listener));
  },
});
