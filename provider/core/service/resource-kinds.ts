/** The API's names for one kind of resource. */
interface ResourceKind {
  /** In URL paths: GET /v1/clusters/{id or name}, POST /v1/clusters/list. */
  plural: string;
  /** The prefix of its ids. */
  prefix: string;
  /** The key of the id in a response. */
  id: string;
  name: string;
}

/**
 * The resources that a trigger can refer to: `${cluster:products}` in a definition, `ref.cluster("products")` in a
 * program. Source: the API's examples and its responses.
 */
export const RESOURCE_KINDS = {
  cluster: { plural: "clusters", prefix: "clust_", id: "cluster_id", name: "cluster_name" },
  collection: { plural: "collections", prefix: "col_", id: "collection_id", name: "collection_name" },
  taxonomy: { plural: "taxonomies", prefix: "tax_", id: "taxonomy_id", name: "taxonomy_name" },
  bucket: { plural: "buckets", prefix: "bkt_", id: "bucket_id", name: "bucket_name" },
  retriever: { plural: "retrievers", prefix: "ret_", id: "retriever_id", name: "retriever_name" },
  alert: { plural: "alerts", prefix: "alt_", id: "alert_id", name: "name" },
} as const satisfies Record<string, ResourceKind>;

export type RefKind = keyof typeof RESOURCE_KINDS;

export const REF_KINDS: readonly RefKind[] = Object.keys(RESOURCE_KINDS) as RefKind[];
