import type { TriggerRecord } from "../model/types";
import type { HeldTrigger } from "./store";

/** A change that lists do not show yet. */
interface Hidden {
  /** Milliseconds since the epoch, on the emulator's clock. */
  until: number;
  /** The trigger before the change; null where the change created it. */
  before: TriggerRecord | null;
}

/** Eventual consistency: what lists show of triggers that were changed only just now. */
export class Lag {
  /** By trigger_id, in the order of the changes. */
  private readonly hidden = new Map<string, Hidden[]>();

  /** Hides a change from lists until an instant. */
  hide(triggerId: string, before: TriggerRecord | null, until: number): void {
    const changes = this.hidden.get(triggerId);
    if (changes) changes.push({ until, before });
    else this.hidden.set(triggerId, [{ until, before }]);
  }

  /** The triggers as a list sees them now: changed ones as they were, new ones not at all. */
  seen(all: readonly HeldTrigger[], now: number): readonly HeldTrigger[] {
    if (this.hidden.size === 0) return all;
    return all.flatMap((held) => {
      const changes = this.hidden.get(held.record.trigger_id);
      if (!changes) return [held];
      // What a later change hid shows no sooner than what came before it.
      const first = changes.findIndex(({ until }) => until > now);
      if (first < 0) this.hidden.delete(held.record.trigger_id);
      else changes.splice(0, first);
      const [oldest] = first < 0 ? [] : changes;
      if (!oldest) return [held];
      return oldest.before === null ? [] : [{ ...held, record: oldest.before }];
    });
  }

  clear(): void {
    this.hidden.clear();
  }
}
