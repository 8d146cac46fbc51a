import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Root } from "../../files/read";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The URL of a repository's git remote `origin`; undefined where it has none. It is read from the repository's own
 * `.git/config`, since each process of git takes as long as reading ten definitions; git is asked where that file alone
 * does not tell.
 */
export function originOf(root: Root, env: Env): string | undefined {
  const isRedirected = REDIRECTING.some((name) => env[name] !== undefined);
  const written = isRedirected ? undefined : writtenOrigin(join(root.repository, ".git"));
  return written ? written.url : askGit(root, env);
}

/** Variables by which git reads another repository's configuration, or adds to it. */
const REDIRECTING = ["GIT_DIR", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"];

/** undefined: the file alone does not tell. A work tree and a submodule have a file in the place of the folder `.git`. */
function writtenOrigin(folder: string): { url?: string } | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isFile()) return undefined;
  try {
    return originIn(readFileSync(join(folder, "config"), "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? {} : undefined;
  }
}

const ELSEWHERE = /\binclude|worktreeconfig/i;
const SECTION = /^\s*\[/;
/** The name of a section is read in any letter case, that of a remote is not. */
const ORIGIN = /^\s*\[[Rr][Ee][Mm][Oo][Tt][Ee][ \t]+"origin"\]\s*$/;
/** The section in an older spelling, or with a key on the same line. */
const UNUSUAL_ORIGIN = /^\s*\[[^\]]*origin/i;
const URL_KEY = /^\s*url\b/i;
/** Without quotes, escapes and comments. */
const PLAIN_URL = /^\s*url\s*=\s*([^"\\#;\s]+)\s*$/i;

/** Source: git-config(1), "Syntax"; the last value counts. */
function originIn(config: string): { url?: string } | undefined {
  if (ELSEWHERE.test(config)) return undefined;
  let isOrigin = false;
  let found: { url?: string } = {};
  for (const line of config.split(/\r?\n/)) {
    if (SECTION.test(line)) {
      isOrigin = ORIGIN.test(line);
      if (!isOrigin && UNUSUAL_ORIGIN.test(line)) return undefined;
    } else if (isOrigin && URL_KEY.test(line)) {
      const url = PLAIN_URL.exec(line)?.[1];
      if (url === undefined) return undefined;
      found = { url };
    }
  }
  return found;
}

function askGit({ cwd, repository }: Root, env: Env): string | undefined {
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const ask = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync("git", [...args, "--get", "remote.origin.url"], {
      cwd,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return status === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
  };
  // git reads no configuration of a repository that another user owns, as in a container, unless its file is named.
  return ask("config") ?? ask("config", "--file", `${repository}/.git/config`);
}
