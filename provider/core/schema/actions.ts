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
    doc: "The maximum time of the whole execution, in milliseconds; a run that takes longer fails.",
    example: 20000,
  },
  max_stage_latency_breaches: whole(
    0,
    undefined,
    "The maximum number of stages that may exceed their latency budget; a run with more fails.",
  ),
  min_results: whole(
    0,
    undefined,
    "The minimum number of result documents; a run that returns fewer fails.",
    { example: 3 },
  ),
  judge_field: text(
    "Dotted path of the verdict in each result document. The document passes if the value there is truthy, and fails if it is not, or if the path is missing.",
    {
      example: "canary_verdict.relevant",
    },
  ),
  min_pass_ratio: ratio(
    "The minimum share of documents whose judge_field is truthy; a run with a smaller share fails. Needs judge_field.",
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
    doc: "Where to send notifications. For Slack, set `config.webhook_url`; for a webhook, `config.url`. To use a channel that the organization has set up, set `channel_id` instead.",
    required: true,
    secret: true,
    open: ["channel_id"],
    example: [{ channel_type: "webhook", config: { url: "https://example.com/hook" } }],
  },
  notify_on: choice(
    ["change", "failure", "always"],
    "When to notify. `change`: the verdict changes; `failure`: after each failed run; `always`: after each run.",
    { default: "change" },
  ),
  include_internal_diagnostics: flag("Whether notifications include the raw error text of each stage.", {
    default: false,
  }),
};

/** What a trigger runs. Source: Triggers API, `action_config` by `action_type`. */
export const ACTIONS: Readonly<Record<string, Config>> = {
  cluster: {
    doc: "Runs a cluster definition.",
    keys: {
      cluster_id: id("cluster", "Id of the cluster to run.", { required: true, example: "clust_abc123" }),
      output_collection_ids: ids(
        "collection",
        "Ids of the collections that receive the results. Default: the collections that the cluster defines.",
      ),
      filters: filters(
        "Selects documents. These filters are merged into the cluster's own, and take precedence.",
      ),
      mode: choice(
        ["full", "assign", "composite"],
        "`full` clusters from scratch. `assign` assigns new documents to the centroids of the last run. `composite` clusters the centroids of earlier runs.",
        { default: "full", since: "2026-10" },
      ),
      source_execution_ids: ids(
        undefined,
        "For mode `composite`: ids of the runs whose centroids are clustered.",
        {
          since: "2026-10",
        },
      ),
      assignment_threshold: ratio(
        "For mode `assign`: the minimum cosine similarity at which a document is added to an existing cluster.",
        { default: 0.5, since: "2026-10" },
      ),
    },
    rules: [
      {
        doc: "mode `composite` needs at least two source_execution_ids, unless the cluster was created with source_cluster_ids. With fewer, a warning is shown.",
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
      taxonomy_id: id("taxonomy", "Id of the taxonomy to apply.", {
        required: true,
        example: "tax_products",
      }),
      collection_id: id("collection", "Id of the collection whose documents are enriched.", {
        required: true,
        example: "col_inventory",
      }),
      target_collection_id: id(
        "collection",
        "The collection for the enriched documents. If absent, they are updated in place.",
        {
          absent: "null",
        },
      ),
      filters: filters("Selects documents. Applied before `incremental` skips any."),
      incremental: flag("Whether to skip documents that this taxonomy has already enriched.", {
        default: false,
      }),
      batch_size: whole(100, 10000, "Documents per batch.", { default: 1000 }),
      parallelism: whole(1, 16, "Number of parallel workers.", { default: 4 }),
    },
  },
  batch_rerun: {
    doc: "Runs a completed or failed batch again.",
    keys: {
      batch_id: text("Id of the batch to run again.", { required: true, example: "btch_abc123" }),
      filters: filters("Selects the objects of the batch to process."),
      retry_failed_only: flag("Whether to process only the objects that failed in the previous run.", {
        default: false,
      }),
    },
  },
  collection_trigger: {
    doc: "Processes the sources of a collection again. A collection with a `schedule` already has such a trigger: to change that trigger, change the collection.",
    keys: {
      collection_id: id("collection", "The collection to process.", { required: true, example: "col_docs" }),
      include_buckets: ids("bucket", "The source buckets to process. If absent, all."),
      include_collections: ids("collection", "The source collections to process. If absent, all."),
      source_filters: filters("Selects source objects or documents."),
    },
  },
  retriever_execution: {
    doc: "Runs a saved retriever with fixed inputs and checks the result (a canary).",
    since: "2026-10",
    keys: {
      retriever_id: id("retriever", "Id of the retriever to run.", { required: true, example: "ret_abc123" }),
      inputs: free("Input values, as the retriever's input_schema defines them.", {
        example: { query: "running shoes" },
      }),
      filters: filters("Filters for this execution of the retriever."),
      skip_cache: flag("Whether to bypass the cache, so that each run measures the retriever itself.", {
        default: true,
      }),
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
                message: "min_pass_ratio needs judge_field, which is not set",
                hint: "Add acceptance.judge_field, or remove min_pass_ratio.",
              }
            : undefined;
        },
      },
    ],
  },
  alert_evaluation: {
    doc: "Evaluates an alert on the trigger's schedule; the service's periodic evaluation then skips the alert. Mixpeek does not publish the keys of this config, so other keys are accepted without checks.",
    since: "2026-10",
    open: () => true,
    keys: {
      alert_id: id("alert", "Id of the alert to evaluate.", { example: "alt_abc123" }),
    },
  },
};
