import { naiveTime, parseTime } from "../model/times";
import type { Config, EmulatedTrigger, TriggerRecord } from "../model/types";
import type { Settings } from "../service/settings";
import type { HeldTrigger } from "../service/store";
import { hiddenKeys } from "../validation/trigger-fields";

/**
 * A trigger as the API returns it.
 * @param now milliseconds since the epoch, for `is_overdue`
 */
export function triggerView({ record }: HeldTrigger, settings: Settings, now: number): EmulatedTrigger {
  const view: EmulatedTrigger = {
    ...record,
    // Nested values are copied, so that later changes do not alter a response, nor a caller the trigger.
    baseline_snapshot: record.baseline_snapshot && structuredClone(record.baseline_snapshot),
    last_drift_measurement: record.last_drift_measurement && structuredClone(record.last_drift_measurement),
    last_volume_measurement:
      record.last_volume_measurement && structuredClone(record.last_volume_measurement),
    action_config: configView(record.action_config, settings, { engine_version: "2026.10" }),
    schedule_config: configView(record.schedule_config, settings, { scheduler_version: 2 }),
    is_overdue: isOverdue(record, now),
  };
  for (const key of hiddenKeys(settings.api)) delete view[key];
  return view;
}

/** A trigger in the response to its creation: times without a zone, with microseconds. */
export function createdView(held: HeldTrigger, settings: Settings, now: number): EmulatedTrigger {
  const view = triggerView(held, settings, now);
  // The real service loses the microseconds in its database. These differ by trigger and are never zero.
  const micros = 1 + ((held.sequence * 389) % 999);
  const naive = (time: string, beyond: number): string => naiveTime(parseTime(time), beyond);
  view.created_at = naive(view.created_at, micros);
  view.updated_at = naive(view.updated_at, micros);
  if (view.next_scheduled_at !== null) {
    // A cron time is a whole minute; other times are counted from the creation.
    view.next_scheduled_at = naive(view.next_scheduled_at, view.trigger_type === "cron" ? 0 : micros);
  }
  return view;
}

function isOverdue(record: TriggerRecord, now: number): boolean {
  if (record.status !== "active" || record.trigger_type === "event") return false;
  return record.next_scheduled_at !== null && parseTime(record.next_scheduled_at) < now;
}

function configView(config: Config, settings: Settings, added: Config): Config {
  const shown = settings.addUnknownKeys ? { ...config, ...added } : config;
  return structuredClone(settings.reorderKeys ? (backwards(shown) as Config) : shown);
}

/** The same value with all object keys in reverse alphabetical order. Lists keep their order. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? 1 : -1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, backwards(inner)]));
}
