import type { PlannedCall, SetPlan, TriggerPlan } from "../plan/plan-model";
import { countsOf, summaryOf, wordsOf } from "./plan-report";

/** How much of its plan a run has applied to one trigger. */
export type Progress =
  /** `unknown`: a write was sent, and the run ended before the response. */
  | { state: "planned" | "done" | "not applied" | "unknown" }
  | { state: "in part"; done: readonly PlannedCall[]; undone: readonly PlannedCall[] };

/** The counts of a run over a plan: `1 created, 1 done in part, 2 not applied, 3 unchanged`. */
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

/** A short description of a call, without its values. */
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
