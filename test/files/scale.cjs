// Loads, validates and resolves the definitions of a folder in a separate process, and prints the time and memory.
const { loadSet } = require("../../dist/files/load.js");
const { rootOf } = require("../../dist/files/read.js");
const { resolve } = require("../../dist/core/expressions/references.js");

const before = process.cpuUsage();
const root = rootOf(process.argv[2]);
const { declarations, issues } = loadSet({ root, environment: "prod.yaml", env: {} });
const triggers = declarations.map(({ trigger }) => resolve(trigger, ({ kind }) => `${kind}_1`));
const { user, system } = process.cpuUsage(before);
const resolved = triggers.filter(({ missing }) => missing.length === 0).length;
process.stdout.write(
  JSON.stringify({
    resolved,
    issues: issues.length,
    cpuMs: (user + system) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1000,
  }),
);
