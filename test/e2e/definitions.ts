import * as mixpeek from "../../provider";

/** One trigger for each useful pair of action and schedule, for the emulator's default seed. */
export function oneOfEach(): void {
  new mixpeek.Trigger("cluster-cron", {
    actionType: "cluster",
    actionConfig: { clusterId: "clust_dev_product_clusters" },
    schedule: mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" }),
    description: "Cluster all products each night",
  });
  new mixpeek.Trigger("cluster-drift", {
    actionType: "cluster",
    actionConfig: { clusterId: "clust_dev_customer_segments", mode: "assign", assignmentThreshold: 0.7 },
    schedule: mixpeek.whenDrift({ threshold: 0.3, metric: "cosine_drift", checkIntervalSeconds: 3600 }),
  });
  new mixpeek.Trigger("cluster-event", {
    actionType: "cluster",
    actionConfig: { clusterId: "clust_dev_product_clusters", outputCollectionIds: ["col_dev_products"] },
    schedule: mixpeek.onEvent({
      eventType: "documents_added",
      eventThreshold: 100,
      collectionId: "col_dev_products",
      cooldownSeconds: 300,
    }),
  });
  new mixpeek.Trigger("taxonomy-interval", {
    actionType: "taxonomy_enrichment",
    actionConfig: {
      taxonomyId: "tax_dev_product_categories",
      collectionId: "col_dev_products",
      filters: { AND: [{ field: "metadata.status", operator: "eq", value: "active" }] },
      batchSize: 500,
    },
    schedule: mixpeek.every({ hours: 6 }),
  });
  new mixpeek.Trigger("taxonomy-event", {
    actionType: "taxonomy_enrichment",
    actionConfig: {
      taxonomyId: "tax_dev_product_categories",
      collectionId: "col_dev_reviews",
      incremental: true,
    },
    schedule: mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 10 }),
  });
  new mixpeek.Trigger("batch-cron", {
    actionType: "batch_rerun",
    actionConfig: { batchId: "btch_dev_nightly_import", retryFailedOnly: true },
    schedule: mixpeek.cron("30 4 * * 1"),
    status: "paused",
  });
  new mixpeek.Trigger("collection-interval", {
    actionType: "collection_trigger",
    actionConfig: {
      collectionId: "col_dev_documents",
      includeBuckets: ["bkt_dev_uploads", "bkt_dev_catalog"],
    },
    schedule: mixpeek.every({ minutes: 30 }, { startImmediately: true }),
  });
  new mixpeek.Trigger("collection-cron", {
    actionType: "collection_trigger",
    actionConfig: { collectionId: "col_dev_products" },
    schedule: mixpeek.cron("*/15 8-18 * * MON-FRI"),
    status: "active",
  });
  new mixpeek.Trigger("retriever-interval", {
    actionType: "retriever_execution",
    actionConfig: {
      retrieverId: "ret_dev_product_search",
      inputs: { query: "running shoes", topK: 5 },
      acceptance: { minResults: 3, judgeField: "verdict.relevant", minPassRatio: 0.6 },
      notificationConfig: {
        channels: [{ channel_type: "webhook", config: { url: "https://example.com/hook" } }],
        notifyOn: "failure",
      },
    },
    schedule: mixpeek.every({ minutes: 10 }),
  });
  new mixpeek.Trigger("alert-cron", {
    actionType: "alert_evaluation",
    actionConfig: { alert_id: "alert_1" },
    schedule: mixpeek.cron("0 * * * *"),
  });
}

export const KINDS = 10;

type Change = Partial<Omit<mixpeek.TriggerBaseArgs, "name">> & {
  cluster?: string;
  schedule?: mixpeek.Schedule;
};

/** A program with one trigger, `nightly`, by default a cluster run at 02:00 UTC. */
export function nightly({
  cluster = "clust_dev_product_clusters",
  schedule = mixpeek.cron("0 2 * * *"),
  ...rest
}: Change = {}) {
  return async (): Promise<Record<string, unknown>> => {
    const trigger = new mixpeek.Trigger("nightly", {
      actionType: "cluster",
      actionConfig: { clusterId: cluster },
      schedule,
      ...rest,
    });
    return { id: trigger.triggerId, status: trigger.status };
  };
}
