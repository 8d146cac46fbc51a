import type { Declaration } from "../definitions/merged-definition";
import type { FieldChange } from "../diff/diff";
import { isSecretPath } from "../expressions/secret-paths";
import { type Issue, isError, issueText, type Path } from "../issues/issue";
import { valueAt } from "../json/value-at";
import { valueText } from "../plan/explain";
import type { Json } from "../schema/model";

/** What decides whether a drifted value may be written into a definition. */
export interface AcceptOptions {
  /** The path of the environment's file. */
  environment: string;
  /** Whether the environment's file has an override for a path of a trigger. */
  isOverridden: (trigger: string, path: Path) => boolean;
  /** Also accept fields that were edited in the definitions. */
  overwrite: boolean;
}

/** Why a drifted value of a trigger must not be written into its definition; undefined if it may be. */
export function refusalOf(
  trigger: string,
  change: FieldChange,
  declaration: Declaration | undefined,
  { environment, isOverridden, overwrite }: AcceptOptions,
): string | undefined {
  const { path, live, cause } = change;
  const [field] = path;
  const text = path.join(".");
  if (cause === "quiet" || cause === "quiet over")
    return `${trigger}: status differs because of planned quiet: run up or drift --fix to apply it.`;
  if (!declaration || field === "name" || field === "namespace") return notAField(trigger, change);
  const { file, line } = declaration.place(path);
  if (field === "status" && live !== "active" && live !== "paused")
    return `${trigger}: status is ${valueText(live, false)} live, which the service sets and no definition can declare. Run up or drift --fix to restore ${valueText(change.desired, false)} [ACCEPT_INVALID].`;
  if (field === "action_type" || field === "trigger_type") {
    const config = field === "action_type" ? "action_config" : "schedule_config";
    return `${trigger}: ${field} cannot be accepted without its ${config}. Change both in ${file}:${line}, or run drift --fix to restore the applied values [ACCEPT_INVALID].`;
  }
  if (file === environment) {
    if (isOverridden(trigger, path))
      return `${trigger}: ${text} is set in ${file}:${line}: change it there, because it belongs to one environment.`;
    return `${trigger}: ${text} is set for all triggers in ${file}:${line}. To accept it for this trigger, add ${text}: ${String(live)} under overrides, ${trigger} in that file; or run drift --fix to restore ${valueText(change.desired, false)}.`;
  }
  if (change.secret) return secretText(trigger, change, declaration);
  const { descriptionPrefix: prefix } = declaration;
  if (field === "description" && prefix !== undefined && live !== undefined && !isPrefixed(live, prefix))
    return `${trigger}: description is ${valueText(live, false)} live, without the prefix ${valueText(prefix, false)} that defaults.description_prefix adds in ${file}. Add the prefix to the live description, or run drift --fix to restore the applied one [ACCEPT_INVALID].`;
  if (!overwrite && cause === "both changed" && !isPrefixAlone(change, declaration))
    return `${trigger}: ${text} is ${valueText(change.desired, false)} in ${file}:${line} and ${valueText(live, false)} live: both changed since it was last applied. Add --overwrite to accept the live value, or apply the definition instead [ACCEPT_CONFLICT].`;
  return undefined;
}

/** The value to write for a live value, so that the definition then declares the live value. */
export const writtenValue = (
  { path, live }: FieldChange,
  { descriptionPrefix: prefix = "" }: Declaration,
): Json | undefined =>
  path[0] === "description" && typeof live === "string" && live.startsWith(prefix)
    ? live.slice(prefix.length)
    : live;

/**
 * Errors in definitions after an edit that were not there before it. `names`: the triggers that the edit changed.
 * Returns the error of each trigger that it breaks; if an error belongs to none of them, each trigger has that error.
 */
export function brokenBy(
  names: ReadonlySet<string>,
  before: readonly Issue[],
  after: readonly Issue[],
): Map<string, Issue> {
  const known = new Set(before.filter(isError).map(identity));
  const found = after.filter((issue) => isError(issue) && !known.has(identity(issue)));
  const broken = new Map<string, Issue>();
  for (const issue of found)
    for (const name of issue.trigger !== undefined && names.has(issue.trigger) ? [issue.trigger] : names)
      if (!broken.has(name)) broken.set(name, issue);
  return broken;
}

/** The place is not part of it, since an edit moves lines. */
const identity = ({ code, trigger, path, message }: Issue): string =>
  JSON.stringify([code, trigger, path, message]);

/** Why the accepted values of a trigger are not written. `environment`: the one whose definitions would be invalid. */
export const invalidText = (
  trigger: string,
  paths: readonly Path[],
  environment: string,
  issue: Issue,
): string =>
  `${trigger}: ${paths.map((path) => path.join(".")).join(", ")} cannot be accepted, because the definitions of ${environment} would then be invalid [ACCEPT_INVALID]: ${issueText(issue)} Change the definition yourself, or run drift --fix to restore the applied values.`;

/** In a definition, the name is the key, and the namespace belongs to the environment. */
function notAField(trigger: string, { path, live }: FieldChange): string {
  if (path[0] !== "name")
    return `${trigger}: ${path.join(".")} cannot be accepted: change it in the definitions or the environment, or run drift --fix.`;
  const rename = `Rename the key to ${valueText(live, false)} and add replaces: ${trigger}, or run`;
  return `${trigger}: name cannot be accepted, because it is the key of the definition. ${live === undefined ? "Run" : rename} drift --fix to restore the name.`;
}

function secretText(trigger: string, { path, live }: FieldChange, declaration: Declaration): string {
  const subject = `${trigger}: ${path.join(".")} is a secret`;
  const { file, line } = declaration.place(path);
  if (valueAt<unknown>(declaration.trigger, path) === undefined)
    return `${subject} that is not declared: add it in ${file}:${line}, with a value such as \${env:NAME}, or run drift --fix to restore the applied value.`;
  if (live === undefined)
    return `${subject} that the live trigger does not have: remove it in ${file}:${line}, or run drift --fix to restore it.`;
  return isSecretPath(path, declaration.trigger.secret_paths)
    ? `${subject}: change the variable that \${env:…} reads.`
    : `${subject}: change it in ${file}:${line}, or run drift --fix to restore the applied value.`;
}

const isPrefixed = (live: Json, prefix: string): boolean =>
  typeof live === "string" && live.startsWith(prefix);

/** Whether a description differs from the applied one only by the prefix, that is, its own text was not edited. */
const isPrefixAlone = (
  { path, desired, applied }: FieldChange,
  { descriptionPrefix: prefix }: Declaration,
): boolean =>
  path[0] === "description" && prefix !== undefined && typeof applied === "string"
    ? desired === prefix + applied
    : false;
