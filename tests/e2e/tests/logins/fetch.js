// Calls the shop's API through the widget.

/** Resolves to status, type and text of the response. */
const callApi = async (url, init) => {
  const response = await widget().fetch(url, init);
  return [response.status, response.type, await response.text()];
};

/** Starts calls that wait for the login, and records the order in which their requests leave the page. */
const startWaitingCalls = (numbers) => {
  const { fetch } = window;
  window.sentUrls = [];
  window.fetch = (...given) => {
    window.sentUrls.push(new Request(given[0]).url);
    return fetch(...given);
  };
  const call = async (number) => (await widget().fetch(`/orders?${number}`, { wait: true })).status;
  window.answers = Promise.all(numbers.map(call));
};

/** Sends a `Request` whose body is a `Blob`, and reads the response piece by piece. */
const callWithRequestObject = async () => {
  const sent = new Blob(["two roses and ", new Uint8Array([0xc3, 0xa9]), " again"]);
  const request = new Request("/orders", { method: "PUT", body: sent, headers: { "x-own": "mine" } });
  const { body, url } = await widget().fetch(request);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let piece; !(piece = await reader.read()).done; ) text += piece.value;
  return [text, new URL(url).pathname, request.bodyUsed];
};

/** Starts a call that can be aborted. Its answer becomes the name or kind of the error. */
const startAbortableCall = (url, init) => {
  window.controller = new AbortController();
  window.answer = widget()
    .fetch(url, { ...init, signal: window.controller.signal })
    .catch((error) => error.kind ?? error.name);
};

/** Wraps `fetch` as scripts of shops do, and records what it is called with. */
const recordAddresses = () => {
  const { fetch } = window;
  window.addresses = [];
  window.fetch = (input, init) => {
    window.addresses.push(`${typeof input} ${input} ${init?.method} ${init?.body}`);
    return fetch(input, init);
  };
};
