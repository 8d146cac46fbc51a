import { type Dirent, existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Issue } from "../core/issues/issue";
import { anyCaseExtension, EXTENSIONS, hasExtension } from "../core/yaml/file-extensions";
import { issueOf, leaves, outside, type Root } from "./read";

/** The glob of all files in a folder and in the folders in it that may hold definitions. */
export const globBelow = (folder: string): string => `${folder}/**/*.{${EXTENSIONS.join(",")}}`;

/** Folders of packages hold no definitions. */
const IGNORED = "node_modules";

interface Found {
  files: string[];
  issues: Issue[];
}

/** The files that globs match, each once even where links lead to it twice, in the order of their names. */
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
 * What {@link globBelow} matches in a folder, in the order of its names, without the time that it takes to load what
 * matches any glob. Links are followed as in {@link matchFiles}, but not back to a folder on the way.
 */
export function filesBelow(root: Root, folder: string): Found {
  const found: Found = { files: [], issues: [] };
  const strays = new Set<string>();
  /** `way`: the real folders that the walk is in. */
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

/** None where there is no such folder. */
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

/** Where a link leads; undefined: nowhere. */
function targetOf(path: string): { real: string; isFolder: boolean } | undefined {
  try {
    const real = realpathSync(path);
    return { real, isFolder: statSync(real).isDirectory() };
  } catch {
    return undefined;
  }
}

/**
 * The paths that globs match, in the order of their names; extensions match in any letter case. Links are followed inside
 * the repository; a linked folder that leaves it is an issue and is not walked into, however large it is.
 */
export function matchFiles(root: Root, globs: readonly string[]): Found {
  // A repository that keeps its definitions where they are looked for needs none.
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
      // Only what a link leads to is asked for here.
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
