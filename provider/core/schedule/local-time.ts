import { memoized } from "../json/memo";
import { onePartDuration } from "../text/parse-duration";
import { periodAt } from "./zone-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time span in milliseconds since the epoch: includes `from`, excludes `to`. */
export interface Span {
  from: number;
  to: number;
}

/** A day in a zone's calendar. */
export interface LocalDay {
  /** The moment of its midnight; only approximate if the clocks change then. */
  start: number;
  date: number;
  month: { month: number; days: number; first: number };
  /** The clocks change on this day or on an adjacent one. */
  hasChange: boolean;
}

/** The days of a zone that overlap a window, plus one at each end: a skipped time may run on the following day. */
export const localDays = (zone: string, { from, to }: Span): readonly LocalDay[] =>
  days(`${zone} ${from} ${to}`);

const days = memoized((key): readonly LocalDay[] => {
  const [zone, from, to] = key.split(" ") as [string, string, string];
  const first = Math.floor((Number(from) + periodAt(zone, Number(from)).offset) / DAY) - 1;
  const last = Math.floor((Number(to) + periodAt(zone, Number(to)).offset) / DAY) + 1;
  return Array.from({ length: last - first + 1 }, (_, at) => localDay(zone, (first + at) * DAY));
});

/** `midnight`: the local midnight as if it were UTC. */
function localDay(zone: string, midnight: number): LocalDay {
  const before = periodAt(zone, midnight - DAY).offset;
  return {
    start: midnight - before,
    ...calendarDay(midnight),
    hasChange: before !== periodAt(zone, midnight + 2 * DAY).offset,
  };
}

/** A calendar date. `midnight`: its midnight as if it were UTC. */
export function calendarDay(midnight: number): Pick<LocalDay, "date" | "month"> {
  const day = new Date(midnight);
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  return {
    date,
    month: {
      month: month + 1,
      days: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
      first: new Date(Date.UTC(year, month, 1)).getUTCDay(),
    },
  };
}

/** A clock change in a zone. Offsets are local time minus UTC, in milliseconds. */
export interface ClockChange {
  at: number;
  before: number;
  after: number;
}

/** The clock changes in a zone within a window. */
export function clockChanges(zone: string, { from, to }: Span): ClockChange[] {
  const found: ClockChange[] = [];
  for (let period = periodAt(zone, from); period.until < to; ) {
    const next = periodAt(zone, period.until);
    if (next.offset !== period.offset)
      found.push({ at: period.until, before: period.offset, after: next.offset });
    period = next;
  }
  return found;
}

/** A moment in a zone's local time. */
export interface LocalTime {
  /** `2026-12-07`. */
  date: string;
  /** `05:30:00`. */
  time: string;
  /** `Mon 07 Dec`. */
  day: string;
  /** `+01:00`. */
  offset: string;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function localTime(zone: string, at: number): LocalTime {
  const { offset } = periodAt(zone, at);
  const iso = new Date(at + offset).toISOString();
  return {
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    day: dayText(iso.slice(0, 10)),
    offset: offsetText(offset),
  };
}

/** `2026-12-07` becomes `Mon 07 Dec`. */
export function dayText(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  const number = String(day.getUTCDate()).padStart(2, "0");
  return `${WEEKDAYS[day.getUTCDay()]} ${number} ${MONTHS[day.getUTCMonth()]}`;
}

function offsetText(offset: number): string {
  const span = Math.abs(offset);
  const part = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${part(span / HOUR)}:${part((span % HOUR) / MINUTE)}`;
}

/**
 * Parses a moment: `2026-12-01` is midnight in the zone, `2026-12-01T08:00` is a local time, and a text with `Z` or
 * `+02:00` needs no zone. Of a local time that occurs twice, the first counts; a skipped one is later by as much as
 * the clocks go forward. undefined for anything else.
 */
export function momentOf(text: string, zone: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!found) return undefined;
  const [, date, time = "00:00", offset] = found;
  const moment = Date.parse(`${date}T${time}${offset ?? "Z"}`);
  // Date.parse reads 31 February as 3 March.
  if (Number.isNaN(moment) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date)
    return undefined;
  return offset === undefined ? fromLocal(zone, moment) : moment;
}

/** `local`: a local time as if it were UTC. */
function fromLocal(zone: string, local: number): number {
  const [before, after] = [periodAt(zone, local - DAY).offset, periodAt(zone, local + DAY).offset];
  const isOwn = (offset: number): boolean => periodAt(zone, local - offset).offset === offset;
  return local - (!isOwn(before) && isOwn(after) ? after : before);
}

/**
 * The end of a window such as `36h`, `7d` or `2w`, of at most 366 days. Days are those of the zone, which may have 23
 * or 25 hours. undefined for any other text.
 */
export function windowEnd(from: number, span: string, zone: string): number | undefined {
  const { count, unit } = onePartDuration(span, ["h", "d", "w"]) ?? {};
  if (count === undefined) return undefined;
  if (unit === "h") return count <= 366 * 24 ? from + count * HOUR : undefined;
  const days = count * (unit === "w" ? 7 : 1);
  if (days > 366) return undefined;
  return fromLocal(zone, from + periodAt(zone, from).offset + days * DAY);
}
