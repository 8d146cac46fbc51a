import { many } from "./plural";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A waiting time in milliseconds as text: `45 s`, `2 min`, `1 min 30 s`, `1 h 5 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.slice(0, 2).join(" ") || "0 s";
}

/** Milliseconds as whole seconds, at least one: `30 s`. */
export const secondsText = (milliseconds: number): string =>
  `${Math.max(1, Math.round(milliseconds / 1000))} s`;

/** The duration of a run: `850 ms`, `4.2 s`, `7 min 12 s`, `3 h 20 min`; at most two units, rounded down. */
export function runTimeText(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / 100) / 10} s`;
  const [big, small, whole, rest] =
    milliseconds < HOUR
      ? ["min", "s", Math.floor(milliseconds / MINUTE), Math.floor((milliseconds % MINUTE) / SECOND)]
      : ["h", "min", Math.floor(milliseconds / HOUR), Math.floor((milliseconds % HOUR) / MINUTE)];
  return rest === 0 ? `${whole} ${big}` : `${whole} ${big} ${rest} ${small}`;
}

/** The time until a run: `40 seconds`, `4 minutes`, `3 h 20 min`, `2 days 4 h`; the smaller unit is rounded. */
export function untilText(from: Date, to: Date): string {
  const span = to.getTime() - from.getTime();
  if (span < MINUTE - SECOND / 2) return many(Math.max(1, Math.round(span / SECOND)), "second");
  const minutes = Math.round(span / MINUTE);
  if (minutes < 60) return many(minutes, "minute");
  if (minutes < 24 * 60) return pair(minutes, 60, "hour", "h", "min");
  const hours = Math.round(span / HOUR);
  if (hours < 7 * 24) return pair(hours, 24, "day", undefined, "h");
  return many(Math.round(span / DAY), "day");
}

/** The larger unit is written out if it is the only one or has no short form. */
function pair(total: number, size: number, whole: string, short: string | undefined, small: string): string {
  const big = Math.floor(total / size);
  const rest = total % size;
  if (rest === 0) return many(big, whole);
  return `${short === undefined ? many(big, whole) : `${big} ${short}`} ${rest} ${small}`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Follows the word "every": `5 minutes`, `hour`, `90 seconds`; uses the longest unit that divides the interval. */
export function everyText(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds % size === 0) ?? (["second", 1] as const);
  const count = seconds / size;
  return count === 1 ? unit : many(count, unit);
}

/** As written in definitions: `30m`, `2h`. */
export const writtenDuration = (minutes: number): string =>
  minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
