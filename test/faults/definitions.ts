import fc, { type Arbitrary } from "fast-check";
import type { JsonObject } from "../../provider/core/model";
import type { ApiVersion } from "../../provider/emulator";

/** Of the emulator's own seed, with the same names in each and other ids. */
export const NAMESPACES = ["dev", "staging", "prod"] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** A definition without its name; names are given out by place. Its configs are written as for dev. */
export interface Definition {
  /** dev where there is none. */
  namespace?: Namespace;
  action_type: string;
  action_config: JsonObject;
  trigger_type: string;
  schedule_config: JsonObject;
  description?: string;
  status?: "active" | "paused";
  adopt?: boolean;
}

type Variants = Readonly<Record<string, readonly [JsonObject, ...JsonObject[]]>>;

/** Of each action type one with little and one with much; the ids are those of the emulator's own seed. */
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

/** Seldom enough that waiting for a rate limit is not all about runs. */
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

/** In any namespace; in one alone where the sequence has no others. */
export const definitionAnywhere: Arbitrary<Definition> = fc
  .tuple(definition, fc.constantFrom(...NAMESPACES))
  .map(([given, namespace]) => ({ namespace, ...given }));

/** Which definition, by place among those that may be declared. */
export const place = fc.nat({ max: 5 });

/** One edit of the definitions. */
export type Edit =
  | { edit: "declare"; at: number; definition: Definition }
  | { edit: "remove" | "rename"; at: number }
  | { edit: "move"; at: number; namespace: Namespace }
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
);

/** What somebody does to the service by hand: to a trigger of ours, or beside them. */
export type Hand =
  | { hand: "schedule" | "action"; at: number; variant: number }
  | { hand: "status"; at: number; status: "active" | "paused" | "failed" }
  | { hand: "description"; at: number; text: string }
  | { hand: "delete" | "give up" | "rename"; at: number }
  /** A trigger of the same name as one of ours, equal to it or not; `namespace`: there, and not where ours is. */
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

/** A config as it is written for dev, with the ids of another namespace. */
export function localized(config: JsonObject, namespace: string): JsonObject {
  return JSON.parse(JSON.stringify(config).replaceAll("_dev_", `_${namespace}_`));
}

/** What a definition says of a trigger's content, with the ids of its namespace. */
export function contentOf({ namespace = "dev", ...definition }: Definition): Definition {
  return {
    ...definition,
    action_config: localized(definition.action_config, namespace),
    schedule_config: localized(definition.schedule_config, namespace),
  };
}

/** Another config of the same type than `current`, the `index`th of them. */
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

export interface Declared {
  name: string;
  namespace: Namespace;
  definition: Definition;
}

/** The definitions as a program declares them, by its own name for each. */
export class Definitions {
  readonly declared = new Map<string, Declared>();
  /** Which place a name in a namespace belongs to, for good: what still holds it may be about to be deleted. */
  private readonly owners = new Map<string, string>();

  /** In: the API's version, and the namespaces for this program; what is declared elsewhere is in the first. */
  constructor(
    private readonly api: ApiVersion,
    private readonly namespaces: readonly Namespace[],
  ) {}

  static urn = (at: number): string => `t${at}`;

  apply(change: Edit): void {
    const urn = Definitions.urn(change.at);
    const known = this.declared.get(urn);
    if (change.edit === "declare") {
      const { definition } = change;
      // Elsewhere than in dev the second three are called as the first three are.
      const own = definition.namespace ? Definitions.urn(change.at % 3) : urn;
      this.place(urn, known?.name ?? own, definition);
      return;
    }
    if (!known) return;
    if (change.edit === "remove") this.declared.delete(urn);
    else if (change.edit === "rename") this.place(urn, `${known.name}+`, known.definition);
    else this.place(urn, known.name, edited(known.definition, change));
  }

  /** In the order of their names for the program, so that a run is the same each time. */
  program(): Map<string, JsonObject & { __provider: string }> {
    const sorted = [...this.declared].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
      sorted.map(([urn, { name, namespace, definition }]) => [
        urn,
        { __provider: "shim", name, namespace, ...(contentOf(definition) as unknown as JsonObject) },
      ]),
    );
  }

  private place(urn: string, wanted: string, definition: Definition): void {
    const [first] = this.namespaces as [Namespace];
    const namespace = this.namespaces.find((each) => each === definition.namespace) ?? first;
    let name = wanted;
    while ((this.owners.get(`${namespace}/${name}`) ?? urn) !== urn) name += "'";
    this.owners.set(`${namespace}/${name}`, urn);
    this.declared.set(urn, { name, namespace, definition: { ...known(this.api, definition), namespace } });
  }
}

/** The actions that 0.81 does not have. */
const NEWER: ReadonlySet<string> = new Set(["retriever_execution", "alert_evaluation"]);

/** The definition, with an action that this version of the API has. */
function known(api: ApiVersion, definition: Definition): Definition {
  if (api !== "0.81" || !NEWER.has(definition.action_type)) return definition;
  return { ...definition, action_type: "batch_rerun", action_config: ACTIONS["batch_rerun"]![0] };
}

function edited(definition: Definition, change: Edit): Definition {
  const { status: was, description, ...rest } = definition;
  const keep = {
    ...rest,
    ...(was === undefined ? {} : { status: was }),
    ...(description === undefined ? {} : { description }),
  };
  switch (change.edit) {
    case "schedule": {
      const { trigger_type: type, schedule_config: config } = definition;
      return { ...keep, schedule_config: another(SCHEDULES, type, config, change.variant) };
    }
    case "action": {
      const { action_type: type, action_config: config } = definition;
      return { ...keep, action_config: another(ACTIONS, type, config, change.variant) };
    }
    case "status": {
      const { status: _, ...bare } = keep;
      return change.status === undefined ? bare : { ...bare, status: change.status };
    }
    case "description": {
      const { description: _, ...bare } = keep;
      return change.text === undefined ? bare : { ...bare, description: change.text };
    }
    case "move":
      return { ...definition, namespace: change.namespace };
    default:
      return definition;
  }
}
