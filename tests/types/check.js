// Checks the types of the npm package in projects of frameworks. Prints what the type checkers find, and fails if they find something.
// A wrong value in the projects is behind a comment that expects an error.
//
// node tests/types/check.js FRAMEWORKS WORK
//   FRAMEWORKS  the folder with the packages of `xtask/npm/frameworks`
//   WORK        the folder for the project; what is in it is removed

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const [frameworks, work] = argv.slice(2).map((folder) => resolve(folder));
const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(work, "node_modules");

rmSync(work, { recursive: true, force: true });
cpSync(join(root, "tests/types"), work, { recursive: true });
mkdirSync(join(modules, "ae-login"), { recursive: true });
for (const name of readdirSync(join(frameworks, "node_modules"))) {
  if (name !== "ae-login") symlinkSync(join(frameworks, "node_modules", name), join(modules, name));
}
cpSync(join(root, "src/element/ae-login.d.ts"), join(modules, "ae-login/ae-login.d.ts"));
cpSync(join(root, "package/types"), join(modules, "ae-login/types"), { recursive: true });
const exports = { ".": { types: "./ae-login.d.ts" }, "./types/*": { types: "./types/*.d.ts" } };
writeFileSync(join(modules, "ae-login/package.json"), JSON.stringify({ name: "ae-login", version: "0.0.0", type: "module", exports }));

let failures = 0;
for (const [program, ...options] of [
  ["typescript/bin/tsc", "--project", "tsconfig.json"],
  ["vue-tsc/bin/vue-tsc.js", "--project", "tsconfig.json"],
  ["svelte-check/bin/svelte-check", "--tsconfig", "tsconfig.json", "--output", "human", "--fail-on-warnings"],
]) {
  const { status } = spawnSync(execPath, [join(modules, program), ...options], { cwd: work, stdio: "inherit" });
  if (status !== 0) failures += 1;
}
exit(failures);
