import type { Input } from "@pulumi/pulumi";
import type { ConditionalScheduleConfig, EventScheduleConfig, Schedule } from "./args";

/**
 * A cron schedule. In: five fields (minute, hour, day of month, month, day of week) and an IANA time zone, UTC when
 * absent. Source: Triggers API, trigger_type `cron`.
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
 * // At 05:30 in Paris, in summer and in winter.
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

/** Parts of an interval, added up. */
export interface Every {
  seconds?: number;
  minutes?: number;
  hours?: number;
  days?: number;
}

/**
 * An interval, such as `every({ hours: 6 })`; at least one second. `startImmediately` runs once at creation.
 * Throws a RangeError when the parts do not add up to at least one whole second.
 * Source: Triggers API, trigger_type `interval`.
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
      `every(${JSON.stringify(parts)}) is ${intervalSeconds} seconds: an interval is a whole number of at least 1. Write for example every({ hours: 6 }).`,
    );
  }
  const { startImmediately } = options;
  return {
    triggerType: "interval",
    scheduleConfig: { intervalSeconds, ...(startImmediately === undefined ? {} : { startImmediately }) },
  };
}

/**
 * After a number of events, such as 100 documents added. Source: Triggers API, trigger_type `event`.
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
 * // Of one collection, and at most once in five minutes.
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
 * When measured drift exceeds a threshold. Source: Triggers API, trigger_type `conditional`, condition `drift`.
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
