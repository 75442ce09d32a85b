// A captcha as a shop's page has one: a panel with two buttons. The page gives its token to `challenge`.

/** Sets the property `challenge`. The calls are in `window.challenges`. */
function installCaptcha() {
  window.challenges = [];
  widget().challenge = (call) => {
    window.challenges.push(call);
    return new Promise((resolve, reject) => {
      const panel = document.createElement("aside");
      const add = (text, act) => {
        const button = document.createElement("button");
        button.textContent = text;
        button.onclick = () => (panel.remove(), act());
        panel.append(button);
      };
      add("I am human", () => resolve({ "X-Captcha": `passed-${window.challenges.length}` }));
      add("Skip the check", () => reject(new Error("closed")));
      document.body.append(panel);
    });
  };
}
