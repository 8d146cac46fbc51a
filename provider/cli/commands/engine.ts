import { command } from "../command";
import { EXIT } from "../exit-code";

export const engine = command({}, async () => {
  const { ensureEngine } = await import("../../engine");
  const found = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`Pulumi CLI ${found.version} (${found.source}): ${found.pulumi}\n`);
  return EXIT.ok;
});
