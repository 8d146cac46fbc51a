// Runs one operation of the real engine with a peer's program, in a separate process, as `pulumi up` would. The last
// line on stdout says what changed.
const { mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
// Loaded first and completely: the commands defer parts of the SDK, but `pulumi up` does not.
require("@pulumi/pulumi");
const { createWorkspace } = require("../dist/cli/stack/workspace.js");

const { folder, program, definitions, operation, options, engineBin } = JSON.parse(process.argv[2]);

/**
 * The module that the do-nothing provider's shim requires. Its name is as long as this package's, so that state sizes
 * are comparable. A resource with a trigger's properties also has its outputs.
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
  // `pulumi` runs a program in this folder.
  process.chdir(project);
  // The commands replace this method to skip its work; here its time counts.
  delete stack.info;
  const result = await stack[operation]({
    ...options,
    color: "never",
    onError: (text) => process.stderr.write(text),
  });
  const changes = result.changeSummary ?? result.summary?.resourceChanges ?? {};
  process.stdout.write(`${JSON.stringify({ changes })}\n`);
})().catch((error) => {
  // The message contains the engine's output. A stack trace would only push that out of the kept tail.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
