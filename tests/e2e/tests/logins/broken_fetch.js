// Replacements of `window.fetch`.

/** The browser's own `fetch`. */
const nativeFetch = (window.nativeFetch ??= window.fetch);

const fetches = {
  native: nativeFetch,

  throwing: () => {
    throw new Error("blocked by the shop");
  },

  rejectingWithString: () => Promise.reject("blocked by the shop"),

  resolvingToPlainObject: async () => ({
    ok: true,
    status: 200,
    headers: new Map(),
    body: null,
    json: async () => ({ status: { success: true } }),
    text: async () => "{}",
  }),

  /** Takes a URL as a string and options as a plain object, as wrappers for tracing do. Files beside the module are fetched without options. */
  tracing: async (url, { headers, ...init } = {}) => {
    if (init.method) (window.traced ??= []).push(`${init.method} ${url.toLowerCase()}`);
    return nativeFetch(url.trim(), { ...init, headers: Object.fromEntries(new Headers(headers)) });
  },
};

const replaceFetch = (name) => {
  window.fetch = fetches[name];
};
