// @ts-check
// Calls the property `challenge` of the element before a request that sends a message.

/** The longest time of a challenge in milliseconds. A person may solve a puzzle meanwhile. */
export const LIMIT = 120_000;

/**
 * Returns the headers of the request: the page's own, and those that the challenge returns.
 *
 * Resolves to null if the challenge rejects, returns no headers, or is not over after {@link LIMIT} milliseconds.
 * @param {(call: { action: string, endpoint: string }) => unknown} challenge
 * @param {string} action why a message is sent
 * @param {string} endpoint the path of the request below the base URL
 * @param {any} pageHeaders the value of `requestHeaders`
 */
export async function headersAfterChallenge(challenge, action, endpoint, pageHeaders) {
  const headers = new Headers(pageHeaders);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    // In a microtask, because the function may call methods of the element.
    const answer = Promise.resolve().then(() => challenge({ action, endpoint }));
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT)));
    const added = /** @type {any} */ (await Promise.race([answer, timeout]));
    if (!added) return null;
    new Headers(added).forEach((value, name) => headers.set(name, value));
    return headers;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
