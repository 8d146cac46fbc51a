import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const NAME = /^\.env(\..+)?$/;
const KEY = /^\s*(?:export\s+)?MIXPEEK_API_KEY\s*=\s*["']?\S/;
const OTHERS = 0o077;
/** Much larger than any such file. */
const LARGEST_BYTES = 1_000_000;

/**
 * Warnings for files of a folder that expose the API key: other users can read them, or git would commit them. Each
 * has the place and the fix, never the key.
 */
export function exposedKeys(cwd: string): string[] {
  return readdirSync(cwd, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NAME.test(entry.name))
    .flatMap(({ name }) => warningsOf(cwd, name));
}

function warningsOf(cwd: string, name: string): string[] {
  const path = join(cwd, name);
  const line = lineOfKey(path);
  if (line === undefined) return [];
  const warning = (what: string, fix: string): string =>
    `warning: ${name}:${line} contains the API key, and ${what}. ${fix} [KEY_FILE_EXPOSED].`;
  return [
    ...(isReadByOthers(path)
      ? [warning("other users of this machine can read the file", `Run chmod 600 ${name}`)]
      : []),
    ...(isLeftToGit(cwd, name)
      ? [
          warning(
            "git does not ignore the file",
            `Add ${name} to .gitignore; if it is already in a commit, create a new key`,
          ),
        ]
      : []),
  ];
}

/** Returns undefined if the file has no key, or only an empty one as in an example. */
function lineOfKey(path: string): number | undefined {
  try {
    if (statSync(path).size > LARGEST_BYTES) return undefined;
    const at = readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => KEY.test(line));
    return at < 0 ? undefined : at + 1;
  } catch {
    // A file that we cannot read gets no warning.
    return undefined;
  }
}

/** Windows has no such file modes. */
const isReadByOthers = (path: string): boolean =>
  process.platform !== "win32" && (statSync(path).mode & OTHERS) !== 0;

/** Asks git whether it would commit the file; false without git or outside a repository. */
function isLeftToGit(cwd: string, name: string): boolean {
  // Loaded on demand: every command looks for such files, and few folders have one.
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const { status } = spawnSync("git", ["check-ignore", "--quiet", "--", name], { cwd, stdio: "ignore" });
  return status === 1;
}
