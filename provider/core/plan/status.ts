import type { LiveTrigger, Quiet, TriggerStatus } from "../schema/model";

/** A pause that a run made for planned quiet, as the state remembers it. */
export interface QuietPause extends Quiet {
  /** When the live trigger was last changed, by the answer to the pause. ISO 8601, UTC; absent where the API does not say. */
  updated_at?: string;
}

/** What the status policy does to a live trigger, and what it says. */
export type StatusDecision =
  | { op: "pause" | "resume"; forQuiet?: true }
  /** Left as it is, and reported: somebody paused it, or the service gave up on it. `forQuiet`: a run of ours paused it. */
  | { op: "none"; report?: "paused" | "failed"; forQuiet?: true };

/**
 * `active` and `paused` are enforced where declared. Nothing declared: whoever paused the trigger is respected and
 * reported, never silently resumed. `failed` is not paused: it is reported, and resumed only where active is declared.
 * `disabled` never comes here: such a trigger is gone.
 *
 * In planned quiet what runs is paused, and nothing is resumed; a failed trigger does not run, and stays failed, since a
 * resume after a pause would hide that. After it, exactly what was paused for it is resumed. `ownsPause`: see
 * {@link ownsPause}.
 */
export function decideStatus(
  declared: "active" | "paused" | undefined,
  live: TriggerStatus,
  { isQuiet = false, ownsPause = false }: { isQuiet?: boolean; ownsPause?: boolean } = {},
): StatusDecision {
  if (declared === "paused") return live === "paused" ? { op: "none" } : { op: "pause" };
  if (isQuiet && live === "active") return { op: "pause", forQuiet: true };
  if (live === "paused" && ownsPause) return { op: isQuiet ? "none" : "resume", forQuiet: true };
  if (declared === "active" && !isQuiet) return live === "active" ? { op: "none" } : { op: "resume" };
  if (live === "failed") return { op: "none", report: live };
  if (live === "paused" && declared === undefined) return { op: "none", report: live };
  return { op: "none" };
}

/** Whether a live trigger was resumed after a time; undefined: not known. */
export type ResumedSince = (triggerId: string, time: string) => boolean | undefined;

/** Whether a trigger was changed since a run paused it, so that the pause may be another one. */
export const isPauseUnclear = (pause: QuietPause | undefined, live: LiveTrigger): boolean =>
  pause !== undefined && live.status === "paused" && pause.updated_at !== live.updated_at;

/**
 * Whether the pause of a live trigger is the one that a run made for planned quiet. What was changed since may have been
 * resumed and paused again, by somebody whose pause stays: only the service's own word that it was not resumed counts then.
 */
export function ownsPause(
  pause: QuietPause | undefined,
  live: LiveTrigger,
  resumedSince?: ResumedSince,
): boolean {
  if (!pause || live.status !== "paused") return false;
  if (!isPauseUnclear(pause, live)) return true;
  return pause.updated_at !== undefined && resumedSince?.(live.trigger_id, pause.updated_at) === false;
}
