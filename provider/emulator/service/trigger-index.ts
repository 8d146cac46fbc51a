import type { TriggerRecord } from "../model/types";

interface Held {
  sequence: number;
  record: TriggerRecord;
}

/** A namespace's triggers by id and by name, so that no call has to search all of them. */
export class TriggerIndex<HeldTrigger extends Held> {
  private readonly byId = new Map<string, HeldTrigger>();
  private readonly byName = new Map<string, Set<HeldTrigger>>();
  /** The indexed name of each trigger, to remove it when the trigger is renamed. */
  private readonly nameOf = new Map<HeldTrigger, string | null>();

  constructor(triggers: readonly HeldTrigger[]) {
    for (const held of triggers) this.note(held);
  }

  /** Indexes a trigger that is new or may have another name. */
  note(held: HeldTrigger): void {
    const { trigger_id: id, name } = held.record;
    this.byId.set(id, held);
    if (this.nameOf.get(held) === name) return;
    this.forgetName(held);
    this.nameOf.set(held, name);
    if (name === null) return;
    const namesakes = this.byName.get(name);
    if (namesakes) namesakes.add(held);
    else this.byName.set(name, new Set([held]));
  }

  forget(held: HeldTrigger): void {
    this.byId.delete(held.record.trigger_id);
    this.forgetName(held);
  }

  find(id: string): HeldTrigger | undefined {
    return this.byId.get(id);
  }

  /** All triggers with a name, in order of creation. */
  named(name: string): HeldTrigger[] {
    return [...(this.byName.get(name) ?? [])].sort((a, b) => a.sequence - b.sequence);
  }

  private forgetName(held: HeldTrigger): void {
    const name = this.nameOf.get(held);
    this.nameOf.delete(held);
    if (name == null) return;
    const namesakes = this.byName.get(name);
    namesakes?.delete(held);
    if (namesakes?.size === 0) this.byName.delete(name);
  }
}
