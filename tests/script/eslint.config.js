// The rules of ESLint for every JavaScript file of the project. README.md describes how to run it.

import js from "@eslint/js";
import globals from "globals";

/** Properties and methods that parse HTML. Trusted Types forbid them, and the shipped files do not use them. */
const HTML_SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc", "createContextualFragment", "parseFromString"];

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

  // Programs for Node.
  {
    files: ["xtask/src/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  {
    files: ["tests/script/*.js"],
    languageOptions: { sourceType: "module", globals: { ...globals.node, ...globals.browser } },
  },
];
