import { randomBytes } from "node:crypto";
import { alreadyExists, badRequest, notFound } from "../model/errors";
import { KINDS, RESOURCE_KINDS, type ResourceKind } from "../model/kinds";
import type { ChangeEvent, Execution, TriggerRecord } from "../model/types";
import type { SeedNamespace, SeedResource } from "../seed/seed";
import { TriggerIndex } from "./trigger-index";

/** A resource with the times that the API answers (RFC 3339). */
export interface Resource extends SeedResource {
  created_at: string;
  updated_at: string;
}

/** A trigger with what the API does not show: its place in the order of creation, and its runs, oldest first. */
export interface HeldTrigger {
  sequence: number;
  record: TriggerRecord;
  history: Execution[];
}

/** Runs that are set to fail: with what error, and how many more (null: all). */
export interface Failure {
  error: string;
  remaining: number | null;
}

/** A namespace and all that is in it. Drifts, failures and run times are by the id of a trigger or resource. */
export interface Namespace {
  id: string;
  name: string;
  description: string | null;
  created_at: string;
  resources: Record<ResourceKind, Resource[]>;
  triggers: HeldTrigger[];
  drifts: Record<string, number>;
  failures: Record<string, Failure>;
  /** Milliseconds that runs take; absent in state files of before. */
  runTimes?: Record<string, number>;
}

/** All that the emulated service remembers: what the state file holds. */
export interface StoreState {
  lastSequence: number;
  /** The change feed, oldest first, and the position of its newest event. */
  events: ChangeEvent[];
  lastEvent: number;
  namespaces: Namespace[];
}

/** Keeps namespaces apart and finds things in them. */
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

  /** Adds a trigger, giving it its id and its place in the order of creation. */
  add(
    namespace: Namespace,
    record: Omit<TriggerRecord, "trigger_id" | "namespace_id" | "internal_id">,
  ): HeldTrigger {
    this.state.lastSequence += 1;
    const identity = {
      // Random as the real ones are, so that an id of another emulator never fits here by chance.
      trigger_id: `trg_${randomBytes(8).toString("hex")}`,
      namespace_id: namespace.id,
      internal_id: "org_emulator",
    };
    const held = { sequence: this.state.lastSequence, record: { ...identity, ...record }, history: [] };
    namespace.triggers.push(held);
    this.indexOf(namespace).note(held);
    return held;
  }

  /** The trigger with this id, as the API finds it, if there is one. */
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
   * The trigger with this id or name, as a person means it: of one name, the one that is not deleted.
   * @throws ApiError 404 where there is none, 400 where several could be meant
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

  /** To be called when a trigger may have another name. */
  renamed(namespace: Namespace, held: HeldTrigger): void {
    this.indexOf(namespace).note(held);
  }

  /** Removes a trigger completely, which no call of the API can. */
  purge(namespace: Namespace, held: HeldTrigger): void {
    namespace.triggers.splice(namespace.triggers.indexOf(held), 1);
    this.indexOf(namespace).forget(held);
  }

  /** Adds a resource; throws ApiError 409 where its id or name is taken. */
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

/** What a store holds before any call. */
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

/** The resource with this id, else with this name; throws ApiError 404. */
export function resourceIn(namespace: Namespace, kind: ResourceKind, idOrName: string): Resource {
  const all = namespace.resources[kind];
  const found = all.find((one) => one.id === idOrName) ?? all.find((one) => one.name === idOrName);
  if (!found) throw notFound(KINDS[kind].label, idOrName);
  return found;
}

/** Whether a resource with exactly this id exists: a reference by name is none. */
export function hasResource(namespace: Namespace, kind: ResourceKind, id: string): boolean {
  return namespace.resources[kind].some((one) => one.id === id);
}
