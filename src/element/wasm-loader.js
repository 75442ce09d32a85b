// @ts-check
// Loads the glue of the wasm, and the wasm or, where that cannot run, the build without WebAssembly. The browser checks the integrity of
// all files.

import { LoadFailure, fileFailure } from "./load-failure.js";

/** @typedef {typeof import("./core.js")} Core the functions of the wasm, and the function that instantiates it */

const GLUE = "ae-login.core.js";
const WASM = "ae-login.wasm";
const COMPAT = "ae-login.compat.js";
/** The shortest module of WebAssembly. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/**
 * The policy of Trusted Types for the addresses of scripts. Pages can forbid a second one of the same name.
 * @type {{ createScriptURL: (url: string) => string } | undefined}
 */
let policy;

/**
 * Starts the wasm, unless the attribute `compat` of the first element that has it says otherwise. One build serves all elements.
 * Rejects with a `LoadFailure`.
 * @param {import("./loader.js").Release} release
 * @param {() => Promise<Core>} [loadGlue] loads the module that wasm-bindgen generates
 */
export async function start(release, loadGlue = () => load(release, GLUE, release.glue, release.importModule)) {
  const mode = document.querySelector("ae-login[compat]")?.getAttribute("compat");
  const glue = loadGlue();
  // The glue and the wasm are downloaded at the same time. A failure is reported below, where the glue is needed.
  glue.catch(() => {});
  if (mode !== "always") {
    const obstacle = await startWasm(glue, release);
    if (!obstacle) return glue;
    if (mode === "never") throw obstacle;
  }
  const module = await load(release, COMPAT, release.compat, release.importModule);
  await (await glue).default(async (imports) => module.instantiate(imports));
  return glue;
}

/**
 * Fetches and instantiates the wasm. Returns what prevents that in this browser or under the policy of this page. Rejects if a file
 * cannot be loaded.
 * @param {Promise<Core>} glue
 * @param {import("./loader.js").Release} release
 */
async function startWasm(glue, release) {
  try {
    // Throws before the download where WebAssembly is absent or forbidden. WebKit allows modules, but no instances of them.
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
  } catch (cause) {
    return new LoadFailure(globalThis.WebAssembly ? "csp-wasm" : "no-wasm", cause);
  }
  // The browser rejects the response if its hash is not `integrity`.
  const response = await load(release, WASM, release.integrity, (url, integrity) => fetch(url, { integrity }));
  // Browsers cache compiled code only if the MIME type is correct.
  const isWasm = response.headers.get("content-type") === "application/wasm";
  const core = await glue;
  try {
    await core.default(async (imports) => {
      const source = isWasm
        ? WebAssembly.instantiateStreaming(response, imports)
        : WebAssembly.instantiate(await response.arrayBuffer(), imports);
      return (await source).instance;
    });
    return undefined;
  } catch (cause) {
    return new LoadFailure("no-wasm", cause);
  }
}

/**
 * Loads a file of the release.
 * @template Result
 * @param {import("./loader.js").Release} release
 * @param {string} file
 * @param {string | undefined} integrity
 * @param {(url: string, integrity: string | undefined, file: string) => Promise<Result>} loader
 */
async function load(release, file, integrity, loader) {
  try {
    return await loader(release.url(file), integrity, file);
  } catch (cause) {
    throw await fileFailure(release, file, integrity, cause);
  }
}

/**
 * Imports a module after the browser has checked its integrity, which `import()` alone cannot do: an element loads the module into the
 * module map of the page, and `import()` takes it from there without another request.
 *
 * Chromium and Firefox check the integrity of `modulepreload`, which Trusted Types do not restrict. WebKit ignores it there. So it gets a
 * script element, for which Trusted Types demand a policy.
 * @param {string} url
 * @param {string | undefined} integrity
 * @returns {Promise<any>}
 */
export async function importChecked(url, integrity = "") {
  const link = document.createElement("link");
  const script = document.createElement("script");
  const isPreloadChecked = link.relList.supports("modulepreload") && !navigator.vendor.startsWith("Apple");
  const element = isPreloadChecked ? link : script;
  if (isPreloadChecked) {
    link.rel = "modulepreload";
    link.href = url;
  } else {
    /** @type {any} */
    const { trustedTypes } = window;
    script.type = "module";
    policy ??= trustedTypes?.createPolicy("ae-login", { createScriptURL: (/** @type {string} */ url) => url });
    script.src = policy?.createScriptURL(url) ?? url;
  }
  element.integrity = integrity;
  // Policies with a nonce and without `strict-dynamic` demand it of each script.
  element.nonce = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
  await new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
  // The comments tell bundlers of shops that the file is not a part of the bundle.
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url);
}
