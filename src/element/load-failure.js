// @ts-check
// Finds out why a file of the widget was not loaded, and says what the shop can do about it. This module does nothing before a failure.

/**
 * What the shop can do, by the value of `reason` in the event `ae-error`.
 * @type {Record<string, string>}
 */
export const REMEDIES = {
  "csp-wasm": "Add 'wasm-unsafe-eval' to script-src, or remove compat=\"never\".",
  "csp-files": "Allow the file in script-src and connect-src, and ae-login in trusted-types.",
  "file-missing": "Upload all files of the release.",
  "file-type": "Let the server answer with the file and its Content-Type.",
  "file-damaged": "Upload the file again. Nothing may change it on its way.",
  "versions-mixed": "Upload all files of one release, and empty caches.",
  "cors-files": "Send Access-Control-Allow-Origin with all files.",
  bundled: "Load ae-login.js from the folder of its release, not from a bundle.",
  "no-wasm": 'Remove compat="never".',
  "script-delayed": "Exclude ae-login.js from the optimiser of scripts.",
};

/** The longest search for the reason, in milliseconds. */
const TIME_LIMIT = 1500;

/** The error of a build that cannot be loaded or started. */
export class LoadFailure extends Error {
  /**
   * @param {string | null} reason a key of `REMEDIES`, or null if it is unknown
   * @param {unknown} cause
   * @param {string} [file]
   */
  constructor(reason, cause, file = "") {
    super(`${file} ${REMEDIES[reason ?? ""] ?? ""}`.trim(), { cause });
    this.reason = reason;
  }
}

/**
 * Returns the error for a file that could not be loaded, or whose integrity check has failed.
 * @param {import("./loader.js").Release} release
 * @param {string} file its name
 * @param {string | undefined} integrity
 * @param {unknown} cause
 */
export async function fileFailure(release, file, integrity, cause) {
  return new LoadFailure(await findReason(release, file, integrity), cause, file);
}

/**
 * Requests the file again, without and with the integrity check.
 * @param {import("./loader.js").Release} release
 * @param {string} file
 * @param {string | undefined} integrity
 */
async function findReason({ base, version, url }, file, integrity) {
  // Bundlers replace `import.meta.url` by the URL of a bundle, or by a path on the machine that has built it.
  if (base && !/^https?:[^?#]*\/ae-login\.js([?#]|$)/.test(base)) return "bundled";
  const href = url(file);
  // A bundler has put the file into the bundle.
  if (!href) return null;
  const isScript = file.endsWith("js");
  const signal = AbortSignal.timeout(TIME_LIMIT);
  const succeeds = (/** @type {RequestInit} */ options) =>
    fetch(href, { ...options, signal }).then(
      () => true,
      () => false,
    );
  let isForbidden = false;
  const onViolation = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI }) => void (isForbidden ||= blockedURI === href);
  document.addEventListener("securitypolicyviolation", onViolation);
  try {
    const response = await fetch(href, { signal });
    if (!response.ok) return "file-missing";
    const type = response.headers.get("content-type") ?? "";
    // Browsers run a wasm of any type. A page instead of the file means a server that answers every request with one.
    if (isScript ? !type.includes("javascript") : type.includes("html")) return "file-type";
    const [, found = version] = /ae-login ([\w.+-]+)/.exec((await response.text()).slice(0, 80)) ?? [];
    if (found !== version) return "versions-mixed";
    if (!(await succeeds({ integrity }))) return "file-damaged";
    // The policy forbids the script but not the request. Otherwise the network has failed for a moment.
    return isScript ? "csp-files" : null;
  } catch {
    // The event of a policy violation may be dispatched right after the rejection.
    await new Promise((resolve) => setTimeout(resolve));
    if (isForbidden) return "csp-files";
    return (await succeeds({ mode: "no-cors" })) ? "cors-files" : null;
  } finally {
    document.removeEventListener("securitypolicyviolation", onViolation);
  }
}
