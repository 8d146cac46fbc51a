import { randomBytes } from "node:crypto";
import { alreadyExists, badRequest, notFound } from "../model/errors";
import { KINDS, RESOURCE_KINDS, type ResourceKind } from "../model/kinds";
import type { ChangeEvent, Execution, TriggerRecord } from "../model/types";
import type { SeedNamespace, SeedResource } from "../seed/seed";
import { TriggerIndex } from "./trigger-index";

/** A resource with the times that the API returns (RFC 3339). */
export interface Resource extends SeedResource {
  created_at: string;
  updated_at: string;
}

/** A trigger with what the API does not return: its place in the order of creation, and its runs, oldest first. */
export interface HeldTrigger {
  sequence: number;
  record: TriggerRecord;
  history: Execution[];
}

/** Runs that will fail: with which error, and how many more (null: all). */
export interface Failure {
  error: string;
  remaining: number | null;
}

/** A namespace and its contents. Drifts, failures and run times are keyed by the id of a trigger or resource. */
export interface Namespace {
  id: string;
  name: string;
  description: string | null;
  created_at: string;
  resources: Record<ResourceKind, Resource[]>;
  triggers: HeldTrigger[];
  drifts: Record<string, number>;
  failures: Record<string, Failure>;
  /** How long runs take, in milliseconds; absent in older state files. */
  runTimes?: Record<string, number>;
}

/** The complete state of the emulated service, as in the state file. */
export interface StoreState {
  lastSequence: number;
  /** The change feed, oldest first, and the position of its newest event. */
  events: ChangeEvent[];
  lastEvent: number;
  namespaces: Namespace[];
}

/** Holds the namespaces separately and finds objects in them. */
export class Store {
  private readonly indexes = new WeakMap<Namespace, TriggerIndex<HeldTrigger>>();

  constructor(readonly state: StoreState) {}

  /** The namespace with this name or id, if there is one. */
  findNamespace(reference: string): Namespace | undefined {
    const { namespaces } = this.state;
    return namespaces.find((one) => one.id === reference) ?? namespaces.find((one) => one.name === reference);
  }

  /** The namespace with this name or id; throws ApiError 404. */
  namespace(reference: string): Namespace {
    const found = this.findNamespace(reference);
    if (!found) throw notFound("Namespace", reference);
    return found;
  }

  /** Adds a trigger with a new id, at the end of the order of creation. */
  add(
    namespace: Namespace,
    record: Omit<TriggerRecord, "trigger_id" | "namespace_id" | "internal_id">,
  ): HeldTrigger {
    this.state.lastSequence += 1;
    const identity = {
      // Random like the real ids, so that an id from another emulator never matches by chance.
      trigger_id: `trg_${randomBytes(8).toString("hex")}`,
      namespace_id: namespace.id,
      internal_id: "org_emulator",
    };
    const held = { sequence: this.state.lastSequence, record: { ...identity, ...record }, history: [] };
    namespace.triggers.push(held);
    this.indexOf(namespace).note(held);
    return held;
  }

  /** Finds a trigger by id, as the API does. */
  findTrigger(namespace: Namespace, id: string): HeldTrigger | undefined {
    return this.indexOf(namespace).find(id);
  }

  /** The trigger with this id; throws ApiError 404. */
  trigger(namespace: Namespace, id: string): HeldTrigger {
    const found = this.findTrigger(namespace, id);
    if (!found) throw notFound("Trigger", id);
    return found;
  }

  /**
   * The trigger with this id or name, for control calls. Of several with one name, the one that is not deleted.
   * @throws ApiError 404 if there is none, 400 if it is ambiguous
   */
  triggerByHand(namespace: Namespace, idOrName: string): HeldTrigger {
    const byId = this.findTrigger(namespace, idOrName);
    if (byId) return byId;
    const named = this.indexOf(namespace).named(idOrName);
    const live = named.filter((held) => held.record.status !== "disabled");
    const meant = live.length > 0 ? live : named;
    if (meant.length > 1) {
      const ids = meant.map((held) => held.record.trigger_id).join(", ");
      throw badRequest(`${meant.length} triggers are named ${idOrName}: ${ids}`);
    }
    const [only] = meant;
    if (!only) throw notFound("Trigger", idOrName);
    return only;
  }

  /** Call it when a trigger's name may have changed. */
  renamed(namespace: Namespace, held: HeldTrigger): void {
    this.indexOf(namespace).note(held);
  }

  /** Removes a trigger completely, which is not possible in the API. */
  purge(namespace: Namespace, held: HeldTrigger): void {
    namespace.triggers.splice(namespace.triggers.indexOf(held), 1);
    this.indexOf(namespace).forget(held);
  }

  /** Adds a resource; throws ApiError 409 if its id or name is taken. */
  addResource(namespace: Namespace, kind: ResourceKind, seed: SeedResource, createdAt: string): Resource {
    const twin = namespace.resources[kind].find((one) => one.id === seed.id || one.name === seed.name);
    if (twin) throw alreadyExists(KINDS[kind].label, twin.id === seed.id ? seed.id : seed.name);
    const resource = { ...seed, created_at: createdAt, updated_at: createdAt };
    namespace.resources[kind].push(resource);
    return resource;
  }

  private indexOf(namespace: Namespace): TriggerIndex<HeldTrigger> {
    let index = this.indexes.get(namespace);
    if (!index) {
      index = new TriggerIndex(namespace.triggers);
      this.indexes.set(namespace, index);
    }
    return index;
  }
}

/** The state of a store before any call. */
export function seededState(seed: SeedNamespace[], createdAt: string): StoreState {
  const namespaces = seed.map(({ id, name, description, resources }) => {
    const dated = {} as Namespace["resources"];
    for (const kind of RESOURCE_KINDS) {
      dated[kind] = resources[kind].map((one) => ({ ...one, created_at: createdAt, updated_at: createdAt }));
    }
    const empty = { triggers: [], drifts: {}, failures: {} };
    return { id, name, description, created_at: createdAt, resources: dated, ...empty };
  });
  return { lastSequence: 0, events: [], lastEvent: 0, namespaces };
}

/** The resource with this id, or else with this name; throws ApiError 404. */
export function resourceIn(namespace: Namespace, kind: ResourceKind, idOrName: string): Resource {
  const all = namespace.resources[kind];
  const found = all.find((one) => one.id === idOrName) ?? all.find((one) => one.name === idOrName);
  if (!found) throw notFound(KINDS[kind].label, idOrName);
  return found;
}

/** Whether a resource with exactly this id exists. A name does not count. */
export function hasResource(namespace: Namespace, kind: ResourceKind, id: string): boolean {
  return namespace.resources[kind].some((one) => one.id === id);
}
