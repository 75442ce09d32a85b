// Bundles a module with the frameworks that it imports, and prints the bundle. `NODE_PATH` has the folders of the packages.

const { readFileSync } = require("node:fs");
const { delimiter } = require("node:path");

const esbuild = require("esbuild");
const { compile } = require("svelte/compiler");

const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({ contents: compile(readFileSync(path, "utf8"), { filename: path }).js.code }));
  },
};

esbuild
  .build({
    entryPoints: [process.argv[2]],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["browser", "production"],
    define: {
      "process.env.NODE_ENV": '"production"',
      ngDevMode: "false",
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    nodePaths: process.env.NODE_PATH.split(delimiter),
    legalComments: "none",
    logLevel: "error",
    plugins: [svelte],
  })
  .then(({ outputFiles: [{ text }] }) => process.stdout.write(text));
