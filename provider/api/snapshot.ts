import type { LiveTrigger } from "../core/schema/model";
import { isGone } from "../core/schema/soft-delete";

/** What is live in one namespace, as one list found it and our own reads and writes changed it since. */
export class Snapshot {
  readonly #triggers = new Map<string, LiveTrigger>();
  /** Ids by name: each create asks for its name, and there may be thousands. */
  readonly #named = new Map<string, string[]>();
  /** Ids known not to exist: deleted by us, or asked for and not found. */
  readonly #absent = new Set<string>();
  /** Of this process's own writes: the trigger as the API answered, undefined once deleted. */
  readonly #own = new Map<string, LiveTrigger | undefined>();
  readonly #reads = new Map<string, Promise<LiveTrigger | undefined>>();
  readonly #names: () => boolean | undefined;

  constructor(
    triggers: Iterable<LiveTrigger>,
    names: () => boolean | undefined,
    absent: Iterable<string> = [],
  ) {
    this.#names = names;
    for (const id of absent) this.#absent.add(id);
    for (const trigger of triggers) this.#place(trigger);
  }

  /** Whether it is known not to exist: deleted by us, or asked for and not found. */
  isAbsent(id: string): boolean {
    return this.#absent.has(id);
  }

  /** Ids that are known not to exist. */
  absent(): string[] {
    return [...this.#absent];
  }

  /** Whether this API has trigger names; undefined when nothing has shown it yet. */
  get names(): boolean | undefined {
    return this.#names();
  }

  /** The `ns_…` id, as any trigger has it; undefined in an empty namespace. */
  get namespaceId(): string | undefined {
    return this.#triggers.values().next().value?.namespace_id;
  }

  byId(id: string): LiveTrigger | undefined {
    return this.#triggers.get(id);
  }

  /** Live ones only: a deleted trigger does not hold its name. */
  byName(name: string): LiveTrigger[] {
    const named = (this.#named.get(name) ?? []).map((id) => this.#triggers.get(id));
    return named.filter((trigger) => !isGone(trigger)) as LiveTrigger[];
  }

  /** All of them, `disabled` ones too where the API lists them. */
  all(): LiveTrigger[] {
    return [...this.#triggers.values()];
  }

  /** After a write of ours: later readers see what the API answered. */
  put(trigger: LiveTrigger): void {
    this.#own.set(trigger.trigger_id, trigger);
    this.#place(trigger);
  }

  /** Whether a write of this process answered with it. */
  isOurs(id: string): boolean {
    return this.#own.has(id);
  }

  /** A newer list may lag behind what we wrote: our write counts, unless the list shows a later change. */
  carryOver(older: Snapshot): void {
    for (const [id, written] of older.#own) {
      const listed = this.#triggers.get(id);
      if (!written) this.remove(id);
      else if ((listed?.updated_at ?? "") <= (written.updated_at ?? "")) this.put(written);
      else this.#own.set(id, listed);
    }
  }

  #place(trigger: LiveTrigger): void {
    const { trigger_id: id, name } = trigger;
    this.#unname(id);
    this.#absent.delete(id);
    this.#triggers.set(id, trigger);
    if (name === undefined) return;
    const named = this.#named.get(name);
    if (named) named.push(id);
    else this.#named.set(name, [id]);
  }

  /** After a delete. */
  remove(id: string): void {
    this.#unname(id);
    this.#triggers.delete(id);
    this.#absent.add(id);
    this.#own.set(id, undefined);
  }

  #unname(id: string): void {
    const name = this.#triggers.get(id)?.name;
    if (name === undefined) return;
    const others = this.#named.get(name)?.filter((other) => other !== id) ?? [];
    this.#named.set(name, others);
  }

  /** The trigger as it is known, else as `read` finds it: called once per id, and again only after it failed. */
  lookUp(id: string, read: () => Promise<LiveTrigger | undefined>): Promise<LiveTrigger | undefined> {
    if (this.#triggers.has(id) || this.#absent.has(id)) return Promise.resolve(this.#triggers.get(id));
    const underWay = this.#reads.get(id) ?? this.#remember(id, read());
    this.#reads.set(id, underWay);
    return underWay;
  }

  async #remember(id: string, read: Promise<LiveTrigger | undefined>): Promise<LiveTrigger | undefined> {
    try {
      const found = await read;
      // A write that ended in the meantime is newer.
      if (this.#triggers.has(id) || this.#absent.has(id)) return this.#triggers.get(id);
      if (found) this.#place(found);
      else this.#absent.add(id);
      return found;
    } finally {
      this.#reads.delete(id);
    }
  }
}
