import { parseTime } from "../model/times";
import type { TriggerRecord } from "../model/types";
import type { ListBody } from "../validation/validate";
import type { Lag } from "./list-lag";
import { actionIds } from "./referenced-resources";
import type { Settings } from "./settings";
import type { HeldTrigger, Namespace } from "./store";

/** One page of something, with the count before paging. */
export interface Page<T> {
  results: T[];
  total: number;
  offset: number;
  limit: number;
}

/** Lists that may be kept at once: as many as clients page through side by side. */
const KEPT = 16;

/** Answers lists of triggers; a list stays sorted until something changes, so that paging sorts once. */
export class Listings {
  private readonly sorted = new Map<string, HeldTrigger[]>();

  constructor(
    private readonly settings: Settings,
    private readonly lag: Lag,
  ) {}

  /** To be called after every change. */
  changed(): void {
    this.sorted.clear();
  }

  /** The page that a list request asks for; ties follow the order of creation. */
  page(namespace: Namespace, { offset, limit, ...asked }: ListBody, now: number): Page<HeldTrigger> {
    const seen = this.lag.seen(namespace.triggers, now);
    // What lags shows in time, without a change.
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
  // A key once for each trigger: reading its time at each comparison takes longer than sorting.
  return triggers
    .filter((held) => matches(held.record, asked, settings))
    .map((held) => ({ held, key: sortKey(held.record[field]) }))
    .sort((a, b) => sign * (compareKeys(a.key, b.key) || a.held.sequence - b.held.sequence))
    .map(({ held }) => held);
}

/** Cuts one page out of a list. */
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

/** Null before everything, as the service's database sorts; times by instant, numbers by size. */
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
