// Regular expressions as the browser has them.

/** Whether a text matches a shop's pattern as a whole, as in HTML; nothing where the pattern is none. */
export function fits(pattern, text) {
  try {
    return new RegExp(`^(?:${pattern})$`, "v").test(text);
  } catch {
    return undefined;
  }
}
