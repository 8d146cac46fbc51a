import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isExecutable, programName } from "./find";
import { launcherName, launcherText, writeLauncher } from "./launcher";
import type { System } from "./system";
import { PINNED } from "./version";

/** This package's folder in the user's cache. */
export function cacheFolder({ env, platform, home }: System): string {
  if (env["MIXPEEK_TRIGGERS_CACHE"]) return resolve(env["MIXPEEK_TRIGGERS_CACHE"]);
  return join(userCache({ env, platform, home }), "pulumi-mixpeek");
}

function userCache({ env, platform, home }: Pick<System, "env" | "platform" | "home">): string {
  if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  const xdg = env["XDG_CACHE_HOME"];
  // The XDG specification says to ignore relative paths.
  if (xdg && isAbsolute(xdg)) return xdg;
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}

/** Only for the owner, whatever the umask is. */
export const OWN_FOLDER = 0o700;

const WRITABLE_BY_OTHERS = 0o022;

/** Why a path may be controlled by another user; undefined if it is ours, the system's, or does not exist. */
export function unsafeReason(path: string, { uid }: Pick<System, "uid">): string | undefined {
  const found = uid === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.uid !== uid && found.uid !== 0) return `belongs to another user (uid ${found.uid})`;
  if (found.mode & WRITABLE_BY_OTHERS)
    return `can be written by other users (mode ${(found.mode & 0o7777).toString(8)})`;
  return undefined;
}

/** The folder of the pinned engine. If it exists it is complete, since it is renamed into place. */
export function engineFolder(system: System): string {
  return join(cacheFolder(system), `pulumi-${PINNED}-${system.platform}-${system.arch}`);
}

/**
 * Whether the program in an engine's folder is still the one that was tested when it was installed, by its file size:
 * testing it again would start a process each time.
 */
export function isTried(folder: string, pulumi: string): boolean {
  try {
    return readFileSync(join(folder, TRIED), "utf8") === triedText(pulumi);
  } catch {
    return false;
  }
}

export function markTried(folder: string, pulumi: string): void {
  try {
    writeFileSync(join(folder, TRIED), triedText(pulumi));
  } catch {
    // In a read-only cache, it is tested each time.
  }
}

const TRIED = "tried";

const triedText = (pulumi: string): string => `${PINNED} ${statSync(pulumi).size}\n`;

/** The CLI is over a hundred megabytes; a small file is a script, which may start a different CLI each time. */
const SMALLEST_CLI = 10 * 1024 * 1024;

/** The version that a CLI outside the cache reported, as long as its file is unchanged; undefined if not known. */
export function reportedVersion(pulumi: string, system: System): string | undefined {
  try {
    if (unsafeReason(cacheFolder(system), system) !== undefined) return undefined;
    const [version, ...file] = readFileSync(toldFile(pulumi, system), "utf8").trim().split(" ");
    return file.join(" ") === fileText(pulumi) ? version : undefined;
  } catch {
    return undefined;
  }
}

export function rememberVersion(pulumi: string, version: string, system: System): void {
  try {
    if (statSync(pulumi).size < SMALLEST_CLI) return;
    mkdirSync(cacheFolder(system), { recursive: true, mode: OWN_FOLDER });
    writeFileSync(toldFile(pulumi, system), `${version} ${fileText(pulumi)}\n`);
  } catch {
    // Without a writable cache, the CLI is run each time.
  }
}

const toldFile = (pulumi: string, system: System): string =>
  join(cacheFolder(system), `version-${createHash("sha256").update(pulumi).digest("hex").slice(0, 12)}`);

function fileText(pulumi: string): string {
  const { size, mtimeMs, ino } = statSync(pulumi);
  return `${size} ${mtimeMs} ${ino}`;
}

export function lockFile(folder: string): string {
  return `${folder}.lock`;
}

/** Creates an empty folder next to `folder`, on the same disk, so that a rename out of it is atomic. */
export function scratchBeside(folder: string, system: System): string {
  const scratch = `${folder}.${system.pid}-${randomBytes(4).toString("hex")}.tmp`;
  mkdirSync(scratch, { recursive: true, mode: OWN_FOLDER });
  return scratch;
}

/** Removes what killed runs left behind. Only for the holder of the lock, since then no other run uses it. */
export function sweepScratch(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.`) && name.endsWith(".tmp")) remove(join(dirname(folder), name));
  }
}

/** Removes the write permission of other users from a folder, which an archive or a umask may have granted. */
export function closeToOthers(folder: string): void {
  for (const name of ["", ...readdirSync(folder, { recursive: true })].map(String)) {
    const path = join(folder, name);
    const found = lstatSync(path);
    if (!found.isSymbolicLink()) chmodSync(path, found.mode & 0o7777 & ~WRITABLE_BY_OTHERS);
  }
}

/** Moves a complete folder into place, replacing a broken one if there is one. */
export function moveIntoPlace(finished: string, folder: string, scratch: string): void {
  try {
    renameSync(folder, join(scratch, "replaced"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  renameSync(finished, folder);
}

export function remove(folder: string): void {
  // A child process that was just killed may still be writing its last file.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/**
 * A folder of our own with a link to a `pulumi` found elsewhere, and the launcher. Its name depends on both, so that
 * an existing folder never changes.
 */
export function linkFolder(pulumi: string, system: System): string {
  const key = createHash("sha256")
    .update(`${pulumi}\n${launcherText(system.platform)}`)
    .digest("hex");
  const folder = join(cacheFolder(system), `path-${key.slice(0, 12)}`);
  const bin = join(folder, "bin");
  const link = system.platform === "win32" ? "pulumi.cmd" : programName(system.platform, "pulumi");
  if (isExecutable(join(bin, link)) && isExecutable(join(bin, launcherName(system.platform)))) return bin;

  const scratch = scratchBeside(folder, system);
  try {
    const made = join(scratch, "made");
    mkdirSync(join(made, "bin"), { recursive: true });
    writeLauncher(join(made, "bin"), system.platform);
    // On Windows, only administrators can create links.
    if (system.platform === "win32") writeFileSync(join(made, "bin", link), `@"${pulumi}" %*\r\n`);
    else symlinkSync(pulumi, join(made, "bin", link));
    closeToOthers(made);
    moveIntoPlace(made, folder, scratch);
  } catch (error) {
    // Another run may have created the same folder in the meantime.
    if (!isExecutable(join(bin, link))) throw error;
  } finally {
    remove(scratch);
  }
  return bin;
}
