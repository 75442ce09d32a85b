// The rules of ESLint for every JavaScript file of the project. README.md describes how to run it.

import { readdirSync, readFileSync } from "node:fs";

import js from "@eslint/js";
import globals from "globals";

/** Properties and methods that parse HTML. Trusted Types forbid them, and the shipped files do not use them. */
const HTML_SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc", "createContextualFragment", "parseFromString"];

/** The scripts that the end-to-end tests send ahead of all others. */
const E2E_LIBRARY = new URL("../e2e/src/page/", import.meta.url);

/** The functions and constants that these scripts define, as globals. */
const E2E_NAMES = Object.fromEntries(
  readdirSync(E2E_LIBRARY)
    .filter((name) => name.endsWith(".js"))
    .flatMap((name) => [...readFileSync(new URL(name, E2E_LIBRARY), "utf8").matchAll(/^const (\w+) =/gm)])
    .map(([, name]) => [name, "readonly"]),
);

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "no-caller": "error",
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-extend-native": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-new-wrappers": "error",
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unreachable-loop": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-useless-rename": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-promise-reject-errors": "error",
      "symbol-description": "error",
    },
  },

  // The shipped modules.
  {
    files: ["src/**/*.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
    rules: {
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-restricted-properties": [
        "error",
        ...HTML_SINKS.map((property) => ({ property, message: "Trusted Types forbid it: create elements." })),
        { object: "document", property: "write", message: "Create elements." },
        { object: "document", property: "writeln", message: "Create elements." },
        { object: "document", property: "cookie", message: "The widget sets no cookies." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "WithStatement", message: "Modules have no `with`." },
        { selector: "ForInStatement", message: "It includes inherited properties, which other scripts may have added: use Object.entries." },
        { selector: "CallExpression[callee.property.name=/^setAttribute/][arguments.0.value=/^on/]", message: "A strict Content Security Policy forbids event handler attributes." },
      ],
    },
  },

  // The pages of the demo, of the Leptos storefront and of the browser tests.
  {
    files: ["style/**/*.js", "tests/leptos-shop/**/*.js", "tests/browser/page.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
  },
  {
    files: ["tests/browser/page.js"],
    // Some functions here throw strings and reject with strings, as other scripts may do.
    rules: { "no-throw-literal": "off", "prefer-promise-reject-errors": "off" },
  },

  // Scripts that the end-to-end tests add to their pages. Most are classic scripts.
  {
    files: ["tests/e2e/src/**/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
  {
    files: [
      "tests/e2e/src/shop/{basket,importer}.js",
      "tests/e2e/src/frameworks/{angular,page}.js",
      "tests/e2e/src/bin/tabs/page/{auth-js,auth0}.js",
      "tests/e2e/src/bin/speed/page/{scripted,hanko,supabase,stytch}.js",
    ],
    languageOptions: { sourceType: "module" },
  },
  {
    files: ["tests/e2e/src/shop/form_watchers.js"],
    languageOptions: { globals: { jQuery: "readonly", rrweb: "readonly" } },
  },
  {
    files: ["tests/e2e/src/shop/prototype_library.js"],
    rules: { "no-extend-native": "off" },
  },
  // Parts of a function: WebDriver makes one function of the library, a scenario's own scripts and one line that calls them.
  {
    files: ["tests/e2e/src/page/*.js", "tests/e2e/tests/logins/*.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, ...E2E_NAMES, axe: "readonly", recordedEvents: "readonly" } },
    rules: {
      "no-implicit-globals": "off",
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { vars: "local", argsIgnorePattern: "^_" }],
    },
  },
  // The body of a function in the context of Firefox itself.
  {
    files: ["tests/e2e/src/page/firefox_preference.js", "tests/e2e/src/firefox_clear.js"],
    languageOptions: { sourceType: "commonjs", globals: { Ci: "readonly", Services: "readonly" } },
  },
  {
    files: ["tests/e2e/tests/logins/broken_fetch.js"],
    // Its broken `fetch` rejects with a value that is not an error.
    rules: { "prefer-promise-reject-errors": "off" },
  },

  // The npm package, its tests, and the shops that use it.
  {
    files: ["package/*.js", "package/examples/*/src/**/*.js", "package/examples/next/*.js"],
    languageOptions: { sourceType: "module", globals: { ...globals.browser, process: "readonly" } },
  },
  {
    files: ["package/examples/{webpack,rspack}/*.config.js"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  {
    files: ["package/tests/*.js"],
    languageOptions: { sourceType: "module", globals: globals.node },
  },

  // Programs for Node.
  {
    files: ["xtask/src/*.cjs", "tests/e2e/src/{frameworks,shopify}/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  {
    files: ["tests/script/*.js"],
    languageOptions: { sourceType: "module", globals: { ...globals.node, ...globals.browser } },
  },
  {
    files: ["tests/e2e/tests/*.mjs", "tests/types/*.js"],
    languageOptions: { sourceType: "module", globals: globals.node },
  },
];
