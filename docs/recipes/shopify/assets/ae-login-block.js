// Loads the release of the widget that the settings of a block name, sends customers on after a login, and opens the dialog.
(() => {
  // Shopify may load this file once for each kind of block.
  if (window.aeLoginBlock) return;
  window.aeLoginBlock = true;

  /** Adds the module of the release to the page, once. The browser refuses it if it does not have the hash in the settings. */
  const load = () => {
    const login = document.querySelector("ae-login[data-release]");
    if (!login || document.querySelector("script[data-ae-login]")) return;
    const { release, integrity } = login.dataset;
    const script = document.createElement("script");
    const src = `${release.replace(/\/*$/, "/")}ae-login.js`;
    Object.assign(script, { type: "module", src, integrity, crossOrigin: "anonymous" });
    script.dataset.aeLogin = "";
    document.head.append(script);
  };

  document.addEventListener("ae-signed-in", ({ target, detail }) => {
    const { next } = target.dataset ?? {};
    // A restored session is not a login. The theme editor must stay where it is.
    if (!next || detail.restored || window.Shopify?.designMode) return;
    const url = new URL(next, location.href);
    if (url.protocol === "https:" || url.origin === location.origin) location.assign(url);
  });

  // Until the dialog is ready, or if it cannot run, such a link leads to its own address.
  let isReady = false;
  document.addEventListener("ae-ready", ({ target }) => (isReady ||= target.matches?.("ae-login[dialog]")));
  document.addEventListener("click", (event) => {
    const { target, button, defaultPrevented, ctrlKey, metaKey, shiftKey } = event;
    if (defaultPrevented || button || ctrlKey || metaKey || shiftKey) return;
    const dialog = document.querySelector("ae-login[dialog]");
    if (!isReady || !dialog || !target.closest('a[href$="#ae-login"]')) return;
    event.preventDefault();
    dialog.show();
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", load);
  else load();
  // The theme editor replaces a section when its settings change.
  document.addEventListener("shopify:section:load", load);
})();
