import type { LiveTrigger } from "../core/schema/model";
import { isGone } from "../core/schema/soft-delete";

/** The live triggers of one namespace: from one list, updated by our own reads and writes since. */
export class Snapshot {
  readonly #triggers = new Map<string, LiveTrigger>();
  /** Ids by name: each create looks up its name, and there may be thousands. */
  readonly #named = new Map<string, string[]>();
  /** Ids known not to exist: deleted by us, or looked up and not found. */
  readonly #absent = new Set<string>();
  /** This process's own writes: the trigger as the API returned it, undefined once deleted. */
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

  /** Whether an id is known not to exist: deleted by us, or looked up and not found. */
  isAbsent(id: string): boolean {
    return this.#absent.has(id);
  }

  absent(): string[] {
    return [...this.#absent];
  }

  /** Whether this API has trigger names; undefined if no response has shown it yet. */
  get names(): boolean | undefined {
    return this.#names();
  }

  /** The `ns_…` id, taken from any trigger; undefined in an empty namespace. */
  get namespaceId(): string | undefined {
    return this.#triggers.values().next().value?.namespace_id;
  }

  byId(id: string): LiveTrigger | undefined {
    return this.#triggers.get(id);
  }

  /** Without deleted triggers, which do not occupy their name. */
  byName(name: string): LiveTrigger[] {
    const named = (this.#named.get(name) ?? []).map((id) => this.#triggers.get(id));
    return named.filter((trigger) => !isGone(trigger)) as LiveTrigger[];
  }

  /** All triggers, including `disabled` ones if the API lists them. */
  all(): LiveTrigger[] {
    return [...this.#triggers.values()];
  }

  /** Records our own write, so that later readers see what the API returned. */
  put(trigger: LiveTrigger): void {
    this.#own.set(trigger.trigger_id, trigger);
    this.#place(trigger);
  }

  /** Whether a write of this process returned this trigger. */
  isOurs(id: string): boolean {
    return this.#own.has(id);
  }

  /** A newer list may lag behind our own writes: they count, unless the list shows a later change. */
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

  /** Records our own delete. */
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

  /** The known trigger, or the result of `read`, which is called once per id, and again only after a failure. */
  lookUp(id: string, read: () => Promise<LiveTrigger | undefined>): Promise<LiveTrigger | undefined> {
    if (this.#triggers.has(id) || this.#absent.has(id)) return Promise.resolve(this.#triggers.get(id));
    const underWay = this.#reads.get(id) ?? this.#remember(id, read());
    this.#reads.set(id, underWay);
    return underWay;
  }

  async #remember(id: string, read: Promise<LiveTrigger | undefined>): Promise<LiveTrigger | undefined> {
    try {
      const found = await read;
      // A write that finished in the meantime is newer than this read.
      if (this.#triggers.has(id) || this.#absent.has(id)) return this.#triggers.get(id);
      if (found) this.#place(found);
      else this.#absent.add(id);
      return found;
    } finally {
      this.#reads.delete(id);
    }
  }
}
