/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  // Those need servers or a browser: `npm run test:backends`, `npm run test:browser`.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/backends/", "<rootDir>/test/browser/"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  moduleFileExtensions: ["ts", "js", "json"],
  maxWorkers: 2,
  // A test of the lifecycle runs the real engine several times.
  testTimeout: 180_000,
};
