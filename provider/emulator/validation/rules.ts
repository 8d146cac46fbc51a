import type { ResourceKind } from "../model/kinds";
import type { ApiVersion, Config, TriggerType } from "../model/types";
import type { CronDialect } from "../schedule/cron";
import { type FieldRule, type Fields, isObject } from "./check";

const id = (refersTo: ResourceKind): FieldRule => ({ type: "string", required: true, min: 1, refersTo });
const optionalId = (refersTo: ResourceKind): FieldRule => ({
  type: "string",
  nullable: true,
  min: 1,
  refersTo,
});
const ids = (refersTo: ResourceKind): FieldRule => ({
  type: "list",
  nullable: true,
  items: { type: "string", min: 1 },
  refersTo,
});
// The API's type for filters is LogicalOperator, but its own examples send a plain map: any object is accepted.
const filters: FieldRule = { type: "object", nullable: true };

/** The rules of `action_config` by `action_type`: keys, types, bounds and defaults as documented by the vendor. */
export const ACTIONS: Record<string, FieldRule> = {
  cluster: {
    type: "object",
    fields: {
      cluster_id: id("clusters"),
      output_collection_ids: ids("collections"),
      filters,
      mode: { type: "string", oneOf: ["full", "assign", "composite"], default: "full", since: "2026-10" },
      source_execution_ids: {
        type: "list",
        nullable: true,
        items: { type: "string", min: 1 },
        since: "2026-10",
      },
      assignment_threshold: { type: "number", min: 0, max: 1, default: 0.5, since: "2026-10" },
    },
  },
  taxonomy_enrichment: {
    type: "object",
    fields: {
      taxonomy_id: id("taxonomies"),
      collection_id: id("collections"),
      // The vendor's own client sends the text "null" for no value.
      target_collection_id: { ...optionalId("collections"), noReference: "null" },
      filters,
      incremental: { type: "boolean", default: false },
      batch_size: { type: "integer", min: 100, max: 10_000, default: 1000 },
      parallelism: { type: "integer", min: 1, max: 16, default: 4 },
    },
  },
  batch_rerun: {
    type: "object",
    fields: { batch_id: id("batches"), filters, retry_failed_only: { type: "boolean", default: false } },
  },
  collection_trigger: {
    type: "object",
    fields: {
      collection_id: id("collections"),
      include_buckets: ids("buckets"),
      include_collections: ids("collections"),
      source_filters: filters,
    },
  },
  retriever_execution: {
    type: "object",
    since: "2026-10",
    fields: {
      retriever_id: id("retrievers"),
      inputs: { type: "object", nullable: true },
      filters,
      skip_cache: { type: "boolean", default: true },
      acceptance: {
        type: "object",
        nullable: true,
        fields: {
          max_total_time_ms: { type: "number", nullable: true },
          max_stage_latency_breaches: { type: "integer", nullable: true, min: 0 },
          min_results: { type: "integer", nullable: true, min: 0 },
          judge_field: { type: "string", nullable: true },
          min_pass_ratio: { type: "number", nullable: true, min: 0, max: 1 },
        },
        together: ratioNeedsJudge,
      },
      notification_config: {
        type: "object",
        nullable: true,
        fields: {
          channels: {
            type: "list",
            required: true,
            minItems: 1,
            items: {
              type: "object",
              fields: {
                channel_type: { type: "string", required: true, oneOf: ["slack", "webhook", "email"] },
                channel_id: { type: "string", nullable: true, min: 1 },
                config: { type: "object", nullable: true },
              },
            },
          },
          notify_on: { type: "string", oneOf: ["change", "failure", "always"], default: "change" },
          include_internal_diagnostics: { type: "boolean", default: false },
        },
      },
    },
  },
  // The vendor has not published its keys.
  alert_evaluation: { type: "object", since: "2026-10" },
};

/** The rules of `schedule_config` by `trigger_type`. */
export const SCHEDULES: Record<TriggerType, Fields> = {
  cron: {
    cron_expression: { type: "string", required: true, format: "cron" },
    timezone: { type: "string", format: "timezone", default: "UTC" },
  },
  interval: {
    interval_seconds: { type: "integer", required: true, min: 1 },
    start_immediately: { type: "boolean", default: false },
  },
  event: {
    event_type: { type: "string", required: true, min: 1 },
    event_threshold: { type: "integer", required: true, min: 1 },
    collection_id: optionalId("collections"),
    cooldown_seconds: { type: "integer", nullable: true, min: 0 },
  },
  conditional: {
    condition_type: { type: "string", required: true, oneOf: ["drift", "volume"] },
    threshold: { type: "number", nullable: true, min: 0, max: 1 },
    metric: { type: "string", nullable: true, min: 1 },
    check_interval_seconds: { type: "integer", nullable: true, min: 1 },
  },
};

/** The threshold of a condition on the number of documents. Its keys are not published. */
const COUNT: FieldRule = { type: "number", nullable: true, min: 0 };

/** The action types of an API version. */
export function actionTypes(api: ApiVersion): string[] {
  return Object.keys(ACTIONS).filter((type) => has(api, ACTIONS[type]!));
}

/**
 * The rules of an `action_config`. In 0.81, any object is accepted if it contains the required ids.
 * @param type an action type of that version
 */
export function actionRule(api: ApiVersion, type: string): FieldRule {
  const rule = ACTIONS[type] ?? { type: "object" };
  if (api === "2026-10") return rule;
  const needed = Object.entries(rule.fields ?? {}).filter(([, field]) => field.required);
  return { type: "object", fields: Object.fromEntries(needed) };
}

/**
 * The rules of a `schedule_config`. The document-count condition is new in 2026-10.
 * @param config what was sent: the bound of a threshold depends on its measure
 */
export function scheduleRule(
  api: ApiVersion,
  type: TriggerType,
  dialect: CronDialect,
  config: unknown = {},
): FieldRule {
  const fields = SCHEDULES[type];
  if (type === "cron") {
    const expression: FieldRule = { ...fields["cron_expression"]!, dialect };
    return { type: "object", fields: { ...fields, cron_expression: expression } };
  }
  if (type !== "conditional") return { type: "object", fields };
  if (api === "2026-10") {
    const threshold =
      isObject(config) && config["condition_type"] === "volume" ? COUNT : fields["threshold"]!;
    return { type: "object", fields: { ...fields, threshold } };
  }
  return {
    type: "object",
    fields: { ...fields, condition_type: { type: "string", required: true, oneOf: ["drift"] } },
  };
}

/** Adds the documented defaults of absent keys, including those in nested objects; returns a new object. */
export function withDefaults(api: ApiVersion, config: Config, fields: Fields): Config {
  const filled: Config = { ...config };
  for (const [key, rule] of Object.entries(fields)) {
    if (!has(api, rule)) continue;
    const value = filled[key];
    if (value === undefined && rule.default !== undefined) filled[key] = rule.default;
    // Only an object that was sent gets defaults; an absent one stays absent.
    else if (rule.fields && typeof value === "object" && value !== null) {
      filled[key] = withDefaults(api, value as Config, rule.fields);
    }
  }
  return filled;
}

function has(api: ApiVersion, rule: FieldRule): boolean {
  return rule.since === undefined || api === "2026-10";
}

function ratioNeedsJudge(acceptance: Config): string | undefined {
  const { min_pass_ratio: ratio, judge_field: judge } = acceptance as Record<string, unknown>;
  return ratio == null || judge != null ? undefined : "min_pass_ratio requires judge_field";
}
