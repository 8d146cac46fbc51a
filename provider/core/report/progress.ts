import type { PlannedCall, PlanOp, SetPlan, TriggerPlan } from "../plan/trigger-plan";
import { OPS, summaryOf } from "./plan-report";

/** How far a run came with one trigger of its plan. */
export type Progress =
  | { state: "planned" | "done" | "not applied" }
  | { state: "in part"; done: readonly PlannedCall[]; undone: readonly PlannedCall[] };

/** `1 created, 1 done in part, 2 not applied, 3 unchanged`, of a run over a plan. */
export function appliedText(plan: SetPlan, progress: (trigger: TriggerPlan) => Progress): string {
  const those = (state: Progress["state"]): TriggerPlan[] =>
    plan.triggers.filter((trigger) => progress(trigger).state === state);
  const { unchanged, conflict, requests: _, ...ops } = summaryOf({ ...plan, triggers: those("done") });
  const counts: [count: number, what: string][] = [
    ...Object.entries(ops).map(([op, count]): [number, string] => [count, OPS[op as PlanOp].did]),
    [those("in part").length, "done in part"],
    [those("not applied").length, "not applied"],
    [conflict, "in conflict"],
    [unchanged, "unchanged"],
  ];
  return (
    counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(", ") || "nothing to do"
  );
}

/** `update, done in part: pause; not done: change schedule_config`. */
export function progressText({ op }: TriggerPlan, progress: Progress): string {
  const { will, did } = OPS[op];
  switch (progress.state) {
    case "planned":
      return will;
    case "done":
      return did;
    case "not applied":
      return `${will}, not applied`;
    case "in part": {
      const list = (calls: readonly PlannedCall[]): string => calls.map(callText).join(", ");
      return `${will}, done in part: ${list(progress.done)}; not done: ${list(progress.undone)}`;
    }
  }
}

/** A call in a few words, without its values. */
export function callText(call: PlannedCall): string {
  switch (call.op) {
    case "patch":
      return `change ${Object.keys(call.body).join(" and ")}`;
    case "revive":
      return "resume";
    case "delete":
      return `delete ${call.triggerId}`;
    default:
      return call.op;
  }
}
