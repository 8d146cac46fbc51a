import { mkdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as cache from "./cache";
import { download } from "./download";
import { withoutCredentials } from "./environment";
import { type Attempt, cacheUnsafe, cacheUnusable, interrupted, unavailable } from "./errors";
import { findOnPath, isExecutable, programName } from "./find";
import { withLock } from "./installation-lock";
import { Interrupts } from "./interrupt";
import { launcherName, writeLauncher } from "./launcher";
import { duration, megabytes, type Say } from "./progress";
import type { Env } from "./run";
import { realSystem, type System } from "./system";
import { PINNED, refusal, versionIn } from "./version";

export { type Attempt, EngineError, type EngineErrorCode } from "./errors";

/** A Pulumi CLI that can run inline programs with dynamic resources. */
export interface Engine {
  version: string;
  source: "path" | "cache" | "download" | "go build";
  /** The path of the executable. */
  pulumi: string;
  /** The folder to put first on PATH, named `bin`: it contains `pulumi` and the launcher for dynamic providers. */
  bin: string;
}

export interface EngineOptions {
  onProgress?: Say;
  env?: Env;
  /** Builds the CLI if the download fails; only available in a checkout. */
  build?: Way;
}

/** Installs the CLI into `root`/bin, using an empty scratch folder. Returns why it failed, or undefined. */
export type Way = (scratch: string, root: string, context: Context) => Promise<string | undefined>;

interface Context {
  system: System;
  say: Say;
  interrupts: Interrupts;
}

const VERSION_DEADLINE_MS = 30_000;

/**
 * The engine on PATH, else in the user's cache, else downloaded, else built if the options have a build. Reports what
 * it does if that takes time. Throws {@link EngineError}.
 */
export async function ensureEngine(
  options: EngineOptions = {},
  system: System = realSystem(options.env ?? process.env),
): Promise<Engine> {
  const say = options.onProgress ?? (() => {});
  try {
    const onPath = await engineOnPath(system);
    if ("pulumi" in onPath) return onPath;
    const cached = await engineInCache(system);
    if ("pulumi" in cached) return cached;
    return await Interrupts.during((interrupts) =>
      getEngine({ system, say, interrupts }, [onPath, cached], options.build),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw cacheUnusable(cache.cacheFolder(system), error);
  }
}

async function engineOnPath(system: System): Promise<Engine | Attempt> {
  const way = "pulumi on PATH";
  const pulumi = findOnPath(system, programName(system.platform, "pulumi"));
  if (!pulumi) return { way, reason: "not found" };
  const reported = cache.reportedVersion(pulumi, system);
  const version = reported ?? (await versionOf(pulumi, system));
  if (!version) return { way, reason: `${pulumi} does not report its version` };
  if (reported === undefined) cache.rememberVersion(pulumi, version, system);
  const refused = refusal(version);
  if (refused) return { way, reason: `${pulumi} ${refused}` };

  const folder = dirname(pulumi);
  const launcher = launcherName(system.platform);
  const complete = isExecutable(join(folder, launcher));
  // A folder such as /usr/bin, if put first on PATH, would also change which node runs.
  const alone = !isExecutable(join(folder, programName(system.platform, "node")));
  return {
    version,
    source: "path",
    pulumi,
    // The SDK requires the folder of a given engine to have this name.
    bin: complete && alone && basename(folder) === "bin" ? folder : linkedBin(pulumi, system),
  };
}

function linkedBin(pulumi: string, system: System): string {
  mkdirSync(cache.cacheFolder(system), { recursive: true, mode: cache.OWN_FOLDER });
  refuseUnsafe([cache.cacheFolder(system)], system);
  const bin = cache.linkFolder(pulumi, system);
  refuseUnsafe([dirname(bin), bin, join(bin, launcherName(system.platform))], system);
  return bin;
}

async function engineInCache(system: System): Promise<Engine | Attempt> {
  const folder = cache.engineFolder(system);
  const bin = join(folder, "bin");
  const pulumi = join(bin, programName(system.platform, "pulumi"));
  const attempt = (reason: string): Attempt => ({ way: "cache", reason });
  if (!statSync(folder, { throwIfNoEntry: false })) return attempt(`${folder} does not exist`);
  refuseUnsafe(
    [cache.cacheFolder(system), folder, bin, pulumi, join(bin, launcherName(system.platform))],
    system,
  );
  if (!isExecutable(pulumi)) return attempt(`${pulumi} is not a program`);
  if (!isExecutable(join(bin, launcherName(system.platform)))) return attempt(`${bin} has no launcher`);
  if (!cache.isTried(folder, pulumi)) {
    if ((await versionOf(pulumi, system)) !== PINNED) return attempt(`${pulumi} does not run as ${PINNED}`);
    cache.markTried(folder, pulumi);
  }
  return { version: PINNED, source: "cache", pulumi, bin };
}

/** A user who can write there controls what runs with this user's keys. Throws ENGINE_CACHE_UNSAFE. */
function refuseUnsafe(paths: readonly string[], system: System): void {
  for (const path of paths) {
    const reason = cache.unsafeReason(path, system);
    if (reason !== undefined) throw cacheUnsafe(path, reason);
  }
}

async function getEngine(context: Context, before: readonly Attempt[], build?: Way): Promise<Engine> {
  const { system } = context;
  const folder = cache.engineFolder(system);
  mkdirSync(dirname(folder), { recursive: true, mode: cache.OWN_FOLDER });
  refuseUnsafe([dirname(folder)], system);
  return withLock(cache.lockFile(folder), context, async () => {
    // Another run may have installed it while this one waited for the lock.
    const cached = await engineInCache(system);
    if ("pulumi" in cached) return cached;
    cache.sweepScratch(folder);

    const downloaded = await install(download, context);
    if (!downloaded) return installed("download", context);
    const attempts: Attempt[] = [...before, { way: "official download", reason: downloaded }];
    if (!build) throw unavailable(system.platform, attempts);
    context.say(`the official download failed: ${downloaded}`);
    const built = await install(build, context);
    if (!built) return installed("go build", context);
    throw unavailable(system.platform, [...attempts, { way: "go build", reason: built }]);
  });
}

/**
 * Installs the CLI in one way: into a scratch folder, then tests it and moves it into the cache. Returns why it
 * failed.
 */
async function install(way: Way, context: Context): Promise<string | undefined> {
  const { system, say, interrupts } = context;
  const folder = cache.engineFolder(system);
  const scratch = cache.scratchBeside(folder, system);
  const forget = interrupts.add(() => cache.remove(scratch));
  const start = system.now();
  try {
    const root = join(scratch, "root");
    const bin = join(root, "bin");
    const failed = await way(scratch, root, context);
    if (interrupts.interrupted) throw interrupted();
    if (failed) return failed;

    const pulumi = join(bin, programName(system.platform, "pulumi"));
    const version = await versionOf(pulumi, system);
    // If a signal came in the meantime, the scratch folder and the lock are already removed.
    if (interrupts.interrupted) throw interrupted();
    if (version !== PINNED) return `the download does not run as ${PINNED}`;
    if (!isExecutable(join(bin, launcherName(system.platform)))) writeLauncher(bin, system.platform);
    const size = statSync(pulumi).size;
    cache.markTried(root, pulumi);
    cache.closeToOthers(root);
    cache.moveIntoPlace(root, folder, scratch);
    say(
      `the Pulumi CLI ${PINNED} is installed in ${join(folder, "bin")}: ${megabytes(size)}, ${duration(system.now() - start)}`,
    );
    return undefined;
  } finally {
    forget();
    cache.remove(scratch);
  }
}

function installed(source: "download" | "go build", { system }: Context): Engine {
  const bin = join(cache.engineFolder(system), "bin");
  return { version: PINNED, source, pulumi: join(bin, programName(system.platform, "pulumi")), bin };
}

async function versionOf(pulumi: string, system: System): Promise<string | undefined> {
  const env = { ...withoutCredentials(system.env), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const result = await system.run(pulumi, ["version"], { env, deadlineMs: VERSION_DEADLINE_MS });
  return result.code === 0 ? versionIn(result.stdout) : undefined;
}
