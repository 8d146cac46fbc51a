import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from "node:path";
import type { Issue, IssueCode } from "../core/issues/issue";
import { didYouMean, nearest } from "../core/issues/suggestions";

/** Much larger than a definitions file that people review, much smaller than what a wrong path may lead to. */
const LARGEST_BYTES = 5_000_000;

/** The folder that commands run in, and the repository that contains it, which files must not leave. */
export interface Root {
  cwd: string;
  /** The nearest folder with a `.git`, at or above `cwd`; else `cwd`. */
  repository: string;
}

export function rootOf(cwd: string): Root {
  const real = realpathSync(cwd);
  for (let folder = real; ; ) {
    if (statSync(resolve(folder, ".git"), { throwIfNoEntry: false }))
      return { cwd: real, repository: folder };
    const above = resolve(folder, "..");
    if (above === folder) return { cwd: real, repository: real };
    folder = above;
  }
}

/** A path as messages show it: relative to the working folder, with forward slashes. */
export const named = (root: Root, path: string): string =>
  (relative(root.cwd, resolve(root.cwd, path)) || ".").split(sep).join("/");

/** The text of a file inside the repository, or why it cannot be read. */
export function readText(
  root: Root,
  path: string,
): { file: string; text: string } | { file: string; issue: Issue } {
  const file = named(root, path);
  const refuse = (code: IssueCode, message: string, hint: string) => ({
    file,
    issue: issueOf(file, code, message, hint),
  });
  try {
    const real = realpathSync(resolve(root.cwd, path));
    if (leaves(root.repository, real)) return { file, issue: outside(root, path) };
    const bytes = bytesOf(real);
    if (bytes === "no file")
      return refuse("FILE_UNREADABLE", "is not a file", "Name a file, or a glob such as triggers/**/*.yaml.");
    if (typeof bytes === "number") {
      const message = `is ${Math.ceil(bytes / 1e6)} MB; the limit is ${LARGEST_BYTES / 1e6} MB`;
      return refuse("FILE_TOO_LARGE", message, "Split it: several files are read as one set.");
    }
    const text = textOf(bytes);
    return text === undefined
      ? refuse(
          "FILE_NOT_TEXT",
          "is not UTF-8 text",
          "Save it as UTF-8, or keep other files out of the folder.",
        )
      : { file, text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return refuse("FILE_NOT_FOUND", "does not exist", meant(root, path));
    return refuse(
      "FILE_UNREADABLE",
      `cannot be read (${code})`,
      "Check its permissions and what it links to.",
    );
  }
}

/**
 * The content of a regular file, or its size if it is too large. The type is checked before and after opening:
 * reading a pipe or a device would never end, and the path may refer to another file by then.
 */
function bytesOf(real: string): Buffer | number | "no file" {
  if (!statSync(real).isFile()) return "no file";
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const descriptor = openSync(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return "no file";
    return stat.size > LARGEST_BYTES ? stat.size : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The file in the same folder that a mistyped path most likely means. */
function meant(root: Root, path: string): string {
  const otherwise = "Check the path.";
  try {
    const own = basename(path);
    const others = readdirSync(dirname(resolve(root.cwd, path))).filter((name) => name !== own);
    // The extension alone makes short names differ a lot, so the name is also compared without it.
    const near = nearest(own, others) ?? others.find((name) => parse(name).name === own);
    return didYouMean(near && named(root, join(dirname(path), near)), otherwise);
  } catch {
    // The folder does not exist either.
    return otherwise;
  }
}

export const issueOf = (file: string, code: IssueCode, message: string, hint: string): Issue => ({
  code,
  path: [],
  message,
  hint,
  at: { file, line: 1, column: 1, length: 1, text: "" },
});

/** The issue for a path, or a link's target, outside the repository. */
export function outside(root: Root, path: string): Issue {
  const hint = "Keep definitions and environments inside the repository: only reviewed files may be applied.";
  return issueOf(named(root, path), "FILE_OUTSIDE", "is outside the repository", hint);
}

/** Whether a real path is outside a folder. */
export function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
