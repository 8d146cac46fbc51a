import type { Input } from "@pulumi/pulumi";
import type { ConditionalScheduleConfig, EventScheduleConfig, Schedule } from "./args";

/**
 * A cron schedule. In: five fields (minute, hour, day of month, month, day of week) and an IANA time zone, UTC when
 * absent. Source: Triggers API, trigger_type `cron`.
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

/** After a number of events, such as 100 documents added. Source: Triggers API, trigger_type `event`. */
export function onEvent(config: EventScheduleConfig): Schedule {
  return { triggerType: "event", scheduleConfig: config };
}

/** When measured drift exceeds a threshold. Source: Triggers API, trigger_type `conditional`, condition `drift`. */
export function whenDrift(config: Omit<ConditionalScheduleConfig, "conditionType">): Schedule {
  return { triggerType: "conditional", scheduleConfig: { conditionType: "drift", ...config } };
}
