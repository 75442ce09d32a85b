const { join } = require("node:path");

module.exports = {
  mode: "production",
  entry: "./src/shop.js",
  output: {
    path: join(__dirname, "public/assets"),
    publicPath: "/assets/",
    filename: "shop.js",
    // For pages with Trusted Types: the name of the policy.
    trustedTypes: "shop",
  },
  performance: { hints: false },
};
