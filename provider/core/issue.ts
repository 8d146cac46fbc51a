import { distance } from "fastest-levenshtein";

/** Stable names of what can be wrong with a declared trigger; code matches on these, never on text. */
export type IssueCode =
  | "KEY_UNKNOWN"
  | "KEY_MISSING"
  | "TYPE_WRONG"
  | "VALUE_UNKNOWN"
  | "OUT_OF_BOUNDS"
  | "CRON_INVALID"
  | "CRON_FIELDS"
  | "ZONE_UNKNOWN"
  | "ZONE_SPELLING"
  | "RULE_BROKEN"
  | "NAME_INVALID"
  | "NAMESPACE_MISSING"
  | "STATUS_NOT_DECLARABLE";

/** One problem in the user's input, with its fix. */
export interface Issue {
  code: IssueCode;
  /** Keys from the trigger down, such as ["schedule_config", "cron_expression"]. */
  path: (string | number)[];
  message: string;
  hint: string;
}

/** `schedule_config.timezone CODE message. Hint` on one line. */
export function issueText(issue: Issue): string {
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${where}${issue.message} [${issue.code}]. ${issue.hint}`;
}

/** The candidate that a mistyped word most likely meant, or undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const flat = (text: string) => text.toLowerCase().replaceAll(/[_\-\s]/g, "");
  let best: { candidate: string; steps: number } | undefined;
  for (const candidate of candidates) {
    const steps = distance(flat(word), flat(candidate));
    if (!best || steps < best.steps) best = { candidate, steps };
  }
  return best && best.steps <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}
