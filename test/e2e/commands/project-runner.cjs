// Runs a project's compiled program through the real engine, as `pulumi up` does, and prints the result as JSON. It
// needs a separate process: a program is a module, and a module runs only once per process.
const { dirname } = require("node:path");
const { createWorkspace } = require("../../../dist/cli/stack/workspace.js");

const { folder, main, stack: name, engineBin, config, operation } = JSON.parse(process.argv[2]);

(async () => {
  const program = async () => ({ ...require(main) });
  // `pulumi` runs a program in this folder.
  process.chdir(dirname(main));
  const stack = await createWorkspace({ folder, project: "example", stack: name, program, engineBin });
  // The commands replace these methods; here their results are tested.
  delete stack.outputs;
  delete stack.info;
  await stack.setAllConfig(config);
  let output = "";
  const take = (text) => {
    output += text;
  };
  const result = await stack[operation]({ onOutput: take, onError: take, color: "never" });
  const outputs = Object.fromEntries(
    Object.entries(result.outputs ?? {}).map(([name, { value }]) => [name, value]),
  );
  process.stdout.write(JSON.stringify({ changes: result.summary.resourceChanges, outputs, output }));
})().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
