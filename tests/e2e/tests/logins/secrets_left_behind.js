// Plants a text in every place where a secret could be left.

const plant = async (text) => {
  sessionStorage.planted = localStorage.planted = text;
  window.planted = text;
  document.cookie = `planted=${encodeURIComponent(text)}`;
  history.replaceState({ text }, "");
  console.debug("planted", text);
  widget().dispatchEvent(new CustomEvent("ae-signed-in", { detail: { session: { text } } }));
  const input = Object.assign(document.createElement("input"), { value: text });
  document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" }).append(input);
  document.body.append(Object.assign(document.createElement("div"), { title: text }));
  const channel = new BroadcastChannel("planted");
  channel.postMessage({ text });
  channel.close();
  navigator.locks.request(text, () => {});
  const cache = await caches.open("planted");
  await cache.put("/planted", new Response(text));
  const opening = indexedDB.open("planted");
  opening.onupgradeneeded = () => opening.result.createObjectStore("planted").add(text, 1);
  await new Promise((resolve) => (opening.onsuccess = resolve));
  opening.result.close();
  await fetch(`/?planted=${encodeURIComponent(text)}`);
  return true;
};
