import type { IssueCode } from "../../provider/core/issues/issue";
import { canary, desired } from "./samples";

export const cron = (config: object) => ({ schedule_config: { cron_expression: "0 2 * * *", ...config } });
export const cluster = (config: object) => ({ action_config: { cluster_id: "clust_1", ...config } });
export const enrich = (config: object) => ({
  action_type: "taxonomy_enrichment",
  action_config: { taxonomy_id: "tax_1", collection_id: "col_1", ...config },
});
export const interval = (config: object) => ({
  trigger_type: "interval",
  schedule_config: { interval_seconds: 60, ...config },
});
export const event = (config: object) => ({
  trigger_type: "event",
  schedule_config: { event_type: "documents_added", event_threshold: 1, ...config },
});
export const when = (config: object) => ({
  trigger_type: "conditional",
  schedule_config: { condition_type: "drift", ...config },
});
export const channel = { channel_type: "slack", config: {} };

/** One trigger for each kind of error: the code, the path, and the fields to change in a valid trigger. */
export const BROKEN: [IssueCode, string, object][] = [
  ["KEY_UNKNOWN", "schedule", { schedule: "daily" }],
  ["KEY_UNKNOWN", "action_config.clusterId", cluster({ clusterId: "clust_1" })],
  ["KEY_UNKNOWN", "schedule_config.seconds", interval({ seconds: 5 })],
  ["KEY_UNKNOWN", "action_config.acceptance.min_result", canary({ acceptance: { min_result: 1 } })],
  [
    "KEY_UNKNOWN",
    "action_config.__proto__",
    { action_config: JSON.parse('{"cluster_id": "c", "__proto__": {"x": 1}}') },
  ],
  ["KEY_UNKNOWN", "__proto__", JSON.parse('{"__proto__": {"name": "x"}}')],
  ["KEY_UNKNOWN", "action_config.constructor", cluster({ constructor: 1 })],
  ["KEY_UNKNOWN", "schedule_config.volume", when({ volume: 5 })],
  ["KEY_MISSING", "action_type", { action_type: null }],
  ["KEY_MISSING", "action_config", { action_config: undefined }],
  ["KEY_MISSING", "trigger_type", { trigger_type: null }],
  ["KEY_MISSING", "schedule_config", { schedule_config: null }],
  ["KEY_MISSING", "action_config.cluster_id", { action_config: {} }],
  ["KEY_MISSING", "action_config.cluster_id", cluster({ cluster_id: null })],
  ["KEY_MISSING", "schedule_config.event_threshold", event({ event_threshold: null })],
  ["KEY_MISSING", "action_config.notification_config.channels", canary({ notification_config: {} })],
  [
    "KEY_MISSING",
    "action_config.notification_config.channels.0.channel_type",
    canary({ notification_config: { channels: [{ channel_id: "wh_1" }] } }),
  ],
  ["TYPE_WRONG", "name", { name: 5 }],
  ["TYPE_WRONG", "description", { description: ["a"] }],
  ["TYPE_WRONG", "action_config", { action_config: [] }],
  ["TYPE_WRONG", "schedule_config", { schedule_config: "0 2 * * *" }],
  ["TYPE_WRONG", "adopt", { adopt: 5 }],
  ["TYPE_WRONG", "allow_unknown", { allow_unknown: "action_type" }],
  ["TYPE_WRONG", "action_config.filters", cluster({ filters: [] })],
  ["TYPE_WRONG", "action_config.output_collection_ids", cluster({ output_collection_ids: "col_1" })],
  ["TYPE_WRONG", "action_config.output_collection_ids.0", cluster({ output_collection_ids: [null] })],
  ["TYPE_WRONG", "action_config.incremental", enrich({ incremental: "yes" })],
  ["TYPE_WRONG", "action_config.batch_size", enrich({ batch_size: 1000.5 })],
  ["TYPE_WRONG", "action_config.acceptance", canary({ acceptance: 5 })],
  [
    "TYPE_WRONG",
    "action_config.notification_config.channels.0.config",
    canary({ notification_config: { channels: [{ ...channel, config: "https://example.com" }] } }),
  ],
  ["TYPE_WRONG", "schedule_config.interval_seconds", interval({ interval_seconds: "60" })],
  ["VALUE_UNKNOWN", "action_type", { action_type: "clusters" }],
  ["VALUE_UNKNOWN", "action_type", { action_type: "constructor" }],
  ["VALUE_UNKNOWN", "trigger_type", { trigger_type: "hourly" }],
  ["VALUE_UNKNOWN", "status", { status: "stopped" }],
  ["VALUE_UNKNOWN", "action_config.mode", cluster({ mode: "none" })],
  ["VALUE_UNKNOWN", "schedule_config.condition_type", when({ condition_type: "cost" })],
  [
    "VALUE_UNKNOWN",
    "action_config.notification_config.channels.0.channel_type",
    canary({ notification_config: { channels: [{ ...channel, channel_type: "sms" }] } }),
  ],
  ["OUT_OF_BOUNDS", "name", { name: "" }],
  ["OUT_OF_BOUNDS", "name", { name: "x".repeat(256) }],
  ["OUT_OF_BOUNDS", "namespace", { namespace: "" }],
  ["OUT_OF_BOUNDS", "action_config.cluster_id", cluster({ cluster_id: "" })],
  ["OUT_OF_BOUNDS", "action_config.assignment_threshold", cluster({ assignment_threshold: 1.01 })],
  ["OUT_OF_BOUNDS", "action_config.assignment_threshold", cluster({ assignment_threshold: -0.01 })],
  ["OUT_OF_BOUNDS", "action_config.batch_size", enrich({ batch_size: 99 })],
  ["OUT_OF_BOUNDS", "action_config.batch_size", enrich({ batch_size: 10001 })],
  ["OUT_OF_BOUNDS", "action_config.parallelism", enrich({ parallelism: 0 })],
  ["OUT_OF_BOUNDS", "action_config.parallelism", enrich({ parallelism: 17 })],
  ["OUT_OF_BOUNDS", "action_config.acceptance.min_results", canary({ acceptance: { min_results: -1 } })],
  [
    "OUT_OF_BOUNDS",
    "action_config.notification_config.channels",
    canary({ notification_config: { channels: [] } }),
  ],
  ["OUT_OF_BOUNDS", "schedule_config.interval_seconds", interval({ interval_seconds: 0 })],
  ["OUT_OF_BOUNDS", "schedule_config.event_threshold", event({ event_threshold: 0 })],
  ["OUT_OF_BOUNDS", "schedule_config.cooldown_seconds", event({ cooldown_seconds: -1 })],
  ["OUT_OF_BOUNDS", "schedule_config.threshold", when({ threshold: 2 })],
  ["CRON_INVALID", "schedule_config.cron_expression", cron({ cron_expression: "0 25 * * *" })],
  ["CRON_FIELDS", "schedule_config.cron_expression", cron({ cron_expression: "@daily" })],
  ["ZONE_UNKNOWN", "schedule_config.timezone", cron({ timezone: "Mars" })],
  ["ZONE_SPELLING", "schedule_config.timezone", cron({ timezone: "europe/paris" })],
  ["NULL_TEXT", "action_config.target_collection_id", enrich({ target_collection_id: "null" })],
  ["RULE_BROKEN", "action_config.acceptance.min_pass_ratio", canary({ acceptance: { min_pass_ratio: 0 } })],
  ["NAME_INVALID", "name", { name: "a\nb" }],
  ["STATUS_NOT_DECLARABLE", "status", { status: "disabled" }],
  ["STATUS_NOT_DECLARABLE", "status", { status: "failed" }],
];

/** A valid trigger with a row's fields. They are defined, not assigned, because `__proto__` is one of them. */
export function brokenTrigger(change: object): object {
  const input = {};
  for (const part of [desired(), change]) {
    for (const [key, value] of Object.entries(part)) {
      Object.defineProperty(input, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return input;
}
