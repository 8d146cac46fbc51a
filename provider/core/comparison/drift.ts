import type { Declaration } from "../definitions/merged-definition";
import type { FieldChange } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import { declaredOf, namespaceOf } from "../diff/trigger-state";
import type { PlanContext, Remembered, ResourceOptions, SetPlan, TriggerPlan } from "../plan/plan-model";
import { heldBy } from "../plan/record-changes";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { type Unhealthy, unhealthyOf } from "./health";

/** A trigger that was changed or deleted outside the definitions. */
export interface Drifted {
  plan: TriggerPlan;
  /** Only the drifted fields. Edits that are not applied yet are not drift. */
  changes: FieldChange[];
  /** No longer live: deleted, or disabled by the service after failed runs. */
  gone: boolean;
  /** Planned quiet began or ended since the last run; this is not a manual change. */
  isPlanned?: true;
  /** When the live trigger was last changed, by anyone. ISO 8601, UTC. */
  since?: string;
  /** Name or id of whoever changed it last, if the service reports it. */
  by?: string;
}

export interface Drift {
  drifted: Drifted[];
  /** Declared but not applied yet: what `up` would do even without drift. */
  pending: TriggerPlan[];
  unhealthy: Unhealthy[];
  unmanaged: LiveTrigger[];
}

/** The pending live triggers that an earlier run replaced but did not delete, each with the note of its plan. */
export const replacedBefore = ({ pending }: Drift): { plan: TriggerPlan; report: PlanNote }[] =>
  pending.flatMap((plan) =>
    plan.reports.filter(({ kind }) => kind === "replaced before").map((report) => ({ plan, report })),
  );

/** What was changed outside the definitions, according to a plan. */
export function driftOf({ triggers, unmanaged }: SetPlan): Drift {
  const drifted: Drifted[] = [];
  const pending: TriggerPlan[] = [];
  for (const plan of triggers) {
    const changes = plan.changes.filter(({ cause }) => DRIFT.has(cause));
    const gone = plan.reports.some(({ kind }) => kind === "gone" || kind === "given up");
    if (changes.length > 0 || gone) {
      const isPlanned = !gone && changes.every(({ cause }) => cause === "quiet" || cause === "quiet over");
      const since = isPlanned ? undefined : plan.live?.updated_at;
      drifted.push({
        plan,
        changes,
        gone,
        ...(isPlanned ? { isPlanned } : {}),
        ...(since === undefined ? {} : { since }),
      });
    } else if (plan.op !== "none") pending.push(plan);
  }
  const unhealthy = triggers.flatMap(({ name, live }) => (live ? (unhealthyOf(name, live) ?? []) : []));
  return { drifted, pending, unhealthy, unmanaged };
}

/**
 * What `drift --fix` makes live: each trigger in the stack as it was last applied. Edits of the definitions that are
 * not applied yet are left for `up`. `options` are in the same order as `desired`. `namespaces`: what is live; without
 * it, the result has no status that was edited since.
 */
export function appliedTriggers(
  desired: readonly DesiredTrigger[],
  options: readonly ResourceOptions[],
  remembered: readonly Remembered[],
  namespaces: PlanContext["namespaces"] = new Map(),
): DesiredTrigger[] {
  const held = heldBy(options, remembered);
  return desired.map((trigger, index) => {
    const own = held[index];
    if (!own) return trigger;
    const { status, ...applied } = declaredOf(own.state);
    // A status that was edited since the last apply is not enforced: the live status stays. If it is the applied one,
    // the stack keeps its record of it.
    const isKept =
      status === trigger.status ||
      namespaces.get(namespaceOf(own.state))?.byId(own.triggerId)?.status === status;
    return status === undefined || !isKept ? applied : { ...applied, status };
  });
}

/**
 * The declarations as `drift --fix` registers them: with the key, `protect` and `retain` that the stack has, and with
 * the schedules that were sent before. `options` are in the same order.
 */
export function appliedDeclarations(
  declarations: readonly Declaration[],
  options: readonly ResourceOptions[],
  remembered: readonly Remembered[],
): Declaration[] {
  const held = heldBy(options, remembered);
  return declarations.map(({ spread: _, ...declaration }, index) => {
    const own = held[index];
    if (!own) return declaration;
    const { replaces: __, ...rest } = declaration;
    const { resource: name, protect = false, retain = false } = own;
    return { ...rest, name, protect, retain };
  });
}

/**
 * Causes that count as drift. Without a state, an edit looks the same as drift, so any difference counts. Planned
 * quiet that began or ended counts too: a scheduled `drift --fix` then carries it out.
 */
const DRIFT: ReadonlySet<string> = new Set([
  "live drifted",
  "both changed",
  "differs",
  "quiet",
  "quiet over",
]);
