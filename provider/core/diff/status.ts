import { isObject } from "../json/is-object";
import type { DesiredTrigger, JsonObject, LiveTrigger, Quiet, TriggerStatus } from "../schema/model";
import { isGone } from "../schema/soft-delete";

/**
 * A pause that a run made for planned quiet, as the state records it. With `requested_at`, the run was interrupted or
 * got no response, so the pause may not have happened.
 */
export interface QuietPause extends Quiet {
  /** When the live trigger was last changed, from the response to the pause. ISO 8601, UTC; absent if not reported. */
  updated_at?: string;
  /** When the run stopped waiting for the response; absent if the run was interrupted. ISO 8601, UTC. */
  given_up_at?: string;
}

/** When a run requested a pause, and when it stopped waiting for the response. ISO 8601, UTC. */
export interface UnansweredRequest {
  requested_at: string;
  given_up_at: string;
}

/** What the status policy does to a live trigger, and what it reports. */
export type StatusDecision =
  | { op: "pause" | "resume"; forQuiet?: true }
  /** Not changed, but reported: it was paused manually, or it failed. `forQuiet`: one of our runs paused it. */
  | { op: "none"; report?: "paused" | "failed"; forQuiet?: true };

/**
 * A declared `active` or `paused` is enforced. If no status is declared, a manual pause is respected and reported,
 * never silently resumed. `failed` does not count as paused: it is reported, and resumed only if `active` is declared.
 * `disabled` never gets here: such a trigger is gone.
 *
 * In planned quiet, running triggers are paused and nothing is resumed. A failed trigger does not run and stays
 * failed, since a pause and a resume would hide the failure. Afterwards, only the triggers that were paused for the
 * quiet are resumed; see {@link ownsPause}.
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

/** Whether a live trigger was resumed after a given time; undefined if not known. */
export type ResumedSince = (triggerId: string, time: string) => boolean | undefined;

/** Whether a trigger was changed after a run paused it, so that its pause may be a different one. */
export const isPauseUnclear = (pause: QuietPause | undefined, live: LiveTrigger): boolean =>
  pause !== undefined && live.status === "paused" && pause.updated_at !== live.updated_at;

/**
 * Whether the pause of a live trigger is the one that a run made for planned quiet. If the trigger was changed since,
 * someone may have resumed it and paused it again, and that pause must stay. Then only the service's event feed can
 * show that it was not resumed.
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
 * Whether a replacement is created paused: replacing a trigger must not resume it if someone else paused it. For a
 * trigger that is gone (`live` is undefined or disabled) the last known status in the state decides.
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
/** How far the clocks of the runner and the service may differ. */
const CLOCKS_DIFFER = MINUTE;
/** How long a request of an interrupted run may have waited in the queue before it was sent. */
const WAITS_FOR_ITS_TURN = 15 * MINUTE;
/** After the run stopped waiting, the request may still be in transit or in a gateway's queue. */
const IS_UNDER_WAY = MINUTE;

/** Whether a live pause is the requested one, judged by the time of the last change. */
function wasHandled(requestedAt: string, givenUpAt: string | undefined, live: LiveTrigger): boolean {
  const at = Date.parse(live.updated_at ?? "");
  const first = Date.parse(requestedAt) - CLOCKS_DIFFER;
  const last =
    givenUpAt === undefined
      ? Date.parse(requestedAt) + WAITS_FOR_ITS_TURN
      : Date.parse(givenUpAt) + IS_UNDER_WAY + CLOCKS_DIFFER;
  // If the API reports no time, `at` is NaN and the result is false.
  return at >= first && at <= last;
}

/**
 * Whether a request without a response paused a trigger that was active before it and is paused now. If the API reports
 * no time, the request is the only likely cause within so short a time.
 */
export const isPausedBy = (
  { requested_at, given_up_at }: UnansweredRequest,
  live: LiveTrigger | undefined,
): live is LiveTrigger =>
  live?.status === "paused" && (live.updated_at === undefined || wasHandled(requested_at, given_up_at, live));

/** Marks the planned quiet of a trigger with the time at which the run requests the pause. */
export const withRequest = (desired: DesiredTrigger, requestedAt: string): DesiredTrigger =>
  desired.active_quiet
    ? { ...desired, active_quiet: { ...desired.active_quiet, requested_at: requestedAt } }
    : desired;

/** The pause that a run requested, from the inputs it passed to the engine; undefined if it requested none. */
export function requestedPause({ active_quiet: quiet }: JsonObject): QuietPause | undefined {
  if (!isObject(quiet) || typeof quiet["requested_at"] !== "string") return undefined;
  return quiet as unknown as QuietPause;
}
