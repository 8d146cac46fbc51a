import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const NAME = /^\.env(\..+)?$/;
const KEY = /^\s*(?:export\s+)?MIXPEEK_API_KEY\s*=\s*["']?\S/;
const OTHERS = 0o077;
/** Far above any such file. */
const LARGEST_BYTES = 1_000_000;

/**
 * Files of a folder that hold the API key in a way that gives it away: others on this machine may read them,
 * or git would take them in. Out: a warning each, with its place and the fix, never the key.
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

/** undefined where there is no key in it, an example's empty one included. */
function lineOfKey(path: string): number | undefined {
  try {
    if (statSync(path).size > LARGEST_BYTES) return undefined;
    const at = readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => KEY.test(line));
    return at < 0 ? undefined : at + 1;
  } catch {
    // What we cannot read, we cannot warn of.
    return undefined;
  }
}

/** Windows has no such modes. */
const isReadByOthers = (path: string): boolean =>
  process.platform !== "win32" && (statSync(path).mode & OTHERS) !== 0;

/** git's own word; false where there is no git, or no repository. */
function isLeftToGit(cwd: string, name: string): boolean {
  // Every command looks for such files, and few have one.
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const { status } = spawnSync("git", ["check-ignore", "--quiet", "--", name], { cwd, stdio: "ignore" });
  return status === 1;
}
