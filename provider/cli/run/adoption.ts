import { visible } from "../../core/json/printed";
import type { PlanOp, TriggerPlan } from "../../core/plan/trigger-plan";
import { detailsOf, OPS, targeted } from "../../core/report/plan-report";
import type { Planned } from "./planning";

/** What `adopt` does with a plan: it writes to no live trigger, and leaves what would be written to. */
export interface Adoption {
  /** The part that it applies; undefined: there is nothing to adopt. */
  planned: Planned | undefined;
  /** What it leaves and why, a line each; empty where it leaves nothing. */
  left: string[];
}

export function adoptionOf(stack: string, planned: Planned): Adoption {
  const { triggers } = planned.plan;
  const rest = triggers.filter(isWritten);
  if (rest.length === 0) return { planned, left: [] };
  const kept = triggers.filter((trigger) => !rest.includes(trigger));
  const are = rest.length === 1 ? "is" : "are";
  const left = [
    `cannot adopt into stack "${stack}": ${rest.length} of ${triggers.length} ${are} not live as declared. Correct the definitions, or let \`up\` make it so [ADOPT_WOULD_WRITE].`,
    ...rest.flatMap((plan) => [
      `${visible(plan.name)}: ${OPS[plan.op === "adopt" ? "update" : plan.op].will}`,
      ...detailsOf({ ...plan, reports: plan.reports.filter(({ kind }) => kind !== "adopted") }).map(
        (line) => `    ${line}`,
      ),
    ]),
  ];
  if (!kept.some(({ op }) => op === "adopt")) return { planned: undefined, left };
  const resources = kept.map(({ resource }) => resource);
  return { planned: { ...planned, plan: targeted(planned.plan, resources) }, left };
}

/** Whether applying it sends anything to the API, or takes anything out of the state. */
const isWritten = ({ op, calls }: TriggerPlan): boolean => calls.length > 0 || !RECORDED.has(op);

/** Operations that without calls only add to the state. */
const RECORDED: ReadonlySet<PlanOp> = new Set(["none", "adopt", "update"]);
