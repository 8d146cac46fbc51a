import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Root } from "../../files/read";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The URL of a repository's git remote `origin`; undefined if there is none. It is read from the repository's
 * `.git/config`, because starting git takes as long as reading ten definitions. Git is run only if that file is not
 * enough.
 */
export function originOf(root: Root, env: Env): string | undefined {
  const isRedirected = REDIRECTING.some((name) => env[name] !== undefined);
  const written = isRedirected ? undefined : writtenOrigin(join(root.repository, ".git"));
  return written ? written.url : askGit(root, env);
}

/** Variables that make git read another repository's configuration or add to it. */
const REDIRECTING = ["GIT_DIR", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"];

/** undefined if the file alone is not enough. In a work tree and in a submodule, `.git` is a file. */
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
/** Git ignores case in the section's name, but not in the remote's name. */
const ORIGIN = /^\s*\[[Rr][Ee][Mm][Oo][Tt][Ee][ \t]+"origin"\]\s*$/;
/** The section in an older syntax, or with a key on the same line. */
const UNUSUAL_ORIGIN = /^\s*\[[^\]]*origin/i;
const URL_KEY = /^\s*url\b/i;
/** A URL without quotes, escapes or comments. */
const PLAIN_URL = /^\s*url\s*=\s*([^"\\#;\s]+)\s*$/i;

/** Source: git-config(1), "Syntax". The last value takes precedence. */
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
  // Git does not read the configuration of a repository that another user owns, as in a container, unless the file is
  // named.
  return ask("config") ?? ask("config", "--file", `${repository}/.git/config`);
}
