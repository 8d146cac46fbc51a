import { RESOURCE_KINDS, type RefKind } from "../core/service/resource-kinds";
import { ApiError, type Context } from "./errors/api-error";
import type { HttpClient } from "./http";
import { type ResourcePage, resourceIdFrom, resourcesFrom } from "./json/wire";

export interface ResourceName {
  kind: RefKind;
  name: string;
}

export interface Found {
  /** The id of a name that was requested; undefined if there is none. */
  id(kind: RefKind, name: string): string | undefined;
  /** Existing names for "did you mean" suggestions, from at least one page of a list. Empty if no list was read. */
  names(kind: RefKind): readonly string[];
}

/** The resources of some kinds, from their lists. */
export interface ResourceList {
  /** The name of an id, only if no other resource of its kind has that name, so that the name leads back to the id. */
  name(kind: RefKind, id: string): string | undefined;
  /** Triggers that a collection's schedule created and manages: the collection's name, else its id, by trigger id. */
  owners: ReadonlyMap<string, string>;
  /** Kinds without names, and why: their list was rejected or not complete. */
  unread: ReadonlyMap<RefKind, string>;
}

/** From this many names of a kind, one list takes fewer requests than separate lookups. */
const MANY = 2;
/** If this many names are still missing, another page of the list is worth its request. */
const WORTH_A_PAGE = 3;
const PAGE = 1000;
/** The API's own limit. */
const LAST_OFFSET = 10_000;
const AT_ONCE = 4;

/** Resolves names of resources to ids, with as few requests as the API allows. */
export class ResourcesApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * The ids of names in one namespace (name or `ns_…` id), each requested once. For one name of a kind: GET
   * /v1/{kind}/{name}. For more: POST /v1/{kind}/list, then GET for those that it does not contain exactly once,
   * since a list may lag. If a name is missing, its kind is listed too, for `names`. Throws {@link ApiError} if the
   * API cannot be reached; an unknown name is not an error.
   */
  async find(namespace: string, names: readonly ResourceName[]): Promise<Found> {
    const searches = new Map<RefKind, Search>();
    for (const { kind, name } of names) {
      const search = searches.get(kind) ?? new Search(namespace, kind);
      searches.set(kind, search);
      search.asked.add(name);
    }
    const all = [...searches.values()];
    await inTurns(
      all.filter(({ asked }) => asked.size >= MANY),
      (search) => this.#list(search, isUnservedList),
    );
    await inTurns(
      all.flatMap((search) => search.missing.map((name) => ({ search, name }))),
      ({ search, name }) => this.#lookUp(search, name),
    );
    await inTurns(
      all.filter(({ missing, wasListed }) => missing.length > 0 && !wasListed),
      (search) => this.#list(search, (error) => !DECISIVE.has(error.code)),
    );
    return {
      id: (kind, name) => searches.get(kind)?.ids.get(name),
      names: (kind) => [...(searches.get(kind)?.listed.keys() ?? [])],
    };
  }

  /**
   * The names of all resources of these kinds in one namespace (name or `ns_…` id), from lists only: one POST
   * /v1/{kind}/list per 1000. A rejected list request is not an error. Throws {@link ApiError} if the API cannot be
   * reached, or does not accept the key or the namespace.
   */
  async byId(namespace: string, kinds: Iterable<RefKind>): Promise<ResourceList> {
    const searches = new Map([...new Set(kinds)].map((kind) => [kind, new Search(namespace, kind)]));
    const unread = new Map<RefKind, string>();
    await inTurns([...searches.values()], async (search) => {
      try {
        if (!(await this.#listAll(search))) unread.set(search.kind, "the API does not list all of them");
      } catch (error) {
        if (!(error instanceof ApiError && isRefusal(error))) throw error;
        unread.set(search.kind, error.message);
      }
    });
    const names = new Map(
      [...searches].flatMap(([kind, search]) => (unread.has(kind) ? [] : [[kind, search.namesById()]])),
    );
    return {
      name: (kind, id) => names.get(kind)?.get(id),
      owners: new Map([...searches.values()].flatMap(({ owners }) => [...owners])),
      unread,
    };
  }

  /** Returns whether the list is complete. */
  async #listAll(search: Search): Promise<boolean> {
    for (let offset = 0; offset <= LAST_OFFSET; offset += PAGE) {
      const page = await this.#page(search, offset);
      const isNew = search.take(page);
      if (page.length < PAGE) return true;
      if (!isNew) return false;
    }
    return false;
  }

  /** Reads further pages only while they may take fewer requests than a lookup for each missing name. */
  async #list(search: Search, isNoMatter: (error: ApiError) => boolean): Promise<void> {
    search.wasListed = true;
    try {
      for (let offset = 0; offset <= LAST_OFFSET; offset += PAGE) {
        const page = await this.#page(search, offset);
        const isNew = search.take(page);
        if (!isNew || page.length < PAGE || search.missing.length < WORTH_A_PAGE) return;
      }
    } catch (error) {
      if (!(error instanceof ApiError && isNoMatter(error))) throw error;
    }
  }

  async #page({ namespace, kind }: Search, offset: number): Promise<ResourcePage["resources"]> {
    const context: Context = {
      action: `list ${RESOURCE_KINDS[kind].plural}`,
      target: `in namespace "${namespace}"`,
      kind: "list",
    };
    const { resources, isNamespaceUnresolved } = await this.#http.read(
      {
        ...context,
        method: "POST",
        path: ["v1", RESOURCE_KINDS[kind].plural, "list"],
        query: { limit: PAGE, offset },
        namespace,
        body: {},
        idempotent: true,
      },
      (answer) => resourcesFrom(answer, kind),
    );
    if (!isNamespaceUnresolved) return resources;
    // The list is then always empty, so every name would look missing.
    throw new ApiError("NAMESPACE_NOT_FOUND", context, "the namespace does not exist for this key");
  }

  async #lookUp({ namespace, kind, ids }: Search, name: string): Promise<void> {
    try {
      const id = await this.#http.read(
        {
          action: `look up ${kind}`,
          target: `"${name}" in namespace "${namespace}"`,
          kind: "list",
          method: "GET",
          path: ["v1", RESOURCE_KINDS[kind].plural, name],
          namespace,
          idempotent: true,
        },
        (answer) => resourceIdFrom(answer, kind),
      );
      ids.set(name, id);
    } catch (error) {
      if (!(error instanceof ApiError && error.isAbsence(kind))) throw error;
    }
  }
}

/** The names requested for one kind, and what is known about them so far. */
class Search {
  readonly asked = new Set<string>();
  /** The id of each requested name that was found. */
  readonly ids = new Map<string, string>();
  /** All ids in the lists, by name. */
  readonly listed = new Map<string, Set<string>>();
  /** A reference may also contain an id. */
  readonly listedIds = new Set<string>();
  /** The resource whose schedule created the trigger, by trigger id. */
  readonly owners = new Map<string, string>();
  wasListed = false;

  constructor(
    readonly namespace: string,
    readonly kind: RefKind,
  ) {}

  get missing(): string[] {
    return [...this.asked].filter((name) => !this.ids.has(name));
  }

  /** Adds a page of a list. Returns whether it contained anything new, since a service may ignore the offset. */
  take(page: ResourcePage["resources"]): boolean {
    let isNew = false;
    for (const { name, id, ownTrigger } of page) {
      const resource = name ?? id;
      if (ownTrigger !== undefined && resource !== undefined) this.owners.set(ownTrigger, resource);
      if (id !== undefined) this.listedIds.add(id);
      if (name === undefined) continue;
      const ids = this.listed.get(name) ?? new Set();
      isNew ||= !this.listed.has(name) || (id !== undefined && !ids.has(id));
      this.listed.set(name, id === undefined ? ids : ids.add(id));
    }
    for (const name of this.missing) {
      const ids = [...(this.listed.get(name) ?? [])];
      const [id, another] = new Set(this.listedIds.has(name) ? [...ids, name] : ids);
      // If there are two, only the API knows which one it resolves the name to.
      if (id !== undefined && another === undefined) this.ids.set(name, id);
    }
    return isNew;
  }

  /** Names by id, only those that one resource has and that are not the id of another. */
  namesById(): Map<string, string> {
    const all = new Set([...this.listed.values()].flatMap((ids) => [...ids]));
    const names = new Map<string, string>();
    for (const [name, [id, another]] of this.listed)
      if (id !== undefined && another === undefined && (name === id || !all.has(name))) names.set(id, name);
    return names;
  }
}

const DECISIVE: ReadonlySet<string> = new Set(["UNAUTHORIZED", "FORBIDDEN", "NAMESPACE_NOT_FOUND"]);
const UNSERVED: ReadonlySet<number | undefined> = new Set([404, 405, 422]);

/** Whether the API does not have this list: then each name is looked up separately. */
const isUnservedList = ({ code, status }: ApiError): boolean =>
  code === "BAD_RESPONSE" || (UNSERVED.has(status) && code !== "NAMESPACE_NOT_FOUND");

const REFUSED: ReadonlySet<string> = new Set(["FORBIDDEN", "NOT_ENABLED", "BAD_REQUEST"]);

/** Whether the API rejects only this list, and would again: then ids are used instead of names. */
const isRefusal = (error: ApiError): boolean => isUnservedList(error) || REFUSED.has(error.code);

/** Runs a task on each item, a few at a time. After a failure no further task is started. */
async function inTurns<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await task(next);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    queue.length = 0;
  }
}
