/** Longer words are not typing mistakes. */
const LONGEST_WORD = 255;

/** The candidate that a mistyped word most likely means; undefined if none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  // Loaded on demand: most runs have nothing to suggest.
  const { distance } = require("fastest-levenshtein") as typeof import("fastest-levenshtein");
  const flat = (text: string) => text.toLowerCase().replaceAll(/[_\-\s]/g, "");
  const own = flat(word);
  let best: { candidate: string; steps: number } | undefined;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_WORD) continue;
    const steps = distance(own, flat(candidate));
    if (!best || steps < best.steps) best = { candidate, steps };
  }
  if (!best) return undefined;
  // In a short word, two wrong letters make a different word; two swapped letters do not.
  const swapped = sorted(word) === sorted(best.candidate);
  const most = word.length > 4 || swapped ? Math.max(2, Math.floor(word.length / 3)) : 1;
  return best.steps <= Math.min(most, word.length - 1) ? best.candidate : undefined;
}

/** The fix for a mistyped word: the suggestion, or `otherwise` if there is none. */
export const didYouMean = (suggestion: string | undefined, otherwise: string): string =>
  suggestion === undefined ? otherwise : `Did you mean ${suggestion}?`;

const sorted = (word: string): string => [...word].sort().join("");

/** A file full of mistakes would need as many suggestions as it has lines, each compared with as many candidates. */
const MOST_SUGGESTIONS = 50;

/** Suggestions for mistyped words, only for the first of them: a long list goes unread. */
export class Suggestions {
  #left = MOST_SUGGESTIONS;

  of(word: string, candidates: () => Iterable<string>): string | undefined {
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    return nearest(word, candidates());
  }
}
