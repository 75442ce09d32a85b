import { nodeResolve } from "@rollup/plugin-node-resolve";

export default {
  input: "src/shop.js",
  output: { file: "public/shop.js" },
  plugins: [nodeResolve({ browser: true })],
};
