import type { Command } from "../command";

export const engine: Command = {
  summary: "find or get the Pulumi engine and say where it is",
  options: {},
  async run() {
    const { ensureEngine } = await import("../../engine");
    const found = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
    process.stdout.write(`Pulumi CLI ${found.version} (${found.source}): ${found.pulumi}\n`);
    return 0;
  },
};
