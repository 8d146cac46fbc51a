import { stateOf } from "../../../provider/core/diff/trigger-state";
import type { Remembered, TriggerPlan } from "../../../provider/core/plan/plan-model";
import type { DesiredTrigger, LiveTrigger, Quiet } from "../../../provider/core/schema/model";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

export const QUIET: Quiet = { until: "2026-12-27T00:00:00+01:00", reason: "year-end freeze" };
export const PAUSED_AT = "2026-12-20T00:00:00.000Z";
export const CHANGED_AT = "2026-12-21T00:00:00.000Z";

export type Declared = "active" | "paused" | undefined;

export const wanted = (
  declared: Declared,
  quiet: boolean,
  more: Partial<DesiredTrigger> = {},
): DesiredTrigger =>
  desired({
    ...(declared === undefined ? {} : { status: declared }),
    ...(quiet ? { active_quiet: QUIET } : {}),
    ...more,
  });

/** The stack's record after a run paused the trigger for quiet. */
export function pausedByUs(declared: Declared): Remembered {
  const trigger = wanted(declared, true);
  const twin = live({ status: "paused", updated_at: PAUSED_AT });
  return { ...remember(trigger, twin), state: stateOf(trigger, twin, {}, { pausedForQuiet: true }) };
}

export const planOf = (
  trigger: DesiredTrigger,
  twin: LiveTrigger | undefined,
  held?: Remembered,
): TriggerPlan => plan([trigger], twin ? [twin] : [], held ? [held] : []).triggers[0]!;

export const none = (declared: Declared): Remembered =>
  remember(wanted(declared, false), live({ updated_at: PAUSED_AT }));
export const callsOf = ({ calls }: TriggerPlan): string[] =>
  calls.map((call) => (call.op === "create" && call.body["status"] === "paused" ? "create paused" : call.op));
