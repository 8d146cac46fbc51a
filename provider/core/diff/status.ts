import { isObject } from "../json/is-object";
import type { DesiredTrigger, JsonObject, LiveTrigger, Quiet, TriggerStatus } from "../schema/model";
import { isGone } from "../schema/soft-delete";

/**
 * A pause that a run made for planned quiet, as the state remembers it. With `requested_at`: a run asked for it and was
 * interrupted, or got no answer, so that it may not have been made.
 */
export interface QuietPause extends Quiet {
  /** When the live trigger was last changed, by the answer to the pause. ISO 8601, UTC; absent where the API does not say. */
  updated_at?: string;
  /** When the run gave up on the answer; absent where it was interrupted. ISO 8601, UTC. */
  given_up_at?: string;
}

/** When a run asked for a pause, and when it gave up on the answer. ISO 8601, UTC. */
export interface UnansweredRequest {
  requested_at: string;
  given_up_at: string;
}

/** What the status policy does to a live trigger, and what it says. */
export type StatusDecision =
  | { op: "pause" | "resume"; forQuiet?: true }
  /** Left as it is, and reported: somebody paused it, or the service gave up on it. `forQuiet`: a run of ours paused it. */
  | { op: "none"; report?: "paused" | "failed"; forQuiet?: true };

/**
 * `active` and `paused` are enforced where declared. Nothing declared: a manual pause is respected and
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
  const { requested_at: requestedAt, given_up_at: givenUpAt } = pause;
  if (requestedAt !== undefined)
    return wasHandled(requestedAt, givenUpAt, live) && resumedSince?.(live.trigger_id, requestedAt) !== true;
  if (!isPauseUnclear(pause, live)) return true;
  return pause.updated_at !== undefined && resumedSince?.(live.trigger_id, pause.updated_at) === false;
}

/**
 * Whether what replaces a trigger is created paused: a replacement is no way to resume one that somebody else paused. Of
 * one that is gone, the state has the last known status. In: the live trigger, undefined where it is gone.
 */
export function staysPaused(
  desired: DesiredTrigger,
  live: LiveTrigger | undefined,
  applied: { status?: string; quiet_pause?: QuietPause } | undefined,
  { resumedSince }: { resumedSince?: ResumedSince | undefined } = {},
): boolean {
  if (desired.status !== undefined) return false;
  if (isGone(live)) return applied?.status === "paused" && applied.quiet_pause === undefined;
  return live.status === "paused" && !ownsPause(applied?.quiet_pause, live, resumedSince);
}

const MINUTE = 60_000;
/** How far the clocks of runner and service may differ. */
const CLOCKS_DIFFER = MINUTE;
/** As long as a request of a run that was interrupted may have waited for its turn before it was sent. */
const WAITS_FOR_ITS_TURN = 15 * MINUTE;
/** A request that the run has given up on may still be on its way, or in a gateway's queue. */
const IS_UNDER_WAY = MINUTE;

/** Whether a live pause is the one that was requested, by when the trigger got it. */
function wasHandled(requestedAt: string, givenUpAt: string | undefined, live: LiveTrigger): boolean {
  const at = Date.parse(live.updated_at ?? "");
  const first = Date.parse(requestedAt) - CLOCKS_DIFFER;
  const last =
    givenUpAt === undefined
      ? Date.parse(requestedAt) + WAITS_FOR_ITS_TURN
      : Date.parse(givenUpAt) + IS_UNDER_WAY + CLOCKS_DIFFER;
  // NaN, where the API does not say when, is neither.
  return at >= first && at <= last;
}

/**
 * Whether a trigger that was active before a request without an answer, and is paused when the run looks at it afterwards, was
 * paused by that request. Where the API does not say when, nothing else is likely in so short a time.
 */
export const isPausedBy = (
  { requested_at, given_up_at }: UnansweredRequest,
  live: LiveTrigger | undefined,
): live is LiveTrigger =>
  live?.status === "paused" && (live.updated_at === undefined || wasHandled(requested_at, given_up_at, live));

/** The quiet that triggers are to be paused for, marked with when a run asks for the pause. */
export const withRequest = (desired: DesiredTrigger, requestedAt: string): DesiredTrigger =>
  desired.active_quiet
    ? { ...desired, active_quiet: { ...desired.active_quiet, requested_at: requestedAt } }
    : desired;

/** The pause that a run asked for, by what it handed to the engine; undefined: it asked for none. */
export function requestedPause({ active_quiet: quiet }: JsonObject): QuietPause | undefined {
  if (!isObject(quiet) || typeof quiet["requested_at"] !== "string") return undefined;
  return quiet as unknown as QuietPause;
}
