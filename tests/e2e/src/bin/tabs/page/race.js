// A tab in the race: its clock can be moved on, it asks for a token when it is told to, and says when it had it.

{
  const date = Date.now.bind(Date);
  const time = performance.now.bind(performance);
  const fetch = window.fetch;
  const me = location.hash.slice(1);
  const line = new BroadcastChannel("race");
  let clock = { ahead: Number(localStorage.getItem("race:ahead")) };
  let race;

  // All clocks move on at the same moment, however late a tab's timers are: by a clock that moved on behind the first answer,
  // that one would be too old as well.
  const ahead = () => (date() < clock.on ? clock.before : clock.ahead);
  Date.now = () => date() + ahead();
  performance.now = () => time() + ahead();

  window.fetch = (input, init) => {
    const answer = fetch(input, init);
    const asked = race;
    if (asked && String(input?.url ?? input).includes("token")) {
      const at = date();
      asked.calls += 1;
      asked.first ??= at;
      asked.decided ??= time();
      line.postMessage({ asked: me, race: asked.number, at });
      answer.then(() => (asked.answer = Math.max(asked.answer, date() - at)), () => {});
    }
    return answer;
  };

  /** For a page's own script: from now on `window.renew()` can be asked. */
  window.isReady = () => line.postMessage({ ready: me });

  line.onmessage = async ({ data }) => {
    if (data.freeze === me) {
      // Nothing runs in this page until this is answered; its lock stays held.
      const nothing = new XMLHttpRequest();
      nothing.open("GET", `/sleep?${data.ms}`, false);
      nothing.send();
    }
    if (!data.go) return;
    const mine = { number: data.go, calls: 0, answer: 0 };
    clock = { on: data.on, before: clock.ahead, ahead: data.ahead };
    race = mine;
    await new Promise((done) => setTimeout(done, data.on - date()));
    const woke = time();
    let token;
    let why;
    try {
      dispatchEvent(new Event("focus"));
      token = await window.renew();
    } catch (reason) {
      why = String(reason?.message || reason?.kind || reason);
    }
    const { number, calls, first, decided, answer } = mine;
    const { visibilityState: seen } = document;
    line.postMessage({ served: me, race: number, at: date(), calls, first, decision: decided >= woke ? decided - woke : null, answer, token, why, seen });
  };
}
