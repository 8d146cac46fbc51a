/** Stable codes for problems in the user's input; programs match on these, never on the message. */
export type IssueCode =
  | "KEY_UNKNOWN"
  | "KEY_MISSING"
  | "KEY_DUPLICATE"
  | "TYPE_WRONG"
  | "VALUE_UNKNOWN"
  | "OUT_OF_BOUNDS"
  | "CRON_INVALID"
  | "CRON_FIELDS"
  | "CRON_NOT_PORTABLE"
  | "ZONE_UNKNOWN"
  | "ZONE_SPELLING"
  | "ZONE_OUTDATED"
  | "SPREAD_INVALID"
  | "CLOCK_CHANGE"
  | "RARE_SCHEDULE"
  | "UNEVEN_STEP"
  | "SKIPPED_MONTHS"
  | "CROWDED_MINUTE"
  | "INTERVAL_PHASE"
  | "RULE_BROKEN"
  | "NULL_TEXT"
  | "SOURCE_RUNS_MISSING"
  | "NAME_INVALID"
  | "NAME_DIFFERS"
  | "NAME_DUPLICATE"
  | "NAMESPACE_MISSING"
  | "NAMESPACE_FIXED"
  | "STATUS_NOT_DECLARABLE"
  | "EXPRESSION_INVALID"
  | "VARIABLE_UNDEFINED"
  | "VARIABLE_CYCLE"
  | "VARIABLE_UNUSED"
  | "ENV_UNDEFINED"
  | "ENV_NOT_ALLOWED"
  | "OVERRIDE_UNMATCHED"
  | "EXCLUDE_UNMATCHED"
  | "QUIET_INVALID"
  | "QUIET_OVER"
  | "QUIET_UNMATCHED"
  | "REPLACES_INVALID"
  | "SET_EMPTY"
  | "REFERENCE_KIND"
  | "REFERENCE_NOT_FOUND"
  | "YAML_SYNTAX"
  | "YAML_EXPANSION"
  | "FILE_NOT_FOUND"
  | "FILE_UNREADABLE"
  | "FILE_OUTSIDE"
  | "FILE_TOO_LARGE"
  | "FILE_NOT_TEXT"
  | "ENVIRONMENT_AMBIGUOUS"
  | "ENVIRONMENT_CYCLE";

export type Path = readonly (string | number)[];

/** Where a problem is in a file. Lines and columns start at 1; columns count UTF-16 units, as editors do. */
export interface Place {
  file: string;
  line: number;
  column: number;
  /** How many characters of that line the problem covers. */
  length: number;
  /** The text of that line, for an excerpt. */
  text: string;
}

/** One problem in the user's input, with its fix. */
export interface Issue {
  code: IssueCode;
  /** Absent for an error. */
  severity?: "warning";
  /** Keys from the trigger or from the top of the file down: ["schedule_config", "cron_expression"]. */
  path: Path;
  message: string;
  hint: string;
  /** The trigger that the problem is in. */
  trigger?: string;
  /** Absent if the problem is not in a file. */
  at?: Place;
}

/** `schedule_config.timezone: message [CODE]. Hint` on one line. */
export function issueText(issue: Issue): string {
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${where}${issue.message} [${issue.code}]. ${issue.hint}`;
}

/** `triggers/nightly.yaml:7:22` */
export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** `triggers/nightly.yaml:7:22 CODE nightly: schedule_config.timezone: message. Hint` on one line. */
export function issueLine(issue: Issue): string {
  const { at, code, severity, trigger, path, message, hint } = issue;
  const place = at ? `${placeText(at)} ` : "";
  const about = [...(trigger === undefined ? [] : [trigger]), ...(path.length > 0 ? [path.join(".")] : [])];
  const subject = about.map((part) => `${part}: `).join("");
  return `${place}${severity ? `${severity} ` : ""}${code} ${subject}${message}. ${hint}`;
}

/** Whether an issue is about a key or about its value. */
export const onKey = ({ code }: Issue): "key" | "value" => (code === "KEY_UNKNOWN" ? "key" : "value");

/** Without duplicates: environments repeat the problems of a file, and triggers those of its defaults. */
export function unique(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter(({ code, at, message, path, trigger }) => {
    const key = JSON.stringify([code, at?.file, at?.line, at?.column, message, path, trigger]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Sorted by file, then by line. */
export const byPlace = (issues: Issue[]): Issue[] =>
  issues.sort(
    ({ at: a }, { at: b }) =>
      (a?.file ?? "").localeCompare(b?.file ?? "") ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );

export const isError = (issue: Issue): boolean => issue.severity !== "warning";
