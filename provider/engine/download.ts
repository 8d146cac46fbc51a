import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { withoutCredentials } from "./environment";
import { findOnPath, programName } from "./find";
import type { Interrupts } from "./interrupt";
import { megabytes, type Say, withHeartbeat } from "./progress";
import type { System } from "./system";
import { PINNED } from "./version";

/** A firewall may silently drop packets: if nothing arrives within this time, the download has failed. */
const BEGIN_MS = 20_000;
const STALL_MS = 120_000;
const LOOK_MS = 1_000;

/** Downloads the official release to `root`, using an empty scratch folder. Returns why it failed, or undefined. */
export async function download(
  scratch: string,
  root: string,
  { system, say, interrupts }: { system: System; say: Say; interrupts: Interrupts },
): Promise<string | undefined> {
  const platform = `${system.platform}-${system.arch}`;
  const release = system.releases[platform];
  if (!release) return `no checksum of a release for ${platform} is known`;
  const [curl, tar] = ["curl", "tar"].map((name) => findOnPath(system, programName(system.platform, name)));
  if (!curl || !tar) return `no ${curl ? "tar" : "curl"} on PATH`;

  const env = withoutCredentials(system.env);
  const file = join(scratch, "release.tar.gz");
  const stop = new AbortController();
  const unwatch = watchGrowth(system, file, (reason) => stop.abort(reason));
  say(`downloading the Pulumi CLI ${PINNED}: usually less than a minute, once`);
  const args = [...CURL_OPTIONS, "--output", file, release.url];
  const fetched = await withHeartbeat(
    system,
    say,
    () => `downloading the Pulumi CLI, ${megabytes(sizeOf(file))} on disk`,
    () => system.run(curl, args, { env, stop: stop.signal, interrupts }),
  ).finally(unwatch);
  if (fetched.stopped) return fetched.stopped;
  if (fetched.code !== 0) return firstLine(fetched.stderr) || `curl ended with ${fetched.code}`;

  const sha256 = await hashOf(file);
  if (sha256 !== release.sha256)
    return `${release.url} is not the official release: its SHA-256 is ${sha256}, not ${release.sha256}`;
  const unpacked = join(scratch, "release");
  mkdirSync(unpacked);
  const result = await system.run(tar, ["-xzf", file, "-C", unpacked], { env, interrupts });
  if (result.stopped) return result.stopped;
  if (result.code !== 0) return firstLine(result.stderr) || `tar ended with ${result.code}`;
  mkdirSync(root, { recursive: true });
  renameSync(join(unpacked, "pulumi"), join(root, "bin"));
  return undefined;
}

const CURL_OPTIONS = ["--fail", "--silent", "--show-error", "--location", "--proto", "=https", "--tlsv1.2"];

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function watchGrowth(system: System, file: string, stalled: (reason: string) => void): () => void {
  let size = 0;
  let grew = system.now();
  return system.every(LOOK_MS, () => {
    const now = sizeOf(file);
    if (now !== size) grew = system.now();
    size = now;
    const patience = size === 0 ? BEGIN_MS : STALL_MS;
    if (system.now() - grew < patience) return;
    const what = size === 0 ? "no data" : "no more data";
    stalled(`${what} came from github.com for ${patience / 1000} s`);
  });
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function firstLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.find((line) => line !== "") ?? "";
}
