import type { FieldChange } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import { declaredOf } from "../diff/trigger-state";
import { heldBy } from "../plan/record-changes";
import type { Remembered, ResourceOptions, SetPlan, TriggerPlan } from "../plan/trigger-plan";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";
import { type Unhealthy, unhealthyOf } from "./health";

/** A trigger that somebody changed or deleted outside of the definitions. */
export interface Drifted {
  plan: TriggerPlan;
  /** Only what drifted; edits that are not applied yet are no drift. */
  changes: FieldChange[];
  /** Not live any more: deleted, or given up by the service. */
  gone: boolean;
  /** Planned quiet began or ended since the last run; there was no manual change. */
  isPlanned?: true;
  /** ISO 8601, UTC: when the live trigger was last changed by anybody. */
  since?: string;
  /** Name or id of who changed it last, where the service says so. */
  by?: string;
}

export interface Drift {
  drifted: Drifted[];
  /** Declared and not applied yet: what `up` would do without any drift. */
  pending: TriggerPlan[];
  unhealthy: Unhealthy[];
  unmanaged: LiveTrigger[];
}

/** Of what is pending: live triggers that an earlier run replaced and that still run, each with its plan's report. */
export const replacedBefore = ({ pending }: Drift): { plan: TriggerPlan; report: PlanNote }[] =>
  pending.flatMap((plan) =>
    plan.reports.filter(({ kind }) => kind === "replaced before").map((report) => ({ plan, report })),
  );

/** A plan read as the question "did somebody change what is live?". */
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
 * What a fix of drift makes live: each trigger that the stack holds as it was applied last, so that edits of the definitions
 * that are not applied yet stay for `up`. In: what is declared, and its options in the same order.
 */
export function appliedTriggers(
  desired: readonly DesiredTrigger[],
  options: readonly ResourceOptions[],
  remembered: readonly Remembered[],
): DesiredTrigger[] {
  const held = heldBy(options, remembered);
  return desired.map((trigger, index) => {
    const own = held[index];
    if (!own) return trigger;
    const { status, ...applied } = declaredOf(own.state);
    // A status that was edited since is neither's to enforce yet: what is live stays.
    return status === undefined || status !== trigger.status ? applied : { ...applied, status };
  });
}

/**
 * Without a state an edit cannot be distinguished from drift: what differs counts as drift. So does planned quiet that began
 * or ended since the last run: a fix of drift on a schedule carries it out.
 */
const DRIFT: ReadonlySet<string> = new Set([
  "live drifted",
  "both changed",
  "differs",
  "quiet",
  "quiet over",
]);
