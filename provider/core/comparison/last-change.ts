import type { ResumedSince } from "../diff/status";
import type { Drifted } from "./drift";

/** An event about a trigger, from the service's event feed. */
export interface ChangeEvent {
  triggerId: string;
  /** Such as `trigger.updated`. */
  type: string;
  /** ISO 8601, UTC. */
  at: string;
  /** Name or id of whoever made the change; absent if the service does not report it. */
  actor?: string;
}

/** Event types that change a definition. Runs are events too, but they change none. */
const CHANGES: ReadonlySet<string> = new Set([
  "trigger.updated",
  "trigger.paused",
  "trigger.resumed",
  "trigger.deleted",
]);

/** Adds to each drifted trigger who changed it last, and when, if the feed (oldest first) has that event. */
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

/** Looks up in the feed whether a trigger was resumed. Without a feed, the result is undefined: not known. */
export const resumedSince =
  (events: readonly ChangeEvent[] | undefined): ResumedSince =>
  (id, time) =>
    events?.some(({ triggerId, type, at }) => triggerId === id && type === "trigger.resumed" && at > time);
