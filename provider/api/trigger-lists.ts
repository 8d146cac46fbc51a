import type { LiveTrigger } from "../core/schema/model";
import { ApiError, type Context } from "./errors/api-error";
import { LIST_LIMITS, type ListLimits, ListSize } from "./list-limits";
import type { HandedOver } from "./provider-handover";
import { Snapshot } from "./snapshot";
import type { TriggersApi } from "./triggers";

/** The most that the API gives at once. */
const PAGE = 1000;
/** Times that a list is started again because it got shorter in the meantime. */
const AGAIN = 3;

/** How many triggers a page of a list has in common with the one before. */
type Overlap = 0 | 1;

/** The shared snapshots: ONE list per namespace (pages of 1000) answers every diff, read and create of a process. */
export class TriggerLists {
  readonly #api: TriggersApi;
  /** By the namespace as it was asked for, name or id. */
  readonly #lists = new Map<string, Promise<Snapshot>>();
  readonly #listed = new Map<string, Snapshot>();
  /** What was known before a list that is made again. */
  readonly #older = new Map<string, Snapshot>();
  /** Lists that wait to be made. */
  readonly #next = new Map<string, Promise<Snapshot>>();
  readonly #claimed = new Set<string>();

  /** `handedOver`: lists of another process of the same run, known from the start as if they were listed here. */
  constructor(
    api: TriggersApi,
    handedOver: HandedOver["lists"] = [],
    private readonly page: number = PAGE,
    private readonly limits: ListLimits = LIST_LIMITS,
  ) {
    this.#api = api;
    for (const { namespace, triggers, absent, names } of handedOver) {
      // Else the first create would be waited for by all others, to learn what is known.
      if (names) api.learnNames();
      this.#know(namespace, new Snapshot(triggers, () => api.namesSupported ?? names, absent));
    }
  }

  /**
   * The namespace's triggers, listed once, also when that failed: the same error comes again without another request.
   * Name and id share one snapshot as soon as a trigger shows which id the name has. Throws {@link ApiError}.
   */
  snapshot(namespace: string): Promise<Snapshot> {
    return this.#snapshot(namespace, 0);
  }

  #snapshot(namespace: string, overlap: Overlap): Promise<Snapshot> {
    const known = this.known(namespace);
    if (known) return Promise.resolve(known);
    let list = this.#lists.get(namespace);
    if (!list) {
      list = this.#list(namespace, overlap);
      this.#lists.set(namespace, list);
      void this.#keep(namespace, list);
    }
    return list.then((own) => this.known(namespace) ?? own);
  }

  /** The snapshot if it was listed already; no request. */
  known(namespace: string): Snapshot | undefined {
    return knownIn(this.#listed, namespace);
  }

  /** After a write: later readers see what the API answered, also where the namespace is being listed again. */
  put(namespace: string, trigger: LiveTrigger): void {
    for (const snapshot of this.#written(namespace)) snapshot.put(trigger);
  }

  /** The same after a delete. */
  remove(namespace: string, id: string): void {
    for (const snapshot of this.#written(namespace)) snapshot.remove(id);
  }

  #written(namespace: string): Snapshot[] {
    const snapshots = [knownIn(this.#older, namespace), this.known(namespace)];
    return snapshots.filter((snapshot) => snapshot !== undefined);
  }

  /** What was listed, for another process of the same run: see provider-handover.ts. */
  lists(): HandedOver["lists"] {
    return [...this.#listed].map(([namespace, snapshot]) => ({
      namespace,
      triggers: snapshot.all(),
      absent: snapshot.absent(),
      names: snapshot.names,
    }));
  }

  /**
   * A list made after now, and after `wait` milliseconds: what is known may be wrong after a failure that may have been
   * handled. Callers that ask during the list share it: a hundred lost answers cost one list, not a hundred. Its pages overlap, since
   * what it does not show is created again.
   */
  listAgain(namespace: string, wait: number): Promise<Snapshot> {
    const next = this.#next.get(namespace) ?? this.#nextList(namespace, wait);
    this.#next.set(namespace, next);
    return next;
  }

  async #nextList(namespace: string, wait: number): Promise<Snapshot> {
    await this.#api.wait(wait);
    // A list in progress may have begun too early for this caller.
    await this.#lists.get(namespace)?.catch(() => undefined);
    this.#next.delete(namespace);
    const older = this.known(namespace);
    if (older) this.#older.set(namespace, older);
    this.forget(namespace);
    try {
      const newer = await this.#snapshot(namespace, 1);
      if (older) newer.carryOver(older);
      return newer;
    } catch (error) {
      // Others go on by what was known: only who asked for this list depends on it.
      if (older) this.#listed.set(namespace, older);
      throw error;
    } finally {
      this.#older.delete(namespace);
    }
  }

  /**
   * A create takes the trigger that it made, or found as what it made. false: another create of this process has taken it
   * already, as it can where an API has no names and two triggers have one content.
   */
  claim(id: string): boolean {
    if (this.#claimed.has(id)) return false;
    this.#claimed.add(id);
    return true;
  }

  isClaimed(id: string): boolean {
    return this.#claimed.has(id);
  }

  /** Makes the next snapshot a new list. */
  forget(namespace: string): void {
    const stale = this.known(namespace);
    this.#lists.delete(namespace);
    for (const [key, snapshot] of this.#listed) {
      if (snapshot !== stale) continue;
      this.#listed.delete(key);
      this.#lists.delete(key);
    }
  }

  /**
   * One trigger by id. A list may lag or hide: one that is not in it is asked for by itself before it counts as gone.
   * Out: the trigger, `disabled` ones included; undefined when there is none. Throws {@link ApiError}.
   */
  async find(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    const snapshot = await this.snapshot(namespace);
    return snapshot.lookUp(id, () => this.#api.get(namespace, id));
  }

  /** Name and id may have been listed at the same time: the first to end is the one for both. */
  async #keep(namespace: string, list: Promise<Snapshot>): Promise<void> {
    try {
      const own = await list;
      if (this.#lists.get(namespace) === list) this.#know(namespace, own);
    } catch {
      // Callers get the error from the list itself.
    }
  }

  #know(namespace: string, own: Snapshot): void {
    const twin = [...this.#listed.values()].find(
      ({ namespaceId }) => namespaceId !== undefined && namespaceId === own.namespaceId,
    );
    this.#listed.set(namespace, twin ?? own);
  }

  async #list(namespace: string, overlap: Overlap): Promise<Snapshot> {
    for (let tries = 0; tries <= AGAIN; tries += 1) {
      const whole = await this.#pages(namespace, overlap);
      if (whole) return new Snapshot(whole.found, () => this.#api.namesSupported ?? whole.names);
    }
    const context: Context = { action: "list triggers", target: `in namespace "${namespace}"`, kind: "list" };
    throw new ApiError("UNAVAILABLE", context, "triggers were deleted each time while the list was read");
  }

  /**
   * undefined: a trigger was deleted during the list, so a page may have skipped one, which would count as absent. The
   * total shows it, unless one was created as well; then only a page that begins with the last one before it does.
   */
  async #pages(
    namespace: string,
    overlap: Overlap,
  ): Promise<{ found: LiveTrigger[]; names: boolean | undefined } | undefined> {
    const found = new Map<string, LiveTrigger>();
    const size = new ListSize(namespace, this.limits);
    let names: boolean | undefined;
    for (let offset = 0, total = 1; offset < total; ) {
      const before = found.size;
      const shared = offset > 0 ? overlap : 0;
      // Oldest first: one that is made while we list lands on the last page.
      const page = await this.#api.listPage({
        namespace,
        offset: offset - shared,
        limit: Math.min(this.page + shared, PAGE),
        sort_by: "created_at",
        direction: "asc",
      });
      const [first] = page.results;
      if (shared > 0 && first && !found.has(first.trigger_id)) return undefined;
      for (const trigger of page.results) found.set(trigger.trigger_id, trigger);
      size.add(page);
      names = page.names ?? names;
      if (offset > 0 && page.total < total) return undefined;
      total = page.total;
      offset += page.results.length - shared;
      if (found.size === before && found.size < total) {
        // Nothing new, or the same page again: taken for the end, it would make the missing ones look deleted.
        const context: Context = {
          action: "list triggers",
          target: `in namespace "${namespace}"`,
          kind: "list",
        };
        throw new ApiError(
          "BAD_RESPONSE",
          context,
          `the list ended after ${found.size} of ${total} triggers`,
        );
      }
    }
    return { found: [...found.values()], names };
  }
}

/** By name, or by the id that a trigger shows. */
function knownIn(snapshots: ReadonlyMap<string, Snapshot>, namespace: string): Snapshot | undefined {
  return (
    snapshots.get(namespace) ?? [...snapshots.values()].find((snapshot) => snapshot.namespaceId === namespace)
  );
}
