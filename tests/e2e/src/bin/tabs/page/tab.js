// A tab of the comparison: its clocks can be set ahead, it requests a token when a round starts, and reports when it has one.

{
  const date = Date.now.bind(Date);
  const time = performance.now.bind(performance);
  const fetch = window.fetch;
  const me = location.hash.slice(1);
  const channel = new BroadcastChannel("rounds");
  let clock = { ahead: Number(localStorage.getItem("rounds:ahead")) };
  let round;

  // All clocks are set ahead at the same moment, however late the timers of a tab are. A tab that set its clock after the first answer
  // would take that token for expired.
  const ahead = () => (date() < clock.on ? clock.before : clock.ahead);
  Date.now = () => date() + ahead();
  performance.now = () => time() + ahead();

  window.fetch = (input, init) => {
    const answer = fetch(input, init);
    const current = round;
    if (current && String(input?.url ?? input).includes("token")) {
      const at = date();
      current.calls += 1;
      current.first ??= at;
      current.decided ??= time();
      channel.postMessage({ requestedBy: me, round: current.number, at });
      answer.then(() => (current.answer = Math.max(current.answer, date() - at)), () => {});
    }
    return answer;
  };

  /** The page's own script calls this when `window.renew()` is defined and a customer is signed in. */
  window.isReady = () => channel.postMessage({ ready: me });

  channel.onmessage = async ({ data }) => {
    if (data.freeze === me) {
      // A synchronous request stops all scripts of the page. Its locks stay held.
      const request = new XMLHttpRequest();
      request.open("GET", `/sleep?${data.ms}`, false);
      request.send();
    }
    if (!data.start) return;
    const mine = { number: data.start, calls: 0, answer: 0 };
    clock = { on: data.on, before: clock.ahead, ahead: data.ahead };
    round = mine;
    await new Promise((done) => setTimeout(done, data.on - date()));
    const started = time();
    let token;
    let why;
    try {
      dispatchEvent(new Event("focus"));
      token = await window.renew();
    } catch (reason) {
      why = String(reason?.message || reason?.kind || reason);
    }
    const { number, calls, first, decided, answer } = mine;
    const { visibilityState: visibility } = document;
    channel.postMessage({ finished: me, round: number, at: date(), calls, first, decision: decided >= started ? decided - started : null, answer, token, why, visibility });
  };
}
