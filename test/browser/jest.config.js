const root = require("../../jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...root,
  rootDir: "../..",
  roots: ["<rootDir>/test/browser"],
  testPathIgnorePatterns: ["/node_modules/"],
};
