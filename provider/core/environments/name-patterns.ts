import { type Glob, globOf } from "../expressions/glob";
import type { Issue, Path } from "../issues/issue";

/** A list of trigger names and globs. Names are not paths: `*` also matches a slash. */
export interface NamePatterns {
  all: readonly (Glob & { index: number; pattern: string })[];
  names: ReadonlySet<string>;
  globs: readonly Glob[];
}

/** Each glob is tested against each trigger, so longer lists or longer globs would take minutes. */
export const MOST_GLOBS = 100;
const LONGEST_GLOB = 255;
const SPECIAL = /[*?[\]{}!\\]/;

export const matches = ({ names, globs }: NamePatterns, trigger: string): boolean =>
  names.has(trigger) || globs.some((glob) => glob.matches(trigger));

/** Takes the list as written in the file, and its path there. */
export function namePatterns(
  patterns: readonly string[],
  at: Path,
): { patterns: NamePatterns; issues: Issue[] } {
  const issues: Issue[] = [];
  const all: (Glob & { index: number; pattern: string })[] = [];
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.length <= LONGEST_GLOB) all.push({ index, pattern, ...globOf(pattern) });
    else if (!SPECIAL.test(pattern))
      all.push({ index, pattern, literal: pattern, matches: (name) => name === pattern });
    else {
      const message = `has ${pattern.length} characters; a glob has at most ${LONGEST_GLOB}`;
      issues.push({
        code: "OUT_OF_BOUNDS",
        path: [...at, index],
        message,
        hint: "Split it into several globs.",
      });
    }
  }
  const globs = all.filter(({ literal }) => literal === undefined);
  if (globs.length > MOST_GLOBS) {
    issues.push(tooManyGlobs(at, globs.length));
    return { patterns: { all: [], names: new Set(), globs: [] }, issues };
  }
  return {
    patterns: { all, names: new Set(all.flatMap(({ literal }) => literal ?? [])), globs },
    issues,
  };
}

export const tooManyGlobs = (path: Path, count: number): Issue => ({
  code: "OUT_OF_BOUNDS",
  path,
  message: `has ${count} globs; at most ${MOST_GLOBS} are allowed`,
  hint: "Write names, whose number is not limited, or one glob with {a,b} for several.",
});
