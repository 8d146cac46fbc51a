import type { ApiVersion, Config } from "./types";

/** The kinds of resources in a namespace that triggers can refer to, named as in the API's paths. */
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
  /** The first part of the API's `<singular>_id`. */
  singular: string;
  /** The key that contains its name. */
  nameKey: string;
  /** Its name in error messages. */
  label: string;
  /** The prefix of its ids. */
  prefix: string;
  /** Whether the emulator serves them under `/v1/<kind>`; batches are under their bucket. */
  readable: boolean;
  /** The fields that the API returns in addition to id, name and times, if they can matter to a client of triggers. */
  fields: Config;
  /**
   * Fields that only one version of the API returns in addition. The newest official client cannot parse a resource
   * without them.
   */
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

/** The kinds that an API version can get and list. Alerts are new in 2026-10. */
export function readableKinds(api: ApiVersion): ResourceKind[] {
  return RESOURCE_KINDS.filter((kind) => KINDS[kind].readable && (api === "2026-10" || kind !== "alerts"));
}

/** Whether a text is a kind of resource, as in `/_emulator/resources/{kind}/…`. */
export function isResourceKind(text: unknown): text is ResourceKind {
  return RESOURCE_KINDS.some((kind) => kind === text);
}
