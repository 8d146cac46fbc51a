import { awareTime, parseTime } from "../model/times";
import type { ChangeEvent, TriggerEventType, TriggerRecord, TriggerStatus } from "../model/types";
import type { Clock } from "../schedule/clock";
import type { Namespace, StoreState } from "./store";

/** How long the feed remembers, in milliseconds. */
const RETENTION_MS = 90 * 86_400_000;
/** Entries kept within that time; older ones are forgotten, so that a long run costs no memory. */
const KEPT = 50_000;

/** Who changes a trigger. */
export const ACTORS = {
  /** The holder of the API key that the request came with. */
  api: { actor_id: "usr_emulator", actor_type: "user", actor_name: "Emulator user" },
  /** The control plane, as somebody in a console. */
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

/** What the feed calls a change, by the status before and after it; undefined where nothing changed. */
export type ChangeName = (before: TriggerStatus, now: TriggerStatus) => TriggerEventType | undefined;

/** The event of a change of status. */
export const statusEvent: ChangeName = (before, now) => {
  if (before === now) return undefined;
  return STATUS_EVENTS[now];
};
const STATUS_EVENTS: Partial<Record<TriggerStatus, TriggerEventType>> = {
  active: "trigger.resumed",
  paused: "trigger.paused",
  disabled: "trigger.deleted",
};

/** The change feed of the organization: what happened to triggers, in one order over all namespaces. */
export class ChangeFeed {
  constructor(
    private readonly state: StoreState,
    private readonly clock: Clock,
  ) {}

  /** Notes what happened to a trigger. `more`: keys of the payload beside those of the trigger and the actor. */
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
    // Only every so often, as each time moves all that is kept.
    if (events.length >= 2 * KEPT) events.splice(0, events.length - KEPT);
  }

  /** The events behind a position (0: from the start) that pass, oldest first; none older than 90 days. */
  after(seq: number, passes: (event: ChangeEvent) => boolean): ChangeEvent[] {
    const oldest = this.clock.now() - RETENTION_MS;
    return this.state.events
      .slice(-KEPT)
      .filter((event) => event.seq > seq && parseTime(event.created_at) >= oldest && passes(event));
  }
}

/** The opaque text that points at an event. */
export const cursorOf = (seq: number): string => Buffer.from(`event:${seq}`).toString("base64url");

/** The position that a cursor points at; undefined where no answer gave such a cursor. */
export function seqOf(cursor: string): number | undefined {
  const seq = /^event:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  return seq === undefined ? undefined : Number(seq);
}
