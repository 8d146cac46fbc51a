import { type Dirent, existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Issue } from "../core/issues/issue";
import { anyCaseExtension, EXTENSIONS, hasExtension } from "../core/yaml/file-extensions";
import { issueOf, leaves, outside, type Root } from "./read";

/** The glob for all files in a folder and its sub-folders that may contain definitions. */
export const globBelow = (folder: string): string => `${folder}/**/*.{${EXTENSIONS.join(",")}}`;

/** Installed packages contain no definitions. */
const IGNORED = "node_modules";

interface Found {
  files: string[];
  issues: Issue[];
}

/** The files that match the globs, sorted by name. Each is listed once, even if links lead to it twice. */
export function findFiles(root: Root, globs: readonly string[]): Found {
  const [glob = ""] = globs;
  const folder = /^[\w-]+(?:\/[\w-]+)*/.exec(glob)?.[0] ?? "";
  const isPlain = globs.length === 1 && glob === globBelow(folder);
  const { files, issues } = isPlain ? filesBelow(root, folder) : matchFiles(root, globs);
  const seen = new Set<string>();
  const distinct = files.filter((file) => {
    const real = realpathSync(resolve(root.cwd, file));
    return !seen.has(real) && seen.add(real);
  });
  return { files: distinct, issues };
}

/**
 * What {@link globBelow} matches in a folder, sorted by name, without loading the glob library. Links are followed as
 * in {@link matchFiles}, but not to a parent folder.
 */
export function filesBelow(root: Root, folder: string): Found {
  const found: Found = { files: [], issues: [] };
  const strays = new Set<string>();
  /** `way`: the real paths of the folders that the walk is in. */
  const walk = (path: string, way: readonly string[]): void => {
    for (const entry of entriesOf(root, path, found.issues)) {
      if (entry.name.startsWith(".") || entry.name === IGNORED) continue;
      const inner = `${path}/${entry.name}`;
      const link = entry.isSymbolicLink() ? targetOf(resolve(root.cwd, inner)) : undefined;
      if (entry.isDirectory()) walk(inner, [...way, resolve(way.at(-1)!, entry.name)]);
      else if (link?.isFolder) {
        if (leaves(root.repository, link.real)) strays.add(link.real);
        else if (!way.includes(link.real)) walk(inner, [...way, link.real]);
      } else if ((link || entry.isFile()) && hasExtension(inner)) found.files.push(inner);
    }
  };
  const start = resolve(root.cwd, folder);
  walk(folder, [targetOf(start)?.real ?? start]);
  for (const path of strays) found.issues.push(outside(root, path));
  found.files.sort();
  return found;
}

/** Empty if the folder does not exist. */
function entriesOf(root: Root, path: string, issues: Issue[]): Dirent[] {
  try {
    return readdirSync(resolve(root.cwd, path), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      const hint = "Check its permissions and what it links to.";
      issues.push(issueOf(path, "FILE_UNREADABLE", `cannot be read (${code})`, hint));
    }
    return [];
  }
}

/** The target of a link; undefined if it does not exist. */
function targetOf(path: string): { real: string; isFolder: boolean } | undefined {
  try {
    const real = realpathSync(path);
    return { real, isFolder: statSync(real).isDirectory() };
  } catch {
    return undefined;
  }
}

/**
 * The paths that match the globs, sorted by name; extensions match in any letter case. Links are followed inside the
 * repository. A linked folder outside it is an issue and is not searched.
 */
export function matchFiles(root: Root, globs: readonly string[]): Found {
  // Loaded on demand: the default location needs no glob library.
  const { globSync } = require("tinyglobby") as typeof import("tinyglobby");
  const strays = new Set<string>();
  const exact = (glob: string): boolean => glob !== "" && existsSync(resolve(root.cwd, glob));
  const patterns = globs.map((glob) => (exact(glob) ? glob : anyCaseExtension(glob)));
  const files = globSync(patterns, {
    cwd: root.cwd,
    onlyFiles: true,
    followSymbolicLinks: true,
    ignore: [`**/${IGNORED}/**`],
    expandDirectories: false,
    fs: {
      // The library calls it only for targets of links.
      statSync: ((path: string) => {
        const stat = statSync(path);
        if (!stat.isDirectory() || !leaves(root.repository, path)) return stat;
        strays.add(path);
        return Object.assign(Object.create(stat) as Stats, { isDirectory: () => false });
      }) as typeof statSync,
    },
  }).sort();
  return { files, issues: [...strays].map((path) => outside(root, path)) };
}
