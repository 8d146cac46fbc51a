import { type Body, cronBody } from "./harness";

export const CLUSTER = { cluster_id: "clust_dev_product_clusters" };
const TAXONOMY = { taxonomy_id: "tax_dev_product_categories", collection_id: "col_dev_products" };
const RETRIEVER = { retriever_id: "ret_dev_product_search" };
const BATCH = { batch_id: "btch_dev_nightly_import" };
const SLACK = { channel_type: "slack", config: { webhook_url: "x" } };

const action = (action_type: string, action_config: unknown): Body => ({ action_type, action_config });
const schedule = (trigger_type: string, schedule_config: unknown): Body => ({
  trigger_type,
  schedule_config,
});
const without = (key: string): Body =>
  Object.fromEntries(Object.entries(cronBody()).filter(([one]) => one !== key));

/** A body (or the part that matters), the place of the error in it, and the type of the error. */
export const REFUSED: [Body, string, string][] = [
  [without("action_type"), "action_type", "missing"],
  [without("action_config"), "action_config", "missing"],
  [without("trigger_type"), "trigger_type", "missing"],
  [without("schedule_config"), "schedule_config", "missing"],
  [cronBody({ action_type: "reindex" }), "action_type", "enum"],
  [cronBody({ action_type: null }), "action_type", "enum"],
  [cronBody({ trigger_type: "daily" }), "trigger_type", "enum"],
  [cronBody({ action_config: [] }), "action_config", "dict_type"],
  [cronBody({ schedule_config: "0 2 * * *" }), "schedule_config", "dict_type"],
  [cronBody({ name: 5 }), "name", "string_type"],
  [cronBody({ description: {} }), "description", "string_type"],
  [cronBody({ status: "disabled" }), "status", "enum"],
  [cronBody({ status: "failed" }), "status", "enum"],
  [cronBody({ status: null }), "status", "enum"],
  [cronBody({ trigger_id: "trg_x" }), "trigger_id", "extra_forbidden"],
  [cronBody({ schedule: {} }), "schedule", "extra_forbidden"],

  [action("cluster", {}), "action_config.cluster_id", "missing"],
  [action("cluster", { cluster_id: 7 }), "action_config.cluster_id", "string_type"],
  [action("cluster", { cluster_id: "" }), "action_config.cluster_id", "string_too_short"],
  [action("cluster", { ...CLUSTER, mode: "fast" }), "action_config.mode", "enum"],
  [
    action("cluster", { ...CLUSTER, assignment_threshold: 1.1 }),
    "action_config.assignment_threshold",
    "less_than_equal",
  ],
  [
    action("cluster", { ...CLUSTER, assignment_threshold: -0.1 }),
    "action_config.assignment_threshold",
    "greater_than_equal",
  ],
  [
    action("cluster", { ...CLUSTER, assignment_threshold: "0.5" }),
    "action_config.assignment_threshold",
    "float_type",
  ],
  [
    action("cluster", { ...CLUSTER, output_collection_ids: "col" }),
    "action_config.output_collection_ids",
    "list_type",
  ],
  [
    action("cluster", { ...CLUSTER, output_collection_ids: [1] }),
    "action_config.output_collection_ids.0",
    "string_type",
  ],
  [action("cluster", { ...CLUSTER, filters: [] }), "action_config.filters", "dict_type"],

  [action("taxonomy_enrichment", { taxonomy_id: "t" }), "action_config.collection_id", "missing"],
  [action("taxonomy_enrichment", { collection_id: "c" }), "action_config.taxonomy_id", "missing"],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, batch_size: 99 }),
    "action_config.batch_size",
    "greater_than_equal",
  ],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, batch_size: 10_001 }),
    "action_config.batch_size",
    "less_than_equal",
  ],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, batch_size: 500.5 }),
    "action_config.batch_size",
    "int_from_float",
  ],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, parallelism: 0 }),
    "action_config.parallelism",
    "greater_than_equal",
  ],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, parallelism: 17 }),
    "action_config.parallelism",
    "less_than_equal",
  ],
  [
    action("taxonomy_enrichment", { ...TAXONOMY, incremental: "true" }),
    "action_config.incremental",
    "bool_type",
  ],

  [action("batch_rerun", {}), "action_config.batch_id", "missing"],
  [action("batch_rerun", { ...BATCH, retry_failed_only: 1 }), "action_config.retry_failed_only", "bool_type"],
  [action("collection_trigger", {}), "action_config.collection_id", "missing"],
  [
    action("collection_trigger", { collection_id: "c", include_buckets: {} }),
    "action_config.include_buckets",
    "list_type",
  ],

  [action("retriever_execution", {}), "action_config.retriever_id", "missing"],
  [
    action("retriever_execution", { ...RETRIEVER, skip_cache: null }),
    "action_config.skip_cache",
    "bool_type",
  ],
  [action("retriever_execution", { ...RETRIEVER, inputs: "q" }), "action_config.inputs", "dict_type"],
  [
    action("retriever_execution", { ...RETRIEVER, acceptance: { min_results: -1 } }),
    "action_config.acceptance.min_results",
    "greater_than_equal",
  ],
  [
    action("retriever_execution", { ...RETRIEVER, acceptance: { max_stage_latency_breaches: -1 } }),
    "action_config.acceptance.max_stage_latency_breaches",
    "greater_than_equal",
  ],
  [
    action("retriever_execution", { ...RETRIEVER, acceptance: { judge_field: "x", min_pass_ratio: 2 } }),
    "action_config.acceptance.min_pass_ratio",
    "less_than_equal",
  ],
  [
    action("retriever_execution", { ...RETRIEVER, acceptance: { min_pass_ratio: 0.5 } }),
    "action_config.acceptance",
    "value_error",
  ],
  [
    action("retriever_execution", { ...RETRIEVER, notification_config: {} }),
    "action_config.notification_config.channels",
    "missing",
  ],
  [
    action("retriever_execution", { ...RETRIEVER, notification_config: { channels: [] } }),
    "action_config.notification_config.channels",
    "too_short",
  ],
  [
    action("retriever_execution", {
      ...RETRIEVER,
      notification_config: { channels: [{ channel_type: "sms" }] },
    }),
    "action_config.notification_config.channels.0.channel_type",
    "enum",
  ],
  [
    action("retriever_execution", {
      ...RETRIEVER,
      notification_config: { channels: [{ channel_type: "webhook", channel_id: 7 }] },
    }),
    "action_config.notification_config.channels.0.channel_id",
    "string_type",
  ],
  [
    action("retriever_execution", {
      ...RETRIEVER,
      notification_config: { channels: [SLACK], notify_on: "never" },
    }),
    "action_config.notification_config.notify_on",
    "enum",
  ],

  [schedule("cron", {}), "schedule_config.cron_expression", "missing"],
  [schedule("cron", { cron_expression: "0 2 * *" }), "schedule_config.cron_expression", "value_error"],
  [schedule("cron", { cron_expression: "0 0 2 * * *" }), "schedule_config.cron_expression", "value_error"],
  [schedule("cron", { cron_expression: "@daily" }), "schedule_config.cron_expression", "value_error"],
  [schedule("cron", { cron_expression: "61 * * * *" }), "schedule_config.cron_expression", "value_error"],
  [schedule("cron", { cron_expression: "H 2 * * *" }), "schedule_config.cron_expression", "value_error"],
  [schedule("cron", { cron_expression: "0 0 31 2 *" }), "schedule_config.cron_expression", "value_error"],
  [
    schedule("cron", { cron_expression: "0 2 * * *", timezone: "Mars/Base" }),
    "schedule_config.timezone",
    "value_error",
  ],
  [
    schedule("cron", { cron_expression: "0 2 * * *", timezone: "PST" }),
    "schedule_config.timezone",
    "value_error",
  ],
  [
    schedule("cron", { cron_expression: "0 2 * * *", timezone: "+02:00" }),
    "schedule_config.timezone",
    "value_error",
  ],
  [
    schedule("cron", { cron_expression: "0 2 * * *", timezone: "europe/berlin" }),
    "schedule_config.timezone",
    "value_error",
  ],
  [schedule("interval", {}), "schedule_config.interval_seconds", "missing"],
  [schedule("interval", { interval_seconds: 0 }), "schedule_config.interval_seconds", "greater_than_equal"],
  [schedule("interval", { interval_seconds: "60" }), "schedule_config.interval_seconds", "int_type"],
  [
    schedule("interval", { interval_seconds: 60, start_immediately: 1 }),
    "schedule_config.start_immediately",
    "bool_type",
  ],
  [schedule("event", { event_threshold: 1 }), "schedule_config.event_type", "missing"],
  [schedule("event", { event_type: "documents_added" }), "schedule_config.event_threshold", "missing"],
  [
    schedule("event", { event_type: "documents_added", event_threshold: 0 }),
    "schedule_config.event_threshold",
    "greater_than_equal",
  ],
  [
    schedule("event", { event_type: "documents_added", event_threshold: 1, cooldown_seconds: -1 }),
    "schedule_config.cooldown_seconds",
    "greater_than_equal",
  ],
  [schedule("conditional", { threshold: 0.3 }), "schedule_config.condition_type", "missing"],
  [schedule("conditional", { condition_type: "drfit" }), "schedule_config.condition_type", "enum"],
  [
    schedule("conditional", { condition_type: "drift", threshold: 1.5 }),
    "schedule_config.threshold",
    "less_than_equal",
  ],
  [
    schedule("conditional", { condition_type: "volume", threshold: -1 }),
    "schedule_config.threshold",
    "greater_than_equal",
  ],
  [
    schedule("conditional", { condition_type: "drift", check_interval_seconds: 0 }),
    "schedule_config.check_interval_seconds",
    "greater_than_equal",
  ],
];

/** Parts of bodies at the limits of what is valid. */
export const ACCEPTED: Body[] = [
  action("cluster", { ...CLUSTER, mode: "composite", source_execution_ids: ["run_1", "run_2"] }),
  // Without runs, a composite cluster still has its sources.
  action("cluster", { ...CLUSTER, mode: "composite" }),
  action("cluster", { ...CLUSTER, mode: "assign", assignment_threshold: 1, filters: { AND: [] } }),
  action("cluster", { ...CLUSTER, output_collection_ids: null, filters: null }),
  action("taxonomy_enrichment", {
    ...TAXONOMY,
    batch_size: 100,
    parallelism: 16,
    target_collection_id: null,
  }),
  // As the vendor's own client sends it for no value.
  action("taxonomy_enrichment", { ...TAXONOMY, target_collection_id: "null" }),
  action("batch_rerun", BATCH),
  action("collection_trigger", { collection_id: "col_dev_products", source_filters: { status: "active" } }),
  action("retriever_execution", { ...RETRIEVER, acceptance: { judge_field: "v.ok", min_pass_ratio: 0 } }),
  action("retriever_execution", {
    ...RETRIEVER,
    notification_config: {
      channels: [
        { channel_type: "webhook", channel_id: "wh_1" },
        { channel_type: "email", config: null },
      ],
    },
  }),
  action("alert_evaluation", { anything: true }),
  schedule("cron", { cron_expression: "*/15 8-18 * * MON-FRI", timezone: "America/New_York" }),
  schedule("cron", { cron_expression: "0 2 * * 7", timezone: "US/Eastern" }),
  schedule("interval", { interval_seconds: 1 }),
  schedule("event", {
    event_type: "documents_added",
    event_threshold: 1,
    collection_id: "col_dev_reviews",
    cooldown_seconds: 0,
  }),
  schedule("conditional", { condition_type: "volume" }),
  schedule("conditional", { condition_type: "volume", threshold: 1000, direction: "above" }),
];
