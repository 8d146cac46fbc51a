import type { FieldChange } from "../../core/diff/diff";
import type { Plan } from "../../core/diff/plan-types";

/** How a property differs, in the engine's protocol. */
export type PropertyDiffKind = `${"ADD" | "DELETE" | "UPDATE"}${"" | "_REPLACE"}`;

/** A diff in the engine's format. */
export interface EngineDiff {
  changes: boolean;
  replaces?: string[];
  deleteBeforeReplace?: boolean;
  /** By property path. The SDK's own server of dynamic providers does not forward it. */
  properties?: Record<string, PropertyDiffKind>;
}

/** `onlyRecorded`: whether a plan without writes changes the state. */
export function engineDiff(plan: Plan, onlyRecorded: () => boolean): EngineDiff {
  if (plan.op === "none") return { changes: onlyRecorded() };
  const properties = Object.fromEntries(
    plan.changes.map((change) => [propertyPath(change.path), kindOf(change)]),
  );
  if (plan.op !== "replace") return { changes: true, properties };
  const fields = new Set(
    plan.changes.filter((change) => change.rule === "replace").map(({ path }) => path[0]!),
  );
  const replaces = fields.size > 0 ? [...fields] : ["trigger_id"];
  return { changes: true, replaces, deleteBeforeReplace: false, properties };
}

function kindOf({ live, desired, rule }: FieldChange): PropertyDiffKind {
  const kind = live === undefined ? "ADD" : desired === undefined ? "DELETE" : "UPDATE";
  return rule === "replace" ? `${kind}_REPLACE` : kind;
}

/** `action_config.filters["a.b"]`. */
function propertyPath(path: readonly string[]): string {
  return path
    .map((key, at) => {
      if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return at > 0 ? `.${key}` : key;
    })
    .join("");
}
