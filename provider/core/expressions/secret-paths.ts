import type { Issue, IssueCode, Path } from "../issues/issue";
import type { PathIndex } from "../issues/path-index";
import type { Secret } from "./expressions";

/** Fields that a plan can describe without their values. */
const HIDEABLE: readonly string[] = ["description", "action_config", "schedule_config"];

/** Fields of a few known values: one of them says nothing about the variable that it comes from. */
const ENUMERATED: readonly string[] = ["status", "protect", "retain"];

/** Whether every plan and error prints the field: it identifies the trigger, or selects what it is. */
export const isPrinted = ([field]: Path): boolean =>
  !HIDEABLE.includes(String(field)) && !ENUMERATED.includes(String(field));

/** The dotted paths that a trigger remembers as secret, each once; undefined: none. */
export function secretPaths(secrets: readonly Secret[]): string[] | undefined {
  const hidden = secrets.filter(({ path }) => HIDEABLE.includes(String(path[0])));
  const paths = [...new Set(hidden.map(({ path }) => path.join(".")))].sort();
  return paths.length > 0 ? paths : undefined;
}

/** Whether a value at a path is secret, is part of a secret, or has one in it. */
export function isSecretPath(path: Path, secret: readonly string[] | undefined): boolean {
  if (!secret) return false;
  const at = path.join(".");
  return secret.some((each) => each === at || each.startsWith(`${at}.`) || at.startsWith(`${each}.`));
}

/** These repeat what is written, never what it stands for. */
const WITHOUT_VALUES: ReadonlySet<IssueCode> = new Set([
  "KEY_UNKNOWN",
  "KEY_MISSING",
  "REFERENCE_KIND",
  "ENV_NOT_ALLOWED",
]);

/** Hints of these come from the schema, and the values that it enumerates are in no message. */
const SCHEMA_HINTS: ReadonlySet<IssueCode> = new Set(["TYPE_WRONG", "OUT_OF_BOUNDS"]);

/** An issue about a value; a secret one is named by its variable instead. `variables`: by the paths of secrets. */
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
