import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ensureEngine } from "../../provider/engine";

/**
 * Runs the Pulumi CLI as a user does who has set a backend and, unless `env` has another one, the passphrase of the
 * tests. Out: its stdout.
 */
export async function pulumi(
  { cwd, env }: { cwd: string; env: Record<string, string | undefined> },
  ...args: string[]
): Promise<string> {
  const { pulumi: cli } = await ensureEngine();
  const all = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "e2e", PULUMI_SKIP_UPDATE_CHECK: "true", ...env };
  const { stdout } = await promisify(execFile)(cli, args, { cwd, env: all });
  return stdout;
}
