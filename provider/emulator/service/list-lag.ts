import type { TriggerRecord } from "../model/types";
import type { HeldTrigger } from "./store";

/** A change that is not yet visible in lists. */
interface Hidden {
  /** Milliseconds since the epoch, on the emulator's clock. */
  until: number;
  /** The trigger before the change; null if the change created it. */
  before: TriggerRecord | null;
}

/** Eventual consistency: lists show recently changed triggers as they were before. */
export class Lag {
  /** By trigger_id, in the order of the changes. */
  private readonly hidden = new Map<string, Hidden[]>();

  /** Hides a change from lists until a given time. */
  hide(triggerId: string, before: TriggerRecord | null, until: number): void {
    const changes = this.hidden.get(triggerId);
    if (changes) changes.push({ until, before });
    else this.hidden.set(triggerId, [{ until, before }]);
  }

  /** The triggers as a list shows them now: recently changed ones in their old form, new ones not at all. */
  seen(all: readonly HeldTrigger[], now: number): readonly HeldTrigger[] {
    if (this.hidden.size === 0) return all;
    return all.flatMap((held) => {
      const changes = this.hidden.get(held.record.trigger_id);
      if (!changes) return [held];
      // Changes become visible in order: a later one never before an earlier one.
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
