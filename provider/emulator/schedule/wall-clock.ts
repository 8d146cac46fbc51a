const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How a dialect handles local times that a clock change skips or repeats. */
export interface ClockRule {
  /** A skipped time runs later by the size of the gap, at the first moment after the gap, or not at all. */
  skipped: "later" | "after" | "never";
  /** A repeated time runs both times. */
  twice: boolean;
}

/**
 * The times at which a zone's clocks show a local time; the rule decides if there is none or there are two.
 * @param local milliseconds since the epoch, as if the local time were UTC
 * @returns milliseconds since the epoch, ascending
 */
export function momentsOf(local: number, zone: string, rule: ClockRule): number[] {
  // No zone is more than a day from UTC, and none has two clock changes within two days.
  const before = offsetAt(zone, local - DAY_MS);
  const after = offsetAt(zone, local + DAY_MS);
  if (before === after) return [local - before];
  const shown = [local - before, local - after].filter((time) => time + offsetAt(zone, time) === local);
  if (shown.length === 2) return rule.twice ? shown.sort((a, b) => a - b) : [Math.min(...shown)];
  if (shown.length === 1) return shown;
  if (rule.skipped === "never") return [];
  return [rule.skipped === "later" ? local - before : firstAfterGap(local - after, local - before, zone)];
}

function firstAfterGap(low: number, high: number, zone: string): number {
  const old = offsetAt(zone, low);
  for (let time = low; time < high; time += MINUTE_MS) if (offsetAt(zone, time) !== old) return time;
  return high;
}

/** Local time minus UTC, in milliseconds. */
export function offsetAt(zone: string, time: number): number {
  const clock = clockOf(zone);
  const known = clock.offsets.get(time);
  if (known !== undefined) return known;
  const [month, day, year, hour, minute, second] = clock.format.format(time).split(/\D+/).map(Number);
  const shown = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const offset = shown - Math.floor(time / 1000) * 1000;
  if (clock.offsets.size > 10_000) clock.offsets.clear();
  clock.offsets.set(time, offset);
  return offset;
}

interface ZoneClock {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}
const clocks = new Map<string, ZoneClock>();

function clockOf(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const clock = { format, offsets: new Map<number, number>() };
  clocks.set(zone, clock);
  return clock;
}
