import { memoized } from "../json/memo";
import { onePartDuration } from "../text/parse-duration";
import { periodAt } from "./zone-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time in milliseconds since the epoch: `from` is in it, `to` is not. */
export interface Span {
  from: number;
  to: number;
}

/** A day of a zone's calendar. */
export interface LocalDay {
  /** Its midnight as a moment; only near where the clocks change then. */
  start: number;
  date: number;
  month: { month: number; days: number; first: number };
  /** The clocks change on it or on a day beside it. */
  hasChange: boolean;
}

/** The days of a zone that a window touches, with one more at each end: a skipped time may run on the day after its own. */
export const localDays = (zone: string, { from, to }: Span): readonly LocalDay[] =>
  days(`${zone} ${from} ${to}`);

const days = memoized((key): readonly LocalDay[] => {
  const [zone, from, to] = key.split(" ") as [string, string, string];
  const first = Math.floor((Number(from) + periodAt(zone, Number(from)).offset) / DAY) - 1;
  const last = Math.floor((Number(to) + periodAt(zone, Number(to)).offset) / DAY) + 1;
  return Array.from({ length: last - first + 1 }, (_, at) => localDay(zone, (first + at) * DAY));
});

/** In: midnight as if it were UTC. */
function localDay(zone: string, midnight: number): LocalDay {
  const before = periodAt(zone, midnight - DAY).offset;
  return {
    start: midnight - before,
    ...calendarDay(midnight),
    hasChange: before !== periodAt(zone, midnight + 2 * DAY).offset,
  };
}

/** A date of the calendar. In: its midnight as if it were UTC. */
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

/** A change of a zone's clocks: offsets in milliseconds, local time minus UTC. */
export interface ClockChange {
  at: number;
  before: number;
  after: number;
}

/** The changes of a zone's clocks in a window. */
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

/** A moment by the clocks of a zone. */
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

/** `Mon 07 Dec` of `2026-12-07`. */
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
 * The moment that a text means: `2026-12-01` is midnight in the zone, `2026-12-01T08:00` a time there, and one with `Z`
 * or `+02:00` needs no zone. A local time that comes twice is the first; a skipped one is as much later as the clocks go
 * forward. undefined for anything else.
 */
export function momentOf(text: string, zone: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!found) return undefined;
  const [, date, time = "00:00", offset] = found;
  const moment = Date.parse(`${date}T${time}${offset ?? "Z"}`);
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(moment) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date)
    return undefined;
  return offset === undefined ? fromLocal(zone, moment) : moment;
}

/** In: a local time as if it were UTC. */
function fromLocal(zone: string, local: number): number {
  const [before, after] = [periodAt(zone, local - DAY).offset, periodAt(zone, local + DAY).offset];
  const isOwn = (offset: number): boolean => periodAt(zone, local - offset).offset === offset;
  return local - (!isOwn(before) && isOwn(after) ? after : before);
}

/**
 * The end of a window of `36h`, `7d` or `2w`, at most 366 days: days are the zone's, which may have 23 or 25 hours.
 * undefined for any other text.
 */
export function windowEnd(from: number, span: string, zone: string): number | undefined {
  const { count, unit } = onePartDuration(span, ["h", "d", "w"]) ?? {};
  if (count === undefined) return undefined;
  if (unit === "h") return count <= 366 * 24 ? from + count * HOUR : undefined;
  const days = count * (unit === "w" ? 7 : 1);
  if (days > 366) return undefined;
  return fromLocal(zone, from + periodAt(zone, from).offset + days * DAY);
}
