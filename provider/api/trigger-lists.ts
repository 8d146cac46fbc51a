import type { LiveTrigger } from "../core/schema/model";
import { ApiError, type Context } from "./errors/api-error";
import { LIST_LIMITS, type ListLimits, ListSize } from "./list-limits";
import type { HandedOver } from "./provider-handover";
import { Snapshot } from "./snapshot";
import type { TriggersApi } from "./triggers";

/** The API's largest page. */
const PAGE = 1000;
/** How often a list is restarted because it got shorter while it was read. */
const AGAIN = 3;

/** How many triggers a page repeats from the page before. */
type Overlap = 0 | 1;

/** The shared snapshots: one list per namespace (in pages of 1000) serves every diff, read and create of a process. */
export class TriggerLists {
  readonly #api: TriggersApi;
  /** By namespace, a name or an id, as requested. */
  readonly #lists = new Map<string, Promise<Snapshot>>();
  readonly #listed = new Map<string, Snapshot>();
  /** The previous snapshot while a namespace is listed again. */
  readonly #older = new Map<string, Snapshot>();
  /** Lists that are about to be read. */
  readonly #next = new Map<string, Promise<Snapshot>>();
  readonly #claimed = new Set<string>();

  /** `handedOver`: lists from another process of the same run, used as if they had been read here. */
  constructor(
    api: TriggersApi,
    handedOver: HandedOver["lists"] = [],
    private readonly page: number = PAGE,
    private readonly limits: ListLimits = LIST_LIMITS,
  ) {
    this.#api = api;
    for (const { namespace, triggers, absent, names } of handedOver) {
      // Otherwise all creates would wait for the first one to learn what is already known.
      if (names) api.learnNames();
      this.#know(namespace, new Snapshot(triggers, () => api.namesSupported ?? names, absent));
    }
  }

  /**
   * The namespace's triggers, listed only once, even if that fails: then the same error is thrown without another
   * request. A name and an id share a snapshot once a trigger shows that they belong together. Throws
   * {@link ApiError}.
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

  /** The snapshot if the namespace was listed already; sends no request. */
  known(namespace: string): Snapshot | undefined {
    return knownIn(this.#listed, namespace);
  }

  /** Records a write, even while the namespace is being listed again: later readers see what the API returned. */
  put(namespace: string, trigger: LiveTrigger): void {
    for (const snapshot of this.#written(namespace)) snapshot.put(trigger);
  }

  /** Records a delete in the same way. */
  remove(namespace: string, id: string): void {
    for (const snapshot of this.#written(namespace)) snapshot.remove(id);
  }

  #written(namespace: string): Snapshot[] {
    const snapshots = [knownIn(this.#older, namespace), this.known(namespace)];
    return snapshots.filter((snapshot) => snapshot !== undefined);
  }

  /** The lists, to pass to another process of the same run: see provider-handover.ts. */
  lists(): HandedOver["lists"] {
    return [...this.#listed].map(([namespace, snapshot]) => ({
      namespace,
      triggers: snapshot.all(),
      absent: snapshot.absent(),
      names: snapshot.names,
    }));
  }

  /**
   * A list that starts after this call and after `wait` milliseconds: after a failed write that may have been
   * processed, the known list may be wrong. Callers share it, so that a hundred lost responses cost one list. Its pages
   * overlap, since a trigger that it misses would be created again.
   */
  listAgain(namespace: string, wait: number): Promise<Snapshot> {
    const next = this.#next.get(namespace) ?? this.#nextList(namespace, wait);
    this.#next.set(namespace, next);
    return next;
  }

  async #nextList(namespace: string, wait: number): Promise<Snapshot> {
    await this.#api.wait(wait);
    // A list in progress may have started too early for this caller.
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
      // Other callers continue with the previous snapshot; only this caller depends on the new list.
      if (older) this.#listed.set(namespace, older);
      throw error;
    } finally {
      this.#older.delete(namespace);
    }
  }

  /**
   * Claims the trigger that a create made, or that it found after its response was lost. Returns false if another
   * create of this process has claimed it: in an API without names, two triggers may have the same content.
   */
  claim(id: string): boolean {
    if (this.#claimed.has(id)) return false;
    this.#claimed.add(id);
    return true;
  }

  isClaimed(id: string): boolean {
    return this.#claimed.has(id);
  }

  /** Makes the next snapshot read a new list. */
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
   * One trigger by id. A list may lag or be incomplete, so a missing trigger is requested by id before it counts as
   * gone. Returns the trigger, even if it is `disabled`; undefined if there is none. Throws {@link ApiError}.
   */
  async find(namespace: string, id: string): Promise<LiveTrigger | undefined> {
    const snapshot = await this.snapshot(namespace);
    return snapshot.lookUp(id, () => this.#api.get(namespace, id));
  }

  /** A name and an id may have been listed at the same time: the first list to finish is used for both. */
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
    throw new ApiError("UNAVAILABLE", context, "triggers were deleted during every attempt to read the list");
  }

  /**
   * Returns undefined if a trigger was deleted during the list: then a page may have skipped another one, which would
   * count as absent. The total shows it, unless a trigger was created too; then overlapping pages show it.
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
      // Oldest first, so that a trigger that is created during the list is on the last page.
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
        // A page with nothing new must not count as the end: the missing triggers would seem to be deleted.
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

/** By name, or by the id that the snapshot's triggers show. */
function knownIn(snapshots: ReadonlyMap<string, Snapshot>, namespace: string): Snapshot | undefined {
  return (
    snapshots.get(namespace) ?? [...snapshots.values()].find((snapshot) => snapshot.namespaceId === namespace)
  );
}
