import type { Input } from "@pulumi/pulumi";
import type { ConditionalScheduleConfig, EventScheduleConfig, Schedule } from "./args";

/**
 * Returns a schedule that runs at the times of a cron expression.
 *
 * An invalid expression fails the preview with CRON_INVALID or CRON_FIELDS. Source: Triggers API, `trigger_type` `cron`.
 *
 * @param expression Five fields: minute, hour, day of month, month, day of week.
 * @param options `timezone`: IANA time zone of the expression, such as `Europe/Paris`. Default: UTC.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // At 02:00 UTC, every day.
 * export const nightly = mixpeek.cron("0 2 * * *");
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // At 05:30 local time in Paris, in summer and winter, from Monday to Friday.
 * export const weekdays = mixpeek.cron("30 5 * * MON-FRI", { timezone: "Europe/Paris" });
 * ```
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * const config = new pulumi.Config();
 * export const configured = mixpeek.cron(config.get("cron") ?? "0 * * * *");
 * ```
 */
export function cron(expression: Input<string>, options: { timezone?: Input<string> } = {}): Schedule {
  const { timezone } = options;
  return {
    triggerType: "cron",
    scheduleConfig: { cronExpression: expression, ...(timezone === undefined ? {} : { timezone }) },
  };
}

/** The length of an interval: the sum of these parts. */
export interface Every {
  /** Default: 0. */
  seconds?: number;
  /** Default: 0. */
  minutes?: number;
  /** Default: 0. */
  hours?: number;
  /** Days of 24 hours. Default: 0. */
  days?: number;
}

/**
 * Returns a schedule that runs at a fixed interval, such as `every({ hours: 6 })`.
 *
 * Throws a RangeError if the sum of the parts is not a whole number of seconds, or is less than 1 second.
 * Source: Triggers API, `trigger_type` `interval`.
 *
 * @param parts The length of the interval.
 * @param options `startImmediately`: whether the trigger also runs once when it is created. Default: false.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const schedule = mixpeek.every({ hours: 6 });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const schedule = mixpeek.every({ hours: 1, minutes: 30 });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const schedule = mixpeek.every({ days: 1 }, { startImmediately: true });
 * ```
 */
export function every(parts: Every, options: { startImmediately?: Input<boolean> } = {}): Schedule {
  const { seconds = 0, minutes = 0, hours = 0, days = 0 } = parts;
  const intervalSeconds = seconds + 60 * (minutes + 60 * (hours + 24 * days));
  if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1) {
    throw new RangeError(
      `every(${JSON.stringify(parts)}) is ${intervalSeconds} seconds: an interval is a whole number of seconds, at least 1. Write for example every({ hours: 6 }).`,
    );
  }
  const { startImmediately } = options;
  return {
    triggerType: "interval",
    scheduleConfig: { intervalSeconds, ...(startImmediately === undefined ? {} : { startImmediately }) },
  };
}

/**
 * Returns a schedule that runs after a number of events, such as 100 added documents.
 *
 * Source: Triggers API, `trigger_type` `event`.
 *
 * @param config The event type, the number of events, and optionally a collection and a minimum time between runs in seconds.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const schedule = mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 100 });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // Counts the events of one collection, and runs at most once every five minutes (300 seconds).
 * export const schedule = mixpeek.onEvent({
 *   eventType: "documents_added",
 *   eventThreshold: 1,
 *   collectionId: mixpeek.ref.collection("products"),
 *   cooldownSeconds: 300,
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const enrich = new mixpeek.Trigger("enrich", {
 *   actionType: "taxonomy_enrichment",
 *   actionConfig: { taxonomyId: "tax_abc123", collectionId: "col_abc123" },
 *   schedule: mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 500 }),
 * });
 * ```
 */
export function onEvent(config: EventScheduleConfig): Schedule {
  return { triggerType: "event", scheduleConfig: config };
}

/**
 * Returns a schedule that runs when the measured drift exceeds a threshold.
 *
 * With the metric `cosine_drift`, or none, the threshold is from 0 to 1.
 * Source: Triggers API, `trigger_type` `conditional` with `condition_type` `drift`.
 *
 * @param config The threshold, and optionally the metric and the time between two checks in seconds.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const schedule = mixpeek.whenDrift({ threshold: 0.3 });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // Cosine drift, measured once an hour.
 * export const schedule = mixpeek.whenDrift({
 *   threshold: 0.3,
 *   metric: "cosine_drift",
 *   checkIntervalSeconds: 3600,
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const recluster = new mixpeek.Trigger("recluster", {
 *   actionType: "cluster",
 *   actionConfig: { clusterId: "clust_abc123" },
 *   schedule: mixpeek.whenDrift({ threshold: 0.25 }),
 * });
 * ```
 */
export function whenDrift(config: Omit<ConditionalScheduleConfig, "conditionType">): Schedule {
  return { triggerType: "conditional", scheduleConfig: { conditionType: "drift", ...config } };
}
