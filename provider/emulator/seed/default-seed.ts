import { RESOURCE_KINDS, type ResourceKind } from "../model/kinds";
import type { Config } from "../model/types";

const NAMES: Record<ResourceKind, string[]> = {
  clusters: ["product-clusters", "customer-segments"],
  collections: ["products", "reviews", "documents"],
  taxonomies: ["product-categories"],
  buckets: ["catalog", "uploads"],
  retrievers: ["product-search"],
  alerts: ["low-stock"],
  batches: ["nightly-import"],
};

/**
 * The default seed: the same names in three namespaces, each with its own ids (`clust_dev_product_clusters`,
 * `clust_prod_product_clusters`, …), so that confusing two namespaces becomes visible.
 */
export const DEFAULT_SEED: Config = {
  namespaces: Object.fromEntries(
    ["dev", "staging", "prod"].map((namespace) => [
      namespace,
      Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, NAMES[kind]])),
    ]),
  ),
};
