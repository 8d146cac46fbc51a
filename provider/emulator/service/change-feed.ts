import { awareTime, parseTime } from "../model/times";
import type { ChangeEvent, TriggerEventType, TriggerRecord, TriggerStatus } from "../model/types";
import type { Clock } from "../schedule/clock";
import type { Namespace, StoreState } from "./store";

/** How long events are kept, in milliseconds. */
const RETENTION_MS = 90 * 86_400_000;
/** How many events are kept within that time. Older ones are dropped, so that memory stays bounded in a long run. */
const KEPT = 50_000;

/** Who can change a trigger. */
export const ACTORS = {
  /** The owner of the request's API key. */
  api: { actor_id: "usr_emulator", actor_type: "user", actor_name: "Emulator user" },
  /** The control plane, which acts like a person in a console. */
  console: { actor_id: "usr_console", actor_type: "user", actor_name: "Console user" },
  /** The service itself. */
  service: { actor_id: "system", actor_type: "system", actor_name: null },
} as const;
export type Actor = keyof typeof ACTORS;

const OPERATIONS: Partial<Record<TriggerEventType, ChangeEvent["operation"]>> = {
  "trigger.created": "insert",
  "trigger.updated": "update",
  "trigger.paused": "update",
  "trigger.resumed": "update",
  "trigger.deleted": "delete",
};

/** The feed's name for a change, by the status before and after it; undefined if nothing changed. */
export type ChangeName = (before: TriggerStatus, now: TriggerStatus) => TriggerEventType | undefined;

/** The event for a changed status. */
export const statusEvent: ChangeName = (before, now) => {
  if (before === now) return undefined;
  return STATUS_EVENTS[now];
};
const STATUS_EVENTS: Partial<Record<TriggerStatus, TriggerEventType>> = {
  active: "trigger.resumed",
  paused: "trigger.paused",
  disabled: "trigger.deleted",
};

/** The organization's change feed: the changes of triggers, in one sequence for all namespaces. */
export class ChangeFeed {
  constructor(
    private readonly state: StoreState,
    private readonly clock: Clock,
  ) {}

  /** Records a change of a trigger. `more`: keys of the payload in addition to the trigger and the actor. */
  note(
    type: TriggerEventType,
    namespace: Namespace,
    record: TriggerRecord,
    actor: Actor,
    more: Record<string, unknown> = {},
  ): void {
    const { events } = this.state;
    this.state.lastEvent += 1;
    const { trigger_id, name, action_type, trigger_type, status } = record;
    events.push({
      seq: this.state.lastEvent,
      cursor: cursorOf(this.state.lastEvent),
      namespace_id: namespace.id,
      event_type: type,
      resource_type: "trigger",
      operation: OPERATIONS[type] ?? "other",
      payload: { trigger_id, name, action_type, trigger_type, status, ...ACTORS[actor], ...more },
      trace_id: null,
      created_at: awareTime(this.clock.now()),
    });
    // Truncated only from time to time, because it moves all kept events.
    if (events.length >= 2 * KEPT) events.splice(0, events.length - KEPT);
  }

  /** The events after a position (0: from the start) that pass the filter, oldest first, none older than 90 days. */
  after(seq: number, passes: (event: ChangeEvent) => boolean): ChangeEvent[] {
    const oldest = this.clock.now() - RETENTION_MS;
    return this.state.events
      .slice(-KEPT)
      .filter((event) => event.seq > seq && parseTime(event.created_at) >= oldest && passes(event));
  }
}

/** The opaque cursor of an event. */
export const cursorOf = (seq: number): string => Buffer.from(`event:${seq}`).toString("base64url");

/** The position of a cursor; undefined if it is not one of this feed's cursors. */
export function seqOf(cursor: string): number | undefined {
  const seq = /^event:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  return seq === undefined ? undefined : Number(seq);
}
