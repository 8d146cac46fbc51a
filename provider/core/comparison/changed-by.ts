import type { ResumedSince } from "../diff/status";
import type { Drifted } from "./drift";

/** Something that happened to a trigger, as the service's feed has it. */
export interface ChangeEvent {
  triggerId: string;
  /** Such as `trigger.updated`. */
  type: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Name or id of who did it; absent where the service does not say. */
  actor?: string;
}

/** Runs are events, too, and change no definition. */
const CHANGES: ReadonlySet<string> = new Set([
  "trigger.updated",
  "trigger.paused",
  "trigger.resumed",
  "trigger.deleted",
]);

/** The drift with who made the last change to each trigger, and when, where the feed (oldest first) has it. */
export function changedBy(drifted: readonly Drifted[], events: readonly ChangeEvent[]): Drifted[] {
  const last = new Map<string, ChangeEvent>();
  for (const event of events) if (CHANGES.has(event.type)) last.set(event.triggerId, event);
  return drifted.map((each) => {
    const event = last.get(each.plan.triggerId ?? "");
    if (!event || each.isPlanned) return each;
    return {
      ...each,
      since: each.since ?? event.at,
      ...(event.actor === undefined ? {} : { by: event.actor }),
    };
  });
}

/** What a feed says of resumes; undefined: there is none, and nothing is known. */
export const resumedSince =
  (events: readonly ChangeEvent[] | undefined): ResumedSince =>
  (id, time) =>
    events?.some(({ triggerId, type, at }) => triggerId === id && type === "trigger.resumed" && at > time);
