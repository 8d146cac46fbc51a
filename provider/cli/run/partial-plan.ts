import type { PlanNote } from "../../core/diff/plan-types";
import { visible } from "../../core/json/safe-text";
import type { PlanOp, TriggerPlan } from "../../core/plan/plan-model";
import { detailsOf, OPS } from "../../core/report/plan-report";
import { partOf } from "../../core/stack/plan-part";
import { plural } from "../../core/text/plural";
import type { Planned } from "./planning";

/** What a command that applies only a part of a plan does with it. */
export interface PartialPlan {
  /** The part that it applies; undefined if it applies nothing. */
  planned: Planned | undefined;
  /** What it leaves out and why, one line each; may be empty. */
  left: string[];
}

/** `adopt` writes to no live trigger: it leaves out every trigger that would need a write. */
export function adoptionOf(stack: string, planned: Planned): PartialPlan {
  const { triggers } = planned.plan;
  const written = triggers.filter(isWritten);
  // Two entries of the state would have one trigger.
  const blocked = new Set(
    written.flatMap(({ op, successor }) => (op === "conflict" ? (successor ?? []) : [])),
  );
  const rest = triggers.filter((each) => written.includes(each) || blocked.has(each.resource));
  if (rest.length === 0) return { planned, left: [] };
  const kept = triggers.filter((trigger) => !rest.includes(trigger));
  const are = plural(rest.length, "is", "are");
  const left = [
    `cannot adopt into stack "${stack}": ${rest.length} of ${triggers.length} ${are} not live as declared. Correct the definitions, or run \`up\` to change the triggers [ADOPT_WOULD_WRITE].`,
    ...rest.flatMap((plan) => [
      `${visible(plan.name)}: ${OPS[plan.op === "adopt" && plan.calls.length > 0 ? "update" : plan.op].will}`,
      ...detailsOf({ ...plan, reports: plan.reports.filter(({ kind }) => kind !== "adopted") }).map(
        (line) => `    ${line}`,
      ),
    ]),
  ];
  if (!kept.some(({ op }) => op === "adopt")) return { planned: undefined, left };
  const resources = kept.map(({ resource }) => resource);
  return { planned: { ...planned, plan: partOf(planned.plan, resources) }, left };
}

/** Whether applying it sends a request to the API or removes a trigger from the state. */
const isWritten = ({ op, calls, reports }: TriggerPlan): boolean =>
  calls.length > 0 || !(RECORDED.has(op) || (op === "forget" && reports.some(isMoved)));

/** The trigger stays in the state, under another key. */
const isMoved = ({ kind }: PlanNote): boolean => kind === "held elsewhere";

/** Operations that, without calls, only add to the state. */
const RECORDED: ReadonlySet<PlanOp> = new Set(["none", "adopt", "update"]);

/**
 * `drift --fix` leaves out conflicts, such as a protected trigger that would be replaced. Each fix is independent: a
 * conflict must not keep other manual changes from being fixed.
 */
export function fixesOf(planned: Planned): PartialPlan {
  const { triggers } = planned.plan;
  const left = triggers.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict]));
  if (left.length === 0) return { planned, left };
  const fixed = triggers.filter(({ conflict }) => conflict === undefined);
  if (!fixed.some(({ op }) => op !== "none")) return { planned: undefined, left };
  const resources = fixed.map(({ resource }) => resource);
  return { planned: { ...planned, plan: partOf(planned.plan, resources) }, left };
}
