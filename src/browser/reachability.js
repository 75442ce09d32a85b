// @ts-check
// Tells an engine that cannot be reached from one that does not let the page read its answers (CORS).

/**
 * Returns whether a request reaches the URL that sends nothing and whose answer the page cannot read. Such requests need no permission
 * of the server.
 * @param {string} url
 */
export function isReachable(url) {
  return fetch(url, { mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" }).then(
    // A `fetch` that the page has replaced may return anything.
    (response) => response?.type === "opaque",
    () => false,
  );
}
