import { visible } from "../../core/json/printed";
import type { TriggerPlan } from "../../core/plan/trigger-plan";
import { callText, type Progress } from "../../core/report/progress";
import type { JsonObject } from "../../core/schema/model";
import type { Outcome } from "../stack/operation";

export const progressJson = (progress: Progress): JsonObject =>
  progress.state === "in part"
    ? {
        progress: progress.state,
        done: progress.done.map(callText),
        not_done: progress.undone.map(callText),
      }
    : { progress: progress.state };

/** By the engine's word on the resource, see {@link Outcome}. */
export function progressOf(trigger: TriggerPlan, { ok, finished, deleted, partial }: Outcome): Progress {
  const { resource, op, calls, triggerId = "" } = trigger;
  if (op === "none" || op === "conflict") return { state: "done" };
  const isDeleted = deleted.has(triggerId);
  // The engine's word that all is well covers what it came to.
  if (ok) return { state: isDeleted || finished.has(resource) ? "done" : "not applied" };
  if (op === "delete" || op === "forget") return { state: isDeleted ? "done" : "not applied" };
  const own = calls.filter((call) => call.op !== "delete");
  const after = (count: number): Progress => ({
    state: "in part",
    done: calls.slice(0, count),
    undone: calls.slice(count),
  });
  // Of at most two writes, one was made.
  if (partial.has(resource)) return after(1);
  // The delete of what an earlier run replaced is a step on the same resource.
  const steps = [...(finished.get(resource) ?? [])].filter((step) => !step.startsWith("delete"));
  if (steps.length === 0) return { state: "not applied" };
  return op === "replace" && !isDeleted ? after(own.length) : { state: "done" };
}

/** The engine ended well, and did not come to these. */
export function skippedText(triggers: readonly TriggerPlan[]): string {
  const names = triggers.map(({ name }) => visible(name)).join(", ");
  return `cannot apply the whole plan: the Pulumi engine ended without an error before it came to ${names}. Run the command again; if it happens again, report it [NOT_APPLIED].`;
}
