// The linter's rules for every JavaScript file of the project. README.md says how to run it.

import js from "@eslint/js";
import globals from "globals";

/** Ways to make elements or code of text. Trusted Types forbid them, and the shipped files use none. */
const TEXT_TO_ELEMENTS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc", "createContextualFragment", "parseFromString"];

/** The names that `tests/e2e/src/eyes.js` defines. */
const EYES = ["isSeen", "words", "trees", "place", "inside", "text", "field", "called", "button", "widget", "focused", "written"];

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

  // What a page loads.
  {
    files: ["src/**/*.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
    rules: {
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-restricted-properties": [
        "error",
        ...TEXT_TO_ELEMENTS.map((property) => ({ property, message: "Trusted Types forbid it: build elements." })),
        { object: "document", property: "write", message: "Build elements." },
        { object: "document", property: "writeln", message: "Build elements." },
        { object: "document", property: "cookie", message: "The widget sets no cookies." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "WithStatement", message: "Modules have no `with`." },
        { selector: "ForInStatement", message: "It visits inherited properties, which may be hostile: use Object.entries." },
        { selector: "CallExpression[callee.property.name=/^setAttribute/][arguments.0.value=/^on/]", message: "A strict page forbids handlers in attributes." },
      ],
    },
  },

  // The demo's pages, the Leptos storefront, and the page of the browser tests.
  {
    files: ["style/**/*.js", "tests/leptos-shop/**/*.js", "tests/browser/page.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
  },
  {
    files: ["tests/browser/page.js"],
    // Its broken `fetch` throws and rejects with values that are no errors.
    rules: { "no-throw-literal": "off", "prefer-promise-reject-errors": "off" },
  },

  // What the end-to-end tests add to their pages. A module imports; the others are classic scripts.
  {
    files: ["tests/e2e/src/**/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
  {
    files: ["tests/e2e/src/shop/basket.js"],
    languageOptions: { sourceType: "module" },
  },
  // Fragments of a function. The driver sends `eyes.js` ahead of the others, which use its names.
  {
    files: ["tests/e2e/src/eyes.js", "tests/e2e/src/boxes.js", "tests/e2e/tests/**/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
    rules: {
      "no-implicit-globals": "off",
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { vars: "local", argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["tests/e2e/src/boxes.js", "tests/e2e/tests/**/*.js"],
    languageOptions: { globals: Object.fromEntries(EYES.map((name) => [name, "readonly"])) },
  },

  // Node runs these.
  {
    files: ["xtask/src/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  {
    files: ["tests/script/*.js"],
    languageOptions: { sourceType: "module", globals: { ...globals.node, ...globals.browser } },
  },
];
