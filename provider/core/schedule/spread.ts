import { writtenDuration } from "../text/duration-text";
import { onePartDuration } from "../text/parse-duration";
import { CRON_FIELDS, cronFields, fieldValues, isFree, isFull, parseCron } from "./cron-grammar";

/** The minutes in `30m` or `2h`; undefined for any other text. */
export function spreadMinutes(text: string): number | undefined {
  const part = onePartDuration(text, ["m", "h"]);
  return part && part.count * (part.unit === "h" ? HOUR : 1);
}

/**
 * How many minutes a trigger starts later than its cron expression: 0 to `window` - 1, the same in every run and on
 * every machine, evenly distributed over triggers.
 */
export function spreadOffset(namespace: string, name: string, window: number): number {
  // FNV-1a with the final step of MurmurHash3, so that names that differ only in their last letter are not adjacent.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${namespace}\n${name}`))
    hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % window;
}

/**
 * Why an expression cannot be moved by every number of minutes below `window`, with a fix; undefined if it can. The
 * expression must be valid, see cronProblem.
 */
export function spreadProblem(
  expression: string,
  window: number,
): { message: string; hint: string } | undefined {
  const { minutes, hours, isEveryDay, isEveryHour } = timesOf(expression);
  const starts = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  const gap = Math.min(...starts.map((start, at) => (starts[at + 1] ?? starts[0]! + DAY) - start));
  // A single minute can move into the next hour, since all its hours move with it. Of several, only some would.
  const end = minutes.length === 1 && !isEveryHour ? DAY : HOUR;
  const last = end === DAY ? starts.at(-1)! : minutes.at(-1)!;
  const room = isEveryHour && isEveryDay ? gap : Math.min(gap, end - last);
  if (window <= room) return undefined;
  const message =
    room === gap
      ? `is ${writtenDuration(window)}, and the trigger fires again after ${writtenDuration(gap)}`
      : `is ${writtenDuration(window)} and passes ${end === DAY ? "midnight" : "the end of the hour"}, which one cron expression cannot express`;
  const hint =
    room > 1
      ? `Write a spread of at most ${writtenDuration(room)}.`
      : "Write an earlier minute in the cron expression.";
  return { message, hint };
}

/** Moves the expression by `offset` minutes. It must have room for that, see {@link spreadProblem}. */
export function movedCron(expression: string, offset: number): string {
  if (offset === 0) return expression;
  const [, hourText, ...days] = cronFields(expression);
  const { minutes, hours, isEveryHour } = timesOf(expression);
  const moved = minutes.map((minute) => (minute + offset) % 60).sort((a, b) => a - b);
  const carry = isEveryHour ? 0 : Math.floor((minutes[0]! + offset) / 60);
  const hour = carry === 0 ? hourText : hours.map((each) => each + carry).join(",");
  return [moved.join(","), hour, ...days].join(" ");
}

const HOUR = 60;
const DAY = 24 * HOUR;

function timesOf(expression: string): {
  minutes: number[];
  hours: number[];
  isEveryHour: boolean;
  isEveryDay: boolean;
} {
  const parsed = parseCron(cronFields(expression).join(" "));
  if ("refusal" in parsed) throw new TypeError(`not a cron expression: ${expression}`);
  const [minutes, hours] = parsed.cron.map(fieldValues) as [number[], number[]];
  return {
    minutes,
    hours,
    isEveryHour: isFull(hours, HOUR_FIELD),
    isEveryDay: parsed.cron.slice(HOUR_FIELD + 1).every(isFree),
  };
}

const HOUR_FIELD = CRON_FIELDS.findIndex(({ name }) => name === "hour");
