import { isGone, type LiveTrigger } from "../core/model";
import { ApiError } from "./errors";
import type { TriggersApi } from "./triggers";

const PAGE = 1000;

/** What is live in one namespace, as one list found it and our own writes changed it since. */
export class Snapshot {
  readonly #triggers: Map<string, LiveTrigger>;

  constructor(
    triggers: readonly LiveTrigger[],
    /** Whether this API has trigger names; undefined when nothing has shown it yet. */
    readonly names: boolean | undefined,
  ) {
    this.#triggers = new Map(triggers.map((trigger) => [trigger.trigger_id, trigger]));
  }

  byId(id: string): LiveTrigger | undefined {
    return this.#triggers.get(id);
  }

  /** Live ones only: a deleted trigger does not hold its name. */
  byName(name: string): LiveTrigger[] {
    return this.all().filter((trigger) => trigger.name === name && !isGone(trigger));
  }

  all(): LiveTrigger[] {
    return [...this.#triggers.values()];
  }

  put(trigger: LiveTrigger): void {
    this.#triggers.set(trigger.trigger_id, trigger);
  }

  remove(id: string): void {
    this.#triggers.delete(id);
  }
}

/** The shared snapshots: ONE list per namespace (pages of 1000) answers every diff, read and create of a process. */
export class LiveNamespaces {
  readonly #lists = new Map<string, Promise<Snapshot>>();
  readonly #listed = new Map<string, Snapshot>();
  /** Answers of single reads, by namespace and id: several callers ask for the same one. */
  readonly #reads = new Map<string, Promise<LiveTrigger | undefined>>();

  constructor(private readonly api: TriggersApi) {}

  /**
   * The namespace's triggers; listed once, also when it failed: the same error comes again without another request.
   * Throws {@link ApiError}.
   */
  snapshot(namespace: string): Promise<Snapshot> {
    let list = this.#lists.get(namespace);
    if (!list) {
      list = this.#list(namespace);
      this.#lists.set(namespace, list);
      // Each caller gets the error; none may be left unhandled between two callers.
      list.catch(() => undefined);
    }
    return list;
  }

  /** The snapshot if it was listed already; no request. */
  known(namespace: string): Snapshot | undefined {
    return this.#listed.get(namespace);
  }

  /** Makes the next snapshot a new list: what is known may be wrong after a failure that may have been handled. */
  forget(namespace: string): void {
    this.#lists.delete(namespace);
    this.#listed.delete(namespace);
  }

  /**
   * One trigger by id. A list may lag or hide: one that is not in it is asked for by itself before it counts as gone.
   * Out: the trigger, `disabled` ones included; undefined when there is none.
   */
  async find(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    const snapshot = await this.snapshot(namespace);
    const listed = snapshot.byId(id);
    if (listed) return listed;
    const key = `${namespace}\n${id}`;
    let read = this.#reads.get(key);
    if (!read) {
      read = this.api.get(namespace, id);
      this.#reads.set(key, read);
    }
    const found = await read;
    if (found) snapshot.put(found);
    return found;
  }

  async #list(namespace: string): Promise<Snapshot> {
    const found = new Map<string, LiveTrigger>();
    let names: boolean | undefined;
    for (let offset = 0; ; ) {
      const page = await this.api.list(namespace, { offset, limit: PAGE });
      for (const trigger of page.results) found.set(trigger.trigger_id, trigger);
      names = page.names ?? names;
      offset += page.results.length;
      if (offset >= page.total) break;
      if (page.results.length === 0) {
        // Taken for "nothing more", it would make every missing trigger look deleted.
        const subject = { action: "list triggers", target: `in namespace "${namespace}"`, namespace };
        throw new ApiError("BAD_RESPONSE", subject, `the list broke off after ${offset} of ${page.total} triggers`);
      }
    }
    const snapshot = new Snapshot([...found.values()], names);
    this.#listed.set(namespace, snapshot);
    return snapshot;
  }
}
