import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ensureEngine } from "../../../provider/engine";

/**
 * A PATH with a Pulumi CLI that does not attach to a provider but starts a process for each, as if it lacked the
 * setting. In: an empty folder.
 */
export async function detachedEngine(folder: string): Promise<string> {
  const { pulumi } = await ensureEngine();
  mkdirSync(folder, { recursive: true });
  const script = join(folder, "pulumi");
  writeFileSync(script, `#!/bin/sh\nunset PULUMI_DEBUG_PROVIDERS\nexec "${pulumi}" "$@"\n`);
  chmodSync(script, 0o755);
  return [folder, process.env["PATH"]].join(delimiter);
}
