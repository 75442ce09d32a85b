// @ts-check
// The border of the build without WebAssembly. The release build puts it into `ae-login.compat.js`, together with the function that
// `wasm2js` has made of the wasm (`xtask/src/compat.rs`).

/**
 * Runs the function that `wasm2js` has made of the wasm, and returns an object like an instance of the wasm.
 * @param {(imports: WebAssembly.Imports) => Record<string, any>} create the function
 * @param {string} tableName the name by which the wasm exports its table of JavaScript values
 * @param {number} tableSize the initial number of values in the table
 * @param {WebAssembly.Imports} imports the imports of the wasm
 */
export function instantiateWith(create, tableName, tableSize, imports) {
  /** @type {unknown[]} */
  const values = new Array(tableSize).fill(null);
  /** The members of `WebAssembly.Table` that wasm-bindgen uses. */
  const table = {
    get: (/** @type {number} */ index) => values[index],
    set: (/** @type {number} */ index, /** @type {unknown} */ value) => void (values[index] = value),
    grow: (/** @type {number} */ count, /** @type {unknown} */ value = undefined) =>
      values.push(...new Array(count).fill(value)) - count,
  };
  const compat = {
    get: table.get,
    set: table.set,
    grow: (/** @type {unknown} */ value, /** @type {number} */ count) => table.grow(count, value),
    fill: (/** @type {number} */ start, /** @type {unknown} */ value, /** @type {number} */ count) =>
      void values.fill(value, start, start + count),
    pair: (/** @type {number} */ first, /** @type {number} */ second) => [first, second],
  };
  return { exports: { ...create({ ...imports, compat }), [tableName]: table } };
}
