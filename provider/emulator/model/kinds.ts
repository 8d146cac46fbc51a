import type { ApiVersion, Config } from "./types";

/** The resources that a namespace holds and triggers refer to, by the name they have in the API's paths. */
export const RESOURCE_KINDS = [
  "clusters",
  "collections",
  "taxonomies",
  "buckets",
  "retrievers",
  "alerts",
  "batches",
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

interface KindFacts {
  /** Start of the API's `<singular>_id`. */
  singular: string;
  /** The key that its name has. */
  nameKey: string;
  /** How an error message calls it. */
  label: string;
  /** Start of its ids. */
  prefix: string;
  /** Whether the emulator reads and lists them under `/v1/<kind>`; batches live under their bucket. */
  readable: boolean;
  /** What the API answers beside id, name and times, as far as a client of triggers can care. */
  fields: Config;
  /** What only one version of the API answers beyond that; the newest official client reads none without it. */
  only: Partial<Record<ApiVersion, Config>>;
}

const PASSTHROUGH = {
  feature_extractor_name: "passthrough_extractor",
  version: "v1",
  feature_extractor_id: "passthrough_extractor_v1",
};

export const KINDS: Record<ResourceKind, KindFacts> = {
  clusters: {
    singular: "cluster",
    nameKey: "cluster_name",
    label: "Cluster",
    prefix: "clust",
    readable: true,
    fields: { description: null, cluster_type: "vector", status: "COMPLETED" },
    only: { "0.81": { collection_ids: [] }, "2026-10": { input_collections: [] } },
  },
  collections: {
    singular: "collection",
    nameKey: "collection_name",
    label: "Collection",
    prefix: "col",
    readable: true,
    fields: { description: null, enabled: true, schedule: null, trigger_id: null, document_count: 0 },
    only: {
      "2026-10": {
        feature_extractor: PASSTHROUGH,
        source: { type: "direct_upsert" },
        lifecycle_state: "active",
      },
    },
  },
  taxonomies: {
    singular: "taxonomy",
    nameKey: "taxonomy_name",
    label: "Taxonomy",
    prefix: "tax",
    readable: true,
    fields: { description: null, version: 1, ready: true },
    only: { "2026-10": { config: { taxonomy_type: "hierarchical", hierarchical_nodes: [] } } },
  },
  buckets: {
    singular: "bucket",
    nameKey: "bucket_name",
    label: "Bucket",
    prefix: "bkt",
    readable: true,
    fields: { description: null, object_count: 0, total_size_bytes: 0, status: "ACTIVE", is_locked: false },
    only: { "2026-10": { failed_object_count: 0 } },
  },
  retrievers: {
    singular: "retriever",
    nameKey: "retriever_name",
    label: "Retriever",
    prefix: "ret",
    readable: true,
    fields: { description: null, version: 1 },
    only: {
      "2026-10": {
        stages: [{ stage_name: "feature_search", stage_type: "filter", config: {}, parameters: {} }],
        fusion: null,
        collection_identifiers: [],
      },
    },
  },
  alerts: {
    singular: "alert",
    nameKey: "name",
    label: "Alert",
    prefix: "alt",
    readable: true,
    fields: {
      description: null,
      source: "system",
      retriever_id: null,
      system_condition: { type: "collection_empty" },
      notification_config: { channels: [{ channel_type: "webhook", channel_id: "wh_emulator" }] },
      cooldown_seconds: 0,
      enabled: true,
    },
    only: {},
  },
  batches: {
    singular: "batch",
    nameKey: "batch_name",
    label: "Batch",
    prefix: "btch",
    readable: false,
    fields: { status: "COMPLETED" },
    only: {},
  },
};

/** The kinds that a version of the API reads and lists; alerts came with 2026-10. */
export function readableKinds(api: ApiVersion): ResourceKind[] {
  return RESOURCE_KINDS.filter((kind) => KINDS[kind].readable && (api === "2026-10" || kind !== "alerts"));
}

/** Whether a text names a kind of resource, as in `/_emulator/resources/{kind}/…`. */
export function isResourceKind(text: unknown): text is ResourceKind {
  return RESOURCE_KINDS.some((kind) => kind === text);
}
