/** @type {import("jest").Config} */
module.exports = {
  // A vault for the secrets of stacks, and the environment of started programs.
  globalSetup: "<rootDir>/test/key-service.ts",
  // Fails a file that leaves servers, sockets, timers or processes.
  testEnvironment: "<rootDir>/test/environment.cjs",
  moduleNameMapper: {
    // One seed, so that a run of the tests says the same of the same code.
    "^fast-check$": "<rootDir>/test/fast-check.cjs",
    // What the Pulumi SDK loads to serialize closures: half of its loading time, in each test file.
    "^(typescript|@npmcli/arborist)$": "<rootDir>/test/once/$1.cjs",
  },
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
  // A worker exits within a millisecond of being asked. On a busy machine, half a second, jest's default, can pass before
  // either process is scheduled: jest would report a leak that there is not. environment.cjs names the files that leak.
  workerGracefulExitTimeout: 20_000,
  // A test of the lifecycle runs the real engine several times; CI may take five times as long as a desk.
  testTimeout: 600_000,
};
