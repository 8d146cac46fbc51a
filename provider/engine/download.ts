import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Interrupts } from "./interrupt";
import { megabytes, type Say, withHeartbeat } from "./progress";
import type { System } from "./system";
import { PINNED } from "./version";

/** A firewall may drop packets without a word: nothing after this time means that nothing will come. */
const BEGIN_MS = 20_000;
const STALL_MS = 120_000;
const LOOK_MS = 1_000;

/** In a process of its own, since the SDK offers no way to end a download: the whole group of it is killed. */
const CHILD = `
const [sdk, version, root] = process.argv.slice(1);
import(require("node:url").pathToFileURL(sdk).href)
  .then((automation) => automation.PulumiCommand.install({ version, root }))
  .catch((error) => { process.stderr.write(error.message); process.exitCode = 1; });
`;

/** Puts the official release under `root`. In: an empty scratch folder. Out: why it failed, or undefined. */
export async function download(
  scratch: string,
  root: string,
  { system, say, interrupts }: { system: System; say: Say; interrupts: Interrupts },
): Promise<string | undefined> {
  const sdk = system.sdk();
  if (!sdk) return "it is made by @pulumi/pulumi, which is not installed";

  // The SDK and the installer put what arrives into the temporary folder first: there its growth can be seen.
  const arriving = join(scratch, "download");
  mkdirSync(arriving, { recursive: true });
  const env = { ...system.env, TMPDIR: arriving, TEMP: arriving, TMP: arriving };
  const stop = new AbortController();
  const unwatch = watchGrowth(system, scratch, (reason) => stop.abort(reason));
  say(`downloading the Pulumi CLI ${PINNED}: usually less than a minute, once`);
  try {
    const result = await withHeartbeat(
      system,
      say,
      () => `downloading the Pulumi CLI, ${megabytes(sizeOf(scratch))} on disk`,
      () =>
        system.run(process.execPath, ["-e", CHILD, sdk, PINNED, root], {
          env,
          stop: stop.signal,
          interrupts,
        }),
    );
    if (result.stopped) return result.stopped;
    return result.code === 0
      ? undefined
      : firstLine(result.stderr) || `the SDK's installer ended with ${result.code}`;
  } finally {
    unwatch();
  }
}

function watchGrowth(system: System, folder: string, stalled: (reason: string) => void): () => void {
  let size = 0;
  let grew = system.now();
  return system.every(LOOK_MS, () => {
    const now = sizeOf(folder);
    if (now !== size) grew = system.now();
    size = now;
    const patience = size === 0 ? BEGIN_MS : STALL_MS;
    if (system.now() - grew < patience) return;
    const what = size === 0 ? "no byte" : "nothing more";
    stalled(`${what} came from get.pulumi.com for ${patience / 1000} s`);
  });
}

function sizeOf(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      total += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {
    // The installer removed a folder while we looked: what was counted so far differs, which is all that is asked.
  }
  return total;
}

function firstLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.find((line) => line !== "") ?? "";
}
