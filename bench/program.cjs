// Runs one operation of the real engine with a peer's program, in a process of its own, as `pulumi up` would; the last
// line on stdout says what changed.
const { mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
// First, and whole: the commands put off what they need not of it, which `pulumi up` does not.
require("@pulumi/pulumi");
const { createWorkspace } = require("../dist/cli/stack/workspace.js");

const { folder, program, definitions, operation, options, engineBin } = JSON.parse(process.argv[2]);

/**
 * What the shim of the do-nothing provider requires; the name is as long as ours, so that the states compare. What has a
 * trigger's properties has its outputs too.
 */
const NOTHING = `const id = "trg_0123456789abcdef";
const more = { trigger_id: id, namespace_id: "ns_dev", created_at: "2026-01-01T00:00:00.000Z", created_by: "usr_nobody" };
const outs = (inputs) => (inputs.name ? { ...inputs, ...more, declared_status: inputs.status } : {});
exports.create = async (inputs) => ({ id, outs: outs(inputs) });
exports.update = async (id, olds, news) => ({ outs: outs(news) });
`;

(async () => {
  const project = join(folder, "project");
  const nothing = join(project, "node_modules", "pulumi-nothing");
  mkdirSync(nothing, { recursive: true });
  writeFileSync(join(nothing, "runtime.js"), NOTHING);
  const stack = await createWorkspace({
    folder,
    project: "bench",
    stack: "prod",
    program: async () => require(`./programs/${program}.cjs`)(require(definitions)),
    engineBin,
    env: { NODE_OPTIONS: process.env.NODE_OPTIONS ?? "" },
  });
  // Where `pulumi` runs a program.
  process.chdir(project);
  // The commands leave it out; here it is looked at.
  delete stack.info;
  const result = await stack[operation]({
    ...options,
    color: "never",
    onError: (text) => process.stderr.write(text),
  });
  const changes = result.changeSummary ?? result.summary?.resourceChanges ?? {};
  process.stdout.write(`${JSON.stringify({ changes })}\n`);
})().catch((error) => {
  // The engine's own words stand in it; the trace would only push them out of the tail that is kept.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
