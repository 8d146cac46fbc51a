import type { TriggerStatus } from "../schema/model";

/** What the status policy does to a live trigger, and what it says. */
export type StatusDecision =
  | { op: "pause" | "resume" }
  /** Left as it is, and reported: somebody paused it, or the service gave up on it. */
  | { op: "none"; report?: "paused" | "failed" };

/**
 * `active` and `paused` are enforced where declared. Nothing declared: whoever paused the trigger is respected and
 * reported, never silently resumed. `failed` is not paused: it is reported, and resumed only where active is declared.
 * `disabled` never comes here: such a trigger is gone.
 */
export function decideStatus(declared: "active" | "paused" | undefined, live: TriggerStatus): StatusDecision {
  if (declared === "active") return live === "active" ? { op: "none" } : { op: "resume" };
  if (declared === "paused") return live === "paused" ? { op: "none" } : { op: "pause" };
  if (live === "paused" || live === "failed") return { op: "none", report: live };
  return { op: "none" };
}
