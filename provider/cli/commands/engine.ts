import { command } from "../command";

export const engine = command({}, async () => {
  const { ensureEngine } = await import("../../engine");
  const found = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`Pulumi CLI ${found.version} (${found.source}): ${found.pulumi}\n`);
  return 0;
});
