import type { ResourcesApi } from "./api/names-to-ids";
import type { Snapshot } from "./api/snapshot";
import type { TriggerLists } from "./api/trigger-lists";
import { namespaceOf } from "./core/diff/trigger-state";
import type { Remembered } from "./core/plan/plan-model";
import type { DesiredTrigger } from "./core/schema/model";

/** The live state that a plan uses. */
export interface Observed {
  /** By namespace, as the triggers declare it. */
  namespaces: ReadonlyMap<string, Snapshot>;
  /** Triggers that a collection's schedule created and manages: the collection by trigger id. */
  owners: ReadonlyMap<string, string>;
}

/**
 * Reads the live state for a plan: one list per namespace. A list may lag or be incomplete, so a missing trigger that
 * the stack holds, or that is to be adopted by its id, is requested separately before it counts as gone. `namespaces`:
 * others to list, even if no trigger is in them. Throws ApiError.
 */
export async function observe(
  live: TriggerLists,
  resources: ResourcesApi,
  {
    triggers,
    remembered,
    namespaces: others = [],
  }: {
    triggers: readonly DesiredTrigger[];
    remembered: readonly Remembered[];
    namespaces?: readonly string[];
  },
): Promise<Observed> {
  const held = remembered.map(({ triggerId, state }) => [namespaceOf(state), triggerId] as const);
  const adopted = triggers.flatMap(({ namespace, adopt }) =>
    typeof adopt === "string" ? [[namespace, adopt] as const] : [],
  );
  const asked = [...triggers.map(({ namespace }) => namespace), ...held.map(([each]) => each), ...others];
  const listed = await Promise.all(
    [...new Set(asked)].map(async (name) => [name, await live.snapshot(name)] as const),
  );
  const namespaces = new Map(listed);
  await Promise.all([...held, ...adopted].map(([namespace, id]) => live.find(namespace, id)));
  const ids = new Set(held.map(([, id]) => id));
  return { namespaces, owners: await ownersOf(resources, triggers, ids, namespaces) };
}

/** Only triggers that process a collection can be owned by one, so the collections are requested only for those. */
async function ownersOf(
  resources: ResourcesApi,
  triggers: readonly DesiredTrigger[],
  held: ReadonlySet<string>,
  namespaces: ReadonlyMap<string, Snapshot>,
): Promise<ReadonlyMap<string, string>> {
  const doubtful = triggers.filter(({ name, namespace, adopt }) => {
    const view = namespaces.get(namespace)!;
    const byId = typeof adopt === "string" ? view.byId(adopt) : undefined;
    const candidates = byId ? [byId] : view.byName(name);
    return candidates.some(
      ({ trigger_id: id, action_type: type }) => type === "collection_trigger" && !held.has(id),
    );
  });
  const asked = [...new Set(doubtful.map(({ namespace }) => namespace))];
  const lists = await Promise.all(asked.map((namespace) => resources.byId(namespace, ["collection"])));
  return new Map(lists.flatMap(({ owners }) => [...owners]));
}
