import type { Applied } from "../../provider/core/diff/diff";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../provider/core/schema/model";

/** One valid config for each type, with nearly all of its keys. */
export const ACTION_CONFIGS: Readonly<Record<string, JsonObject>> = {
  cluster: {
    cluster_id: "clust_1",
    output_collection_ids: ["col_1", "col_2"],
    filters: { AND: [{ field: "a", operator: "eq", value: 1 }] },
    mode: "composite",
    source_execution_ids: ["run_1", "run_2"],
    assignment_threshold: 0.7,
  },
  taxonomy_enrichment: {
    taxonomy_id: "tax_1",
    collection_id: "col_1",
    target_collection_id: "col_2",
    incremental: true,
    batch_size: 100,
    parallelism: 16,
  },
  batch_rerun: { batch_id: "btch_1", filters: {}, retry_failed_only: true },
  collection_trigger: {
    collection_id: "col_1",
    include_buckets: ["bkt_1"],
    include_collections: [],
    source_filters: {},
  },
  retriever_execution: {
    retriever_id: "ret_1",
    inputs: { query: "shoes", deep: { list: [1, null] } },
    skip_cache: false,
    acceptance: { max_total_time_ms: 20000, min_results: 0, judge_field: "a.b", min_pass_ratio: 1 },
    notification_config: {
      channels: [{ channel_type: "webhook", config: { url: "https://example.com/hook" } }],
      notify_on: "always",
      include_internal_diagnostics: true,
    },
  },
  alert_evaluation: { alert_id: "alt_1", whatever: ["the", "vendor", "means"] },
};

export const SCHEDULE_CONFIGS: Readonly<Record<string, JsonObject>> = {
  cron: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
  interval: { interval_seconds: 60, start_immediately: true },
  event: { event_type: "documents_added", event_threshold: 1, collection_id: "col_1", cooldown_seconds: 0 },
  conditional: {
    condition_type: "drift",
    threshold: 0.3,
    metric: "cosine_drift",
    check_interval_seconds: 3600,
  },
};

/** A declared trigger; `change` sets further fields. */
export function desired(change: Partial<DesiredTrigger> = {}): DesiredTrigger {
  return {
    name: "nightly",
    namespace: "prod",
    action_type: "cluster",
    action_config: { cluster_id: "clust_1" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
    ...change,
  };
}

/** The live trigger created by `desired()`, as a service without defaults would return it. */
export function live(change: Partial<LiveTrigger> = {}): LiveTrigger {
  return {
    trigger_id: "trg_1",
    namespace_id: "ns_1",
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_1" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
    status: "active",
    health: {},
    ...change,
  };
}

/** The state's record of `desired()`. */
export function applied(change: Partial<Applied> = {}): Applied {
  return { ...desired(), namespace_id: "ns_1", ...change } as Applied;
}

/** The SDK's marker for a value that is unknown in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/** A retriever canary: the action with nested objects and secrets. */
export function canary(config: JsonObject = {}): Pick<DesiredTrigger, "action_type" | "action_config"> {
  return { action_type: "retriever_execution", action_config: { retriever_id: "ret_1", ...config } };
}
