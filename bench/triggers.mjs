// The triggers that every peer manages, as request bodies of the API, and the edits to them.

/** The definitions in the order in which a run applies them: how many are edited, and to which minute. */
export const STAGES = {
  first: { edited: 0, minute: 0 },
  "one edited": { edited: 1, minute: 10 },
  "ten edited": { edited: 10, minute: 20 },
  edited: { edited: Number.POSITIVE_INFINITY, minute: 30 },
  paused: { edited: Number.POSITIVE_INFINITY, minute: 30 },
};

/** The manual change of the first live trigger. */
export const DRIFTED = { cron_expression: "7 7 * * *", timezone: "UTC" };

export const nameOf = (index) => `trigger-${String(index).padStart(5, "0")}`;

/** One in ten, and always one with a cron schedule, so that every edit is of the same kind. */
export const isEdited = (index, stage) => index % 10 === 0 && index / 10 < STAGES[stage].edited;

/** Four kinds in turn, as in a team's definitions. With ids, because only this package resolves names. */
const KINDS = [
  {
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    description: "Cluster all products each night",
  },
  {
    action_type: "retriever_execution",
    action_config: { retriever_id: "ret_dev_product_search", inputs: { query: "running shoes" } },
    description: "Watch the search for running shoes",
  },
  {
    action_type: "taxonomy_enrichment",
    action_config: {
      taxonomy_id: "tax_dev_product_categories",
      collection_id: "col_dev_products",
      batch_size: 500,
    },
    description: "Sort new products into categories",
  },
  {
    action_type: "collection_trigger",
    action_config: { collection_id: "col_dev_documents", include_buckets: ["bkt_dev_catalog"] },
    description: "Process what came into the catalog",
  },
];

export function bodies(count, stage) {
  return Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    ...KINDS[index % KINDS.length],
    ...schedule(index, stage),
    status: stage === "paused" ? "paused" : "active",
  }));
}

function schedule(index, stage) {
  if (index % 2 === 1)
    return { trigger_type: "interval", schedule_config: { interval_seconds: 86_400 + (index % 600) } };
  const minute = isEdited(index, stage) ? STAGES[stage].minute : 0;
  // On 1 January: no benchmark runs at a time when a trigger fires.
  const cron = `${minute} ${index % 24} 1 1 *`;
  return { trigger_type: "cron", schedule_config: { cron_expression: cron, timezone: "UTC" } };
}
