// Starts the races, and writes down what the tabs say.

const line = new BroadcastChannel("race");
window.said = [];
/** Every tab that was ever ready. */
window.ready = new Set();
let race = 0;
let freeze = 0;

line.onmessage = ({ data }) => {
  window.said.push(data);
  if (data.ready) window.ready.add(data.ready);
  if (data.asked && freeze) {
    window.frozen = data.asked;
    line.postMessage({ freeze: data.asked, ms: freeze });
    freeze = 0;
  }
};

/** Starts a race a little later, in all tabs at once. Whoever asks first is frozen for so long, if that is wanted. */
window.go = (ahead, later, frozen) => {
  localStorage.setItem("race:ahead", ahead);
  window.said = [];
  freeze = frozen;
  const on = Date.now() + later;
  line.postMessage({ go: ++race, on, ahead });
  return on;
};
