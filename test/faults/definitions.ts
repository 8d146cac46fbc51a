import fc, { type Arbitrary } from "fast-check";
import type { JsonObject } from "../../provider/core/schema/model";

/** Namespaces of the emulator's default seed, with the same names in each and different ids. */
export const NAMESPACES = ["dev", "staging", "prod"] as const;
/** Further namespaces, for a service that two repositories use. */
export const MORE_NAMESPACES = ["eu", "us", "apac"] as const;
export type Namespace = (typeof NAMESPACES)[number] | (typeof MORE_NAMESPACES)[number];

/** A definition without its name, which depends on its place. Its configs are written for dev. */
export interface Definition {
  /** Absent: dev. */
  namespace?: Namespace;
  action_type: string;
  action_config: JsonObject;
  trigger_type: string;
  schedule_config: JsonObject;
  description?: string;
  status?: "active" | "paused";
  adopt?: boolean | string;
}

type Variants = Readonly<Record<string, readonly [JsonObject, ...JsonObject[]]>>;

/** For each action type, one minimal and one large config. The ids are those of the default seed. */
export const ACTIONS: Variants = {
  cluster: [
    { cluster_id: "clust_dev_product_clusters" },
    {
      cluster_id: "clust_dev_customer_segments",
      output_collection_ids: ["col_dev_products", "col_dev_reviews"],
      mode: "assign",
      assignment_threshold: 0.7,
    },
  ],
  taxonomy_enrichment: [
    { taxonomy_id: "tax_dev_product_categories", collection_id: "col_dev_products" },
    {
      taxonomy_id: "tax_dev_product_categories",
      collection_id: "col_dev_reviews",
      incremental: true,
      batch_size: 200,
    },
  ],
  batch_rerun: [
    { batch_id: "btch_dev_nightly_import" },
    { batch_id: "btch_dev_nightly_import", retry_failed_only: true },
  ],
  collection_trigger: [
    { collection_id: "col_dev_products" },
    { collection_id: "col_dev_documents", include_buckets: ["bkt_dev_catalog"] },
  ],
  retriever_execution: [
    { retriever_id: "ret_dev_product_search" },
    { retriever_id: "ret_dev_product_search", inputs: { query: "shoes" }, skip_cache: false },
  ],
  alert_evaluation: [{ any: "thing" }, { any: ["other", "thing"] }],
};

/** Rare enough that a wait for a rate limit is not full of runs. */
export const SCHEDULES: Variants = {
  cron: [
    { cron_expression: "0 2 * * *" },
    { cron_expression: "30 4 * * 1", timezone: "Europe/Paris" },
    { cron_expression: "0 9 1 * *" },
  ],
  interval: [{ interval_seconds: 86_400 }, { interval_seconds: 7_200, start_immediately: true }],
  event: [
    { event_type: "documents_added", event_threshold: 10 },
    { event_type: "documents_added", event_threshold: 50, collection_id: "col_dev_products" },
  ],
  conditional: [
    { condition_type: "drift", threshold: 0.3 },
    { condition_type: "drift", threshold: 0.6, check_interval_seconds: 7_200 },
  ],
};

const variant = (table: Variants): Arbitrary<readonly [string, JsonObject]> =>
  fc.constantFrom(
    ...Object.entries(table).flatMap(([type, configs]) => configs.map((config) => [type, config] as const)),
  );

export const text = fc.constantFrom("nightly run", "naïve – 夜", "x");
const status = fc.constantFrom("active" as const, "paused" as const);

export const definition: Arbitrary<Definition> = fc
  .record(
    {
      action: variant(ACTIONS),
      schedule: variant(SCHEDULES),
      description: text,
      status,
      adopt: fc.constant(true),
    },
    { requiredKeys: ["action", "schedule"] },
  )
  .map(({ action, schedule, ...rest }) => ({
    action_type: action[0],
    action_config: action[1],
    trigger_type: schedule[0],
    schedule_config: schedule[1],
    ...rest,
  }));

/** In any namespace; in a single one if the sequence has no others. */
export const definitionAnywhere: Arbitrary<Definition> = fc
  .tuple(definition, fc.constantFrom(...NAMESPACES))
  .map(([given, namespace]) => ({ namespace, ...given }));

/** The index of a definition among those that may be declared. */
export const place = fc.nat({ max: 5 });

/** An edit of the definitions. */
export type Edit =
  | { edit: "declare"; at: number; definition: Definition }
  | { edit: "remove" | "rename"; at: number }
  | { edit: "move"; at: number; namespace: Namespace }
  /** Declares a trigger that others created, the `which`th of them. */
  | {
      edit: "adopt";
      at: number;
      which: number;
      by: "name" | "id";
      differs: "nothing" | "schedule" | "action" | "description";
      status: "active" | "paused" | undefined;
    }
  | { edit: "schedule" | "action"; at: number; variant: number }
  | { edit: "status"; at: number; status: "active" | "paused" | undefined }
  | { edit: "description"; at: number; text: string | undefined };

const optional = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const which = fc.nat({ max: 2 });

const editOf = (declared: Arbitrary<Definition>): Arbitrary<Edit> =>
  fc.oneof(
    fc.record({ edit: fc.constantFrom("schedule", "action"), at: place, variant: which }),
    fc.record({ edit: fc.constant("status"), at: place, status: optional(status) }),
    fc.record({ edit: fc.constant("description"), at: place, text: optional(text) }),
    fc.record({ edit: fc.constantFrom("remove", "rename"), at: place }),
    fc.record({ edit: fc.constant("declare"), at: place, definition: declared }),
  ) as Arbitrary<Edit>;

export const edit = editOf(definition);

const namespace = fc.constantFrom(...NAMESPACES);
export const editAnywhere: Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: editOf(definitionAnywhere) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant("move" as const), at: place, namespace }) },
  {
    weight: 2,
    arbitrary: fc.record({
      edit: fc.constant("adopt" as const),
      // Mostly next to the definitions declared from the start, rarely in the place of one of them.
      at: fc.constantFrom(6, 6, 7, 7, 0),
      which: place,
      by: fc.constantFrom("name" as const, "id" as const, "id" as const),
      differs: fc.constantFrom("nothing", "schedule", "schedule", "description", "action"),
      status: optional(status),
    }) as Arbitrary<Edit>,
  },
);

/** A manual change of the service: to a managed trigger, or next to them. */
export type Hand =
  | { hand: "schedule" | "action"; at: number; variant: number }
  | { hand: "status"; at: number; status: "active" | "paused" | "failed" }
  | { hand: "description"; at: number; text: string }
  | { hand: "delete" | "give up" | "rename"; at: number }
  /**
   * A trigger with the same name as a managed one, equal to it or not. `namespace`: in that namespace instead of the
   * managed one's.
   */
  | { hand: "rival"; at: number; equal: boolean; namespace?: Namespace }
  | { hand: "unmanaged" | "owned"; namespace?: Namespace };

export const hand: Arbitrary<Hand> = fc.oneof(
  fc.record({ hand: fc.constantFrom("schedule", "action"), at: place, variant: which }),
  fc.record({
    hand: fc.constant("status"),
    at: place,
    status: fc.constantFrom("active", "paused", "paused", "failed"),
  }),
  fc.record({ hand: fc.constant("description"), at: place, text }),
  fc.record({ hand: fc.constantFrom("delete", "give up", "rename"), at: place }),
  fc.record({ hand: fc.constant("rival"), at: place, equal: fc.boolean() }),
  fc.record({ hand: fc.constantFrom("unmanaged", "owned") }),
) as Arbitrary<Hand>;

export const handAnywhere: Arbitrary<Hand> = fc.oneof(
  { weight: 5, arbitrary: hand },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ hand: fc.constant("rival" as const), at: place, equal: fc.boolean(), namespace }),
      fc.record({ hand: fc.constantFrom("unmanaged" as const, "owned" as const), namespace }),
    ),
  },
);

/** A config written for dev, with the ids of another namespace. */
export function localized(config: JsonObject, namespace: string): JsonObject {
  return JSON.parse(JSON.stringify(config).replaceAll("_dev_", `_${namespace}_`));
}

/** The content of a trigger's definition, with the ids of its namespace. */
export function contentOf({ namespace = "dev", ...definition }: Definition): Definition {
  return {
    ...definition,
    action_config: localized(definition.action_config, namespace),
    schedule_config: localized(definition.schedule_config, namespace),
  };
}

/** Another config of the same type as `current`, the `index`th of them. */
export function another(
  table: Variants,
  type: string,
  current: unknown,
  index: number,
  namespace = "dev",
): JsonObject {
  const configs = (table[type] ?? [{}]).map((config) => localized(config, namespace));
  const others = configs.filter((config) => JSON.stringify(config) !== JSON.stringify(current));
  return others[index % others.length] ?? configs[0]!;
}
