import { parseTime } from "../model/times";
import type { TriggerRecord } from "../model/types";
import type { ListBody } from "../validation/validate";
import type { Lag } from "./list-lag";
import { actionIds } from "./referenced-resources";
import type { Settings } from "./settings";
import type { HeldTrigger, Namespace } from "./store";

/** One page of a list, with the total count. */
export interface Page<T> {
  results: T[];
  total: number;
  offset: number;
  limit: number;
}

/** How many sorted lists are kept at once, for clients that page in parallel. */
const KEPT = 16;

/** Serves lists of triggers. A list stays sorted until something changes, so that all its pages need one sort. */
export class Listings {
  private readonly sorted = new Map<string, HeldTrigger[]>();

  constructor(
    private readonly settings: Settings,
    private readonly lag: Lag,
  ) {}

  /** Call it after every change. */
  changed(): void {
    this.sorted.clear();
  }

  /** The requested page of a list; equal items stay in order of creation. */
  page(namespace: Namespace, { offset, limit, ...asked }: ListBody, now: number): Page<HeldTrigger> {
    const seen = this.lag.seen(namespace.triggers, now);
    // Lag makes lists change over time, without a call to `changed`.
    if (seen !== namespace.triggers) return pageOf(sortedTriggers(seen, asked, this.settings), offset, limit);
    const key = JSON.stringify([namespace.id, asked]);
    const found = this.sorted.get(key) ?? sortedTriggers(seen, asked, this.settings);
    if (this.sorted.size >= KEPT) this.sorted.clear();
    this.sorted.set(key, found);
    return pageOf(found, offset, limit);
  }
}

type Wanted = Omit<ListBody, "offset" | "limit">;

function sortedTriggers(triggers: readonly HeldTrigger[], asked: Wanted, settings: Settings): HeldTrigger[] {
  const sign = asked.direction === "asc" ? 1 : -1;
  const field = asked.sort_by as keyof TriggerRecord;
  // Computes each sort key once: parsing times at each comparison takes longer than sorting.
  return triggers
    .filter((held) => matches(held.record, asked, settings))
    .map((held) => ({ held, key: sortKey(held.record[field]) }))
    .sort((a, b) => sign * (compareKeys(a.key, b.key) || a.held.sequence - b.held.sequence))
    .map(({ held }) => held);
}

export function pageOf<T>(all: T[], offset: number, limit: number): Page<T> {
  return { results: all.slice(offset, offset + limit), total: all.length, offset, limit };
}

function matches(record: TriggerRecord, asked: Wanted, settings: Settings): boolean {
  if (asked.action_type !== null && record.action_type !== asked.action_type) return false;
  if (asked.trigger_type !== null && record.trigger_type !== asked.trigger_type) return false;
  if (asked.resource_id !== null && !actionIds(record.action_config).includes(asked.resource_id))
    return false;
  if (asked.status !== null) return record.status === asked.status;
  return settings.listDisabled || record.status !== "disabled";
}

/** Null sorts first, as in the service's database; times sort by instant, numbers by value. */
export function compare(a: unknown, b: unknown): number {
  return compareKeys(sortKey(a), sortKey(b));
}

type SortKey = string | number | null;

function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

function sortKey(value: unknown): SortKey {
  if (value == null) return null;
  if (typeof value === "number") return value;
  if (typeof value !== "string") return JSON.stringify(value);
  const time = parseTime(value);
  return Number.isNaN(time) ? value : time;
}
