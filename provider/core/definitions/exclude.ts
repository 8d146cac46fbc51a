import { type Glob, globOf } from "../expressions/glob";
import type { Issue } from "../issues/issue";

/** The patterns of `exclude`. Names are no paths: `*` also matches a slash. */
export interface Excluded {
  all: readonly (Glob & { index: number; pattern: string })[];
  names: ReadonlySet<string>;
  globs: readonly Glob[];
}

/** Each glob is held against each trigger: more of them, or longer ones, would take minutes. */
const MOST_GLOBS = 100;
const LONGEST_GLOB = 255;
const SPECIAL = /[*?[\]{}!\\]/;

/** In: the list as a file has it. Issues have its path in the environment. */
export function excludedBy(patterns: readonly string[]): { excluded: Excluded; issues: Issue[] } {
  const issues: Issue[] = [];
  const all: (Glob & { index: number; pattern: string })[] = [];
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.length <= LONGEST_GLOB) all.push({ index, pattern, ...globOf(pattern) });
    else if (!SPECIAL.test(pattern))
      all.push({ index, pattern, literal: pattern, matches: (name) => name === pattern });
    else {
      const message = `has ${pattern.length} characters; a glob has at most ${LONGEST_GLOB}`;
      issues.push({ code: "OUT_OF_BOUNDS", path: ["exclude", index], message, hint: "Write several." });
    }
  }
  const globs = all.filter(({ literal }) => literal === undefined);
  if (globs.length > MOST_GLOBS) {
    const message = `has ${globs.length} globs; at most ${MOST_GLOBS} are allowed`;
    const hint = "Write names, which may be any number, or one glob with {a,b} for several.";
    issues.push({ code: "OUT_OF_BOUNDS", path: ["exclude"], message, hint });
    return { excluded: { all: [], names: new Set(), globs: [] }, issues };
  }
  return {
    excluded: { all, names: new Set(all.flatMap(({ literal }) => literal ?? [])), globs },
    issues,
  };
}
