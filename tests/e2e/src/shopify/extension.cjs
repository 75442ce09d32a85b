// Renders a block of a theme app extension as Shopify does, or checks the files of the extension. `NODE_PATH` has the packages' folder.
//
//   node extension.cjs render FOLDER BLOCK GLOBALS   prints the HTML of a block; GLOBALS is JSON: the objects of Liquid
//   node extension.cjs check FOLDER                  prints JSON: the findings of Shopify's theme checker, and the gzip size of each asset

const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { gzipSync } = require("node:zlib");

const [command, folder, block, globals] = process.argv.slice(2);

/** The value at a path such as `ae_login.block` of a file with translations. */
const translation = (file, key) => {
  const texts = JSON.parse(readFileSync(join(folder, "locales", file), "utf8"));
  const text = key.split(".").reduce((part, name) => part?.[name], texts);
  if (typeof text !== "string") throw new Error(`${file} has no text ${key}`);
  return text;
};

const render = async () => {
  const { Liquid, Tag } = require("liquidjs");
  const folders = { root: join(folder, "blocks"), partials: join(folder, "snippets"), relativeReference: false };
  const liquid = new Liquid({ ...folders, extname: ".liquid", strictFilters: true });
  const objects = JSON.parse(globals);
  const language = objects.request.locale.iso_code;
  const files = readdirSync(join(folder, "locales"));
  liquid.registerFilter("t", (key) => translation(files.find((name) => name === `${language}.json`) ?? "en.default.json", key));
  let schema;
  liquid.registerTag(
    "schema",
    class extends Tag {
      constructor(token, rest, engine) {
        super(token, rest, engine);
        let text = "";
        while (rest.length) {
          const part = rest.shift();
          if (part.name === "endschema") break;
          text += part.getText();
        }
        schema = JSON.parse(text);
      }
      render() {}
    },
  );
  // In Shopify, snippets see the global objects, and nothing else of the block.
  const { block: own, ...shared } = objects;
  const html = await liquid.renderFile(block, { block: own }, { globals: shared });
  // Shopify adds the files that a schema names to the head of the page, once, and puts blocks into an element of its own.
  const style = schema.stylesheet ? `<link rel="stylesheet" href="/extension/${schema.stylesheet}">` : "";
  const script = schema.javascript ? `<script src="/extension/${schema.javascript}" defer></script>` : "";
  process.stdout.write(JSON.stringify({ head: style + script, body: `<div class="shopify-block shopify-app-block">${html}</div>`, schema }));
};

const check = async () => {
  const { ThemeLiquidDocsManager } = require("@shopify/theme-check-docs-updater");
  // The checker would download newer descriptions of Liquid, and findings would change from day to day. Those in the package are used.
  const refuse = () => Promise.reject(new Error("nothing is downloaded"));
  Object.assign(ThemeLiquidDocsManager.prototype, { loadResource: refuse, loadSchema: refuse });
  const { themeCheckRun } = require("@shopify/theme-check-node");
  const { offenses, theme } = await themeCheckRun(folder, "theme-check:theme-app-extension");
  const root = `${pathToFileURL(folder)}/`;
  const findings = offenses.map(({ check, message, uri, start }) => `${uri.replace(root, "")}:${start.line + 1}: ${check}: ${message}`);
  const assets = readdirSync(join(folder, "assets")).map((name) => [name, gzipSync(readFileSync(join(folder, "assets", name))).length]);
  process.stdout.write(JSON.stringify({ findings, checked: theme.map(({ uri }) => uri.replace(root, "")).sort(), assets: Object.fromEntries(assets) }));
};

({ render, check })[command]();
