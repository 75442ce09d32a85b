// A tab of the widget.

addEventListener("ae-signed-in", () => window.isReady(), { once: true });
window.renew = () => document.querySelector("ae-login").getToken();
