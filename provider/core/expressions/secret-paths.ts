import type { Issue, IssueCode, Path } from "../issues/issue";
import type { PathIndex } from "../issues/path-index";
import type { Secret } from "./expressions";

/** Fields whose values a plan can hide. */
const HIDEABLE: readonly string[] = ["description", "action_config", "schedule_config"];

/** Fields with a few fixed values, so printing one reveals nothing about the variable. */
const ENUMERATED: readonly string[] = ["status", "protect", "retain"];

/** Whether plans and errors always print the field: it identifies the trigger, or selects its type. */
export const isPrinted = ([field]: Path): boolean =>
  !HIDEABLE.includes(String(field)) && !ENUMERATED.includes(String(field));

/** The dotted paths recorded as secret, without duplicates; undefined if there are none. */
export function secretPaths(secrets: readonly Secret[]): string[] | undefined {
  const hidden = secrets.filter(({ path }) => HIDEABLE.includes(String(path[0])));
  const paths = [...new Set(hidden.map(({ path }) => path.join(".")))].sort();
  return paths.length > 0 ? paths : undefined;
}

/** Whether a value is secret, is part of a secret, or contains one. */
export function isSecretPath(path: Path, secret: readonly string[] | undefined): boolean {
  if (!secret) return false;
  const at = path.join(".");
  return secret.some((each) => each === at || each.startsWith(`${at}.`) || at.startsWith(`${each}.`));
}

/** These issues repeat the text as written, never the value behind it. */
const WITHOUT_VALUES: ReadonlySet<IssueCode> = new Set([
  "KEY_UNKNOWN",
  "KEY_MISSING",
  "REFERENCE_KIND",
  "ENV_NOT_ALLOWED",
]);

/** The hints of these say what the schema expects and never repeat the value. */
const SCHEMA_HINTS: ReadonlySet<IssueCode> = new Set(["TYPE_WRONG", "OUT_OF_BOUNDS"]);

/**
 * The issue without its value if that is secret: the message names the variable instead. `variables`: by secret path.
 */
export function withoutSecret(issue: Issue, variables: PathIndex<string>): Issue {
  if (WITHOUT_VALUES.has(issue.code)) return issue;
  const variable = variables.overlapping(issue.path);
  if (variable === undefined) return issue;
  const hint = `Correct the environment variable ${variable} where this runs.`;
  return {
    ...issue,
    message: `the value of \${env:${variable}} is not valid here`,
    hint: SCHEMA_HINTS.has(issue.code) ? `${issue.hint} ${hint}` : hint,
  };
}
