// A page that signs a restored customer out in the first listener, and awaits `whenReady`.
window.seen = [];
addEventListener("ae-signed-in", ({ target, detail }) => {
  if (!detail.restored) return;
  window.seen.push(`u ${target.session?.brand}`);
  target.signOut();
});
customElements.whenDefined("ae-login").then(async () => {
  await document.querySelector("ae-login").whenReady;
  window.seen.push("ready");
});
