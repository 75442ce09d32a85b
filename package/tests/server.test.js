// @ts-check
// What the package does where there is no browser. Runs beside an installed package.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync(new URL("node_modules/ae-login/package.json", import.meta.url), "utf8"));

/**
 * Imports a module in a new process, and returns what the process has printed.
 * @param {string} module
 * @param {string[]} [options] of node
 */
const printedBy = (module, options = []) => {
  const script = `const names = Object.keys(globalThis).length;
    const m = await import(${JSON.stringify(module)});
    let error = "none";
    try { m.createSession({ baseUrl: "https://engine.example", brand: "DocDemo" }); } catch (e) { error = e.message; }
    console.log(JSON.stringify([Object.keys(m), m.version, Object.keys(globalThis).length - names, error]));`;
  return JSON.parse(execFileSync(process.execPath, [...options, "--input-type=module", "--eval", script], { encoding: "utf8", stdio: "pipe" }));
};

for (const [module, names] of [
  ["ae-login", ["createSession", "version"]],
  ["ae-login/define", ["createSession", "define", "version"]],
]) {
  for (const condition of ["node", "edge-light", "workerd", "browser"]) {
    test(`${module} is silent with the condition ${condition}, and createSession says that it needs a browser`, () => {
      const [found, version, globals, error] = printedBy(/** @type {string} */ (module), ["--conditions", condition]);
      for (const name of names) assert.ok(found.includes(name), `${name}: ${found}`);
      assert.equal(version, manifest.version);
      assert.equal(globals, 0);
      assert.match(error, /createSession\(\) works in browsers only/);
    });
  }
}

test("ae-login/server renders the first screen", async () => {
  const { firstScreen } = await import("ae-login/server");
  const html = firstScreen({ identifiers: "email", locale: "de" });
  assert.match(html, /<form [^>]*part="form"/);
  assert.match(html, /E-Mail/);
  assert.throws(() => firstScreen({ locale: "xx" }), RangeError);
});

test("every export resolves to a file of the package", () => {
  /** @type {Record<string, string>} what stands for the asterisk */
  const samples = {
    "./cdn/*": "ae-login.de.json",
    "./themes/*.css": "rounded",
    "./types/*.json": "web-types",
    "./types/*": "react",
  };
  const root = new URL("node_modules/ae-login/", import.meta.url);
  for (const [name, target] of Object.entries(manifest.exports)) {
    const sample = samples[name] ?? "";
    assert.equal(sample !== "", name.includes("*"), name);
    const files = typeof target === "string" ? [target] : Object.values(target);
    for (const file of files) {
      assert.ok(readFileSync(new URL(file.replace("*", sample), root)).length > 0, `${name}: ${file}`);
    }
    // What has types only is not for `import`.
    const isTypes = typeof target !== "string" && Object.keys(target).join() === "types";
    if (!isTypes) import.meta.resolve(name.replace("*", sample).replace(/^\./, "ae-login"));
  }
});

test("bundlers keep the modules with side effects and the style sheets", () => {
  assert.deepEqual(manifest.sideEffects, ["./ae-login.js", "./cdn/ae-login.js", "**/*.css"]);
});

test("files that the module names exist and are those of the folder cdn", () => {
  const root = new URL("node_modules/ae-login/", import.meta.url);
  const source = readFileSync(new URL("ae-login.js", root), "utf8");
  const paths = [...source.matchAll(/"([^"]+)": \(\) => new URL\("\.\/([^"?]+)\?no-inline", import\.meta\.url\)/g)];
  assert.ok(paths.length > 60, `${paths.length}`);
  for (const [, file, path] of paths) {
    const named = readFileSync(new URL(/** @type {string} */ (path), root));
    assert.ok(named.equals(readFileSync(new URL(`cdn/${file}`, root))), file);
  }
});
