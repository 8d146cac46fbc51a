import {
  type Config,
  choice,
  filters,
  flag,
  free,
  id,
  ids,
  type Keys,
  nested,
  ratio,
  text,
  whole,
} from "./config-keys";

const acceptance: Keys = {
  max_total_time_ms: {
    type: { is: "number" },
    ts: "number",
    doc: "The run fails if the whole execution takes longer than this, in milliseconds.",
    example: 20000,
  },
  max_stage_latency_breaches: whole(
    0,
    undefined,
    "The run fails if more stages than this exceed their latency budget.",
  ),
  min_results: whole(0, undefined, "The run fails if it returns fewer documents than this.", { example: 3 }),
  judge_field: text(
    "Dotted path of the verdict in each result document; a truthy value passes, a missing path fails.",
    {
      example: "canary_verdict.relevant",
    },
  ),
  min_pass_ratio: ratio(
    "The run fails if the share of documents with a truthy judge_field is below this. Needs judge_field.",
    {
      example: 0.6,
    },
  ),
};

const notification: Keys = {
  channels: {
    type: {
      is: "list",
      min: 1,
      of: {
        is: "open",
        keys: {
          channel_type: { is: "choice", values: ["slack", "webhook", "email"] },
          channel_id: { is: "text", min: 1 },
          config: { is: "map" },
        },
        required: ["channel_type"],
      },
    },
    ts: "NotificationChannel[]",
    doc: "Where to send notifications: slack (`config.webhook_url`), webhook (`config.url`) or email; or `channel_id`, a channel that the organization has set up.",
    required: true,
    secret: true,
    open: ["channel_id"],
    example: [{ channel_type: "webhook", config: { url: "https://example.com/hook" } }],
  },
  notify_on: choice(
    ["change", "failure", "always"],
    "`change`: when the verdict changes; `failure`: after each failed run; `always`: after each run.",
    { default: "change" },
  ),
  include_internal_diagnostics: flag("Include the raw error text of each stage in the notification.", {
    default: false,
  }),
};

/** What a trigger runs. Source: Triggers API, `action_config` by `action_type`. */
export const ACTIONS: Readonly<Record<string, Config>> = {
  cluster: {
    doc: "Runs a cluster definition.",
    keys: {
      cluster_id: id("cluster", "The cluster to run.", { required: true, example: "clust_abc123" }),
      output_collection_ids: ids(
        "collection",
        "Collections for the results, instead of those of the cluster.",
      ),
      filters: filters("Selects documents; merged over the cluster's own filters."),
      mode: choice(
        ["full", "assign", "composite"],
        "`full` clusters from scratch, `assign` folds new documents into the last run's centroids, `composite` clusters the centroids of earlier runs.",
        { default: "full", since: "2026-10" },
      ),
      source_execution_ids: ids(undefined, "For mode `composite`: the runs whose centroids are clustered.", {
        since: "2026-10",
      }),
      assignment_threshold: ratio(
        "For mode `assign`: the minimum cosine similarity with which a document joins an existing cluster.",
        { default: 0.5, since: "2026-10" },
      ),
    },
    rules: [
      {
        doc: "mode `composite` needs at least two source_execution_ids, unless the cluster was created with source_cluster_ids; fewer are a warning.",
        warning: "SOURCE_RUNS_MISSING",
        check: ({ mode, source_execution_ids: runs }) =>
          mode === "composite" && (!Array.isArray(runs) || new Set(runs).size < 2)
            ? {
                key: "source_execution_ids",
                message: "mode composite has fewer than two different runs",
                hint: "List at least two run ids in source_execution_ids, unless the cluster was created with source_cluster_ids.",
              }
            : undefined,
      },
    ],
  },
  taxonomy_enrichment: {
    doc: "Applies a taxonomy to the documents of a collection.",
    keys: {
      taxonomy_id: id("taxonomy", "The taxonomy to apply.", { required: true, example: "tax_products" }),
      collection_id: id("collection", "The collection whose documents are enriched.", {
        required: true,
        example: "col_inventory",
      }),
      target_collection_id: id(
        "collection",
        "The collection for the enriched documents; absent: they are changed in place.",
        {
          absent: "null",
        },
      ),
      filters: filters("Selects documents; applied before the incremental check."),
      incremental: flag("Skips documents that this taxonomy has already enriched.", { default: false }),
      batch_size: whole(100, 10000, "Documents per batch.", { default: 1000 }),
      parallelism: whole(1, 16, "Parallel workers.", { default: 4 }),
    },
  },
  batch_rerun: {
    doc: "Runs a completed or failed batch again.",
    keys: {
      batch_id: text("The batch to run again.", { required: true, example: "btch_abc123" }),
      filters: filters("Selects objects of the batch."),
      retry_failed_only: flag("Only objects that failed in the previous run.", { default: false }),
    },
  },
  collection_trigger: {
    doc: "Processes the sources of a collection again. A collection with a `schedule` already has such a trigger: to change that trigger, change the collection.",
    keys: {
      collection_id: id("collection", "The collection to process.", { required: true, example: "col_docs" }),
      include_buckets: ids("bucket", "The source buckets to process; absent: all."),
      include_collections: ids("collection", "The source collections to process; absent: all."),
      source_filters: filters("Selects source objects or documents."),
    },
  },
  retriever_execution: {
    doc: "Runs a saved retriever with fixed inputs and checks the result (a canary).",
    since: "2026-10",
    keys: {
      retriever_id: id("retriever", "The retriever to run.", { required: true, example: "ret_abc123" }),
      inputs: free("Values for the retriever's input_schema.", {
        example: { query: "running shoes" },
      }),
      filters: filters("Filters for the execution."),
      skip_cache: flag("Skips the cache, so that the run measures the retriever.", { default: true }),
      acceptance: nested("RetrieverAcceptance", acceptance, "Conditions under which a run counts as failed."),
      notification_config: nested("NotificationConfig", notification, "Who is notified of results."),
    },
    rules: [
      {
        doc: "acceptance.min_pass_ratio needs acceptance.judge_field.",
        check: ({ acceptance: given }) => {
          const value = given as Record<string, unknown> | null | undefined;
          return value && value["min_pass_ratio"] != null && value["judge_field"] == null
            ? {
                key: "acceptance.min_pass_ratio",
                message: "min_pass_ratio has no field to judge by",
                hint: "Add acceptance.judge_field, or remove min_pass_ratio.",
              }
            : undefined;
        },
      },
    ],
  },
  alert_evaluation: {
    doc: "Evaluates an alert on the trigger's schedule. The service's periodic evaluation then skips this alert. Mixpeek has not published the keys of this config, so keys other than `alert_id` are not checked.",
    since: "2026-10",
    open: () => true,
    keys: {
      alert_id: id("alert", "The alert to evaluate.", { example: "alt_abc123" }),
    },
  },
};
