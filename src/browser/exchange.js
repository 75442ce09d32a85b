// @ts-nocheck
/** Addresses that the page's own policy forbids: only an event tells that from no network. */
const forbidden = new Set();
addEventListener("securitypolicyviolation", (event) => event.disposition === "enforce" && forbidden.add(event.blockedURI));

/**
 * One exchange with the engine: a text out, a text in, and one deadline over connecting, headers and body.
 * No cookies, no cache, no referrer, and no redirect, which would hand the body to another origin.
 */
export function exchange(extra, method, url, body, done) {
  const controller = new AbortController();
  const { signal } = controller;
  let late = false;
  const deadline = setTimeout(() => controller.abort((late = true)), 10_000);
  const answer = async () => {
    try {
      // Those of the page are for a proxy of its own in front of the engine.
      const headers = new Headers(extra);
      for (const name of ["content-type", "accept"]) headers.set(name, "application/json");
      const response = await fetch(url, {
        method,
        // The last word of a session should be heard even if the page is left at once.
        keepalive: method === "DELETE",
        headers,
        body,
        signal,
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      const header = (name) => response.headers.get(name) ?? undefined;
      return [response.status, header("content-type"), wait(response.headers), await text(response)];
    } catch {
      if (late) return [1];
      // What the policy has to say may come right behind the failure.
      await new Promise((later) => setTimeout(later));
      return [forbidden.has(url) ? 2 : navigator.onLine ? 0 : 4];
    }
  };
  answer().then((outcome) => {
    clearTimeout(deadline);
    // Told even if it was given up, since wasm keeps the function until it is called.
    done(...(late || !signal.aborted ? outcome : [3]));
  });
  return () => {
    clearTimeout(deadline);
    controller.abort();
  };
}

/** `Retry-After` in milliseconds. A date counts from the answer's own, where it may be read: this device's clock may be wrong. */
function wait(headers) {
  const after = headers.get("retry-after");
  if (/^\d+$/.test(after)) return after * 1000;
  const span = Date.parse(/GMT$/.test(after) && after) - (Date.parse(headers.get("date")) || Date.now());
  return isNaN(span) ? undefined : span;
}

/** The body as text, piece by piece; nothing for more than 64 KiB, which is no answer of the engine, or for what is not UTF-8. */
async function text(response) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = response.body?.getReader();
  let [whole, size] = ["", 0];
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    size += value?.length ?? 0;
    if (size > 65_536) return void reader.cancel();
    try {
      whole += decoder.decode(value, { stream: !!value });
    } catch {
      return undefined;
    }
    if (!value) return whole;
  }
}

