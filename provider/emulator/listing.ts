import { actionIds } from "./references";
import type { Settings } from "./settings";
import type { HeldTrigger } from "./store";
import { parseTime } from "./times";
import type { TriggerRecord } from "./types";
import type { ListBody } from "./validate";

/** One page of something, with the count before paging. */
export interface Page<T> {
  results: T[];
  total: number;
  offset: number;
  limit: number;
}

/** Those of a namespace's triggers that a list request asks for, sorted; ties follow the order of creation. */
export function listTriggers(
  triggers: readonly HeldTrigger[],
  asked: ListBody,
  settings: Settings,
): Page<HeldTrigger> {
  const found = triggers.filter((held) => matches(held.record, asked, settings));
  const sign = asked.direction === "asc" ? 1 : -1;
  const key = asked.sort_by as keyof TriggerRecord;
  found.sort((a, b) => sign * (compare(a.record[key], b.record[key]) || a.sequence - b.sequence));
  return pageOf(found, asked.offset, asked.limit);
}

/** Cuts one page out of a list. */
export function pageOf<T>(all: T[], offset: number, limit: number): Page<T> {
  return { results: all.slice(offset, offset + limit), total: all.length, offset, limit };
}

function matches(record: TriggerRecord, asked: ListBody, settings: Settings): boolean {
  if (asked.action_type !== null && record.action_type !== asked.action_type) return false;
  if (asked.trigger_type !== null && record.trigger_type !== asked.trigger_type) return false;
  if (asked.resource_id !== null && !actionIds(record.action_config).includes(asked.resource_id))
    return false;
  if (asked.status !== null) return record.status === asked.status;
  return settings.listDisabled || record.status !== "disabled";
}

/** Null before everything, as the service's database sorts; times by instant, numbers by size. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a == null) return -1;
  if (b == null) return 1;
  const [left, right] = [sortKey(a), sortKey(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function sortKey(value: unknown): string | number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return JSON.stringify(value);
  const time = parseTime(value);
  return Number.isNaN(time) ? value : time;
}
