/** The resources that a namespace holds and triggers refer to, by the name they have in the API's paths. */
export const RESOURCE_KINDS = [
  "clusters",
  "collections",
  "taxonomies",
  "buckets",
  "retrievers",
  "batches",
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

interface KindFacts {
  /** Start of the API's `<singular>_id` and `<singular>_name`. */
  singular: string;
  /** How an error message calls it. */
  label: string;
  /** Start of its ids. */
  prefix: string;
  /** Whether the emulator reads and lists them under `/v1/<kind>`; batches live under their bucket. */
  readable: boolean;
  /** What the API answers beside id, name and times, as far as a client of triggers can care. */
  fields: Record<string, unknown>;
}

export const KINDS: Record<ResourceKind, KindFacts> = {
  clusters: {
    singular: "cluster",
    label: "Cluster",
    prefix: "clust",
    readable: true,
    fields: { description: null, cluster_type: "vector", collection_ids: [], status: "COMPLETED" },
  },
  collections: {
    singular: "collection",
    label: "Collection",
    prefix: "col",
    readable: true,
    fields: { description: null, enabled: true, schedule: null, trigger_id: null, document_count: 0 },
  },
  taxonomies: {
    singular: "taxonomy",
    label: "Taxonomy",
    prefix: "tax",
    readable: true,
    fields: { description: null, version: 1, ready: true },
  },
  buckets: {
    singular: "bucket",
    label: "Bucket",
    prefix: "bkt",
    readable: true,
    fields: { description: null, object_count: 0, total_size_bytes: 0, status: "ACTIVE", is_locked: false },
  },
  retrievers: {
    singular: "retriever",
    label: "Retriever",
    prefix: "ret",
    readable: true,
    fields: { description: null, version: 1 },
  },
  batches: {
    singular: "batch",
    label: "Batch",
    prefix: "btch",
    readable: false,
    fields: { status: "COMPLETED" },
  },
};

/** Whether a text names a kind of resource, as in `/_emulator/resources/{kind}/…`. */
export function isResourceKind(text: unknown): text is ResourceKind {
  return RESOURCE_KINDS.some((kind) => kind === text);
}
