import { existsSync, realpathSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { globSync } from "tinyglobby";
import { anyCaseExtension } from "../core/definitions/extensions";
import type { Issue } from "../core/issues/issue";
import { leaves, outside, type Root } from "./read";

/** The files that globs match, each once even where links lead to it twice, in the order of their names. */
export function findFiles(root: Root, globs: readonly string[]): { files: string[]; issues: Issue[] } {
  const { files, issues } = matchFiles(root, globs);
  const seen = new Set<string>();
  const distinct = files.filter((file) => {
    const real = realpathSync(resolve(root.cwd, file));
    return !seen.has(real) && seen.add(real);
  });
  return { files: distinct, issues };
}

/**
 * The paths that globs match, in the order of their names; extensions match in any letter case. Links are followed inside
 * the repository; a linked folder that leaves it is an issue and is not walked into, however large it is.
 */
export function matchFiles(root: Root, globs: readonly string[]): { files: string[]; issues: Issue[] } {
  const strays = new Set<string>();
  const exact = (glob: string): boolean => glob !== "" && existsSync(resolve(root.cwd, glob));
  const patterns = globs.map((glob) => (exact(glob) ? glob : anyCaseExtension(glob)));
  const files = globSync(patterns, {
    cwd: root.cwd,
    onlyFiles: true,
    followSymbolicLinks: true,
    ignore: ["**/node_modules/**"],
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
