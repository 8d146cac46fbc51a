import type { PlannedCall, SetPlan, TriggerPlan } from "../plan/trigger-plan";
import { countsOf, summaryOf, wordsOf } from "./plan-report";

/** How far a run came with one trigger of its plan. */
export type Progress =
  /** `unknown`: a write was sent, and the run ended before its answer. */
  | { state: "planned" | "done" | "not applied" | "unknown" }
  | { state: "in part"; done: readonly PlannedCall[]; undone: readonly PlannedCall[] };

/** `1 created, 1 done in part, 2 not applied, 3 unchanged`, of a run over a plan. */
export function appliedText(plan: SetPlan, progress: (trigger: TriggerPlan) => Progress): string {
  const those = (state: Progress["state"]): TriggerPlan[] =>
    plan.triggers.filter((trigger) => progress(trigger).state === state);
  const done = summaryOf({ ...plan, triggers: those("done") });
  const rest: [count: number, what: string][] = [
    [those("in part").length, "done in part"],
    [those("unknown").length, "with an unknown outcome"],
    [those("not applied").length, "not applied"],
    [done.conflict, "in conflict"],
    [done.unchanged, "unchanged"],
  ];
  const counts = [
    ...countsOf(done, "did"),
    ...rest.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])),
  ];
  return counts.join(", ") || "nothing to do";
}

/** `update, done in part: pause; not done: change schedule_config`. */
export function progressText(trigger: TriggerPlan, progress: Progress): string {
  const { will, did } = wordsOf(trigger);
  switch (progress.state) {
    case "planned":
      return will;
    case "done":
      return did;
    case "not applied":
      return `${will}, not applied`;
    case "unknown":
      return `${will}, outcome unknown`;
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
