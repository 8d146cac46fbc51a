export const CRON_DIALECTS = ["standard", "croniter", "apscheduler"] as const;
/**
 * How the emulator interprets cron expressions: as most cron implementations do (`standard`), or as one of the Python
 * libraries `croniter` and `apscheduler`, of which the real service probably uses one.
 */
export type CronDialect = (typeof CRON_DIALECTS)[number];

/** When an expression fires, in the local time of its zone. */
export interface CronTimes {
  /** Ascending. */
  minutes: readonly number[];
  hours: readonly number[];
  isDay(year: number, month: number, date: number): boolean;
}

/** How a dialect handles what others read differently. */
interface Reading {
  /** The weekday (Sunday = 0) that a number means. */
  weekday(number: number): number;
  lastWeekday: number;
  /** `5L`, `L5`: the notation for the last such weekday of a month. */
  lastOfMonth?: RegExp;
  /** Accepts `MON#2`, `L` and `?`. */
  hasSpecials: boolean;
  /** A name ends its item, and the rest is ignored. */
  endsAtName: boolean;
  /** Accepts `22-4`, which wraps around the end of the field. */
  wraps: boolean;
  /** `9-9` means the whole field. */
  equalEndsAreAll: boolean;
  /** A step may not be larger than its range. */
  limitsSteps: boolean;
  /** If both day fields are restricted, both must match. */
  needsBothDays: boolean;
  /** Where a start with a step ends: whether `1/2` as a weekday includes Sunday. */
  lastStep: number;
  nicknames: boolean;
}

const vixie = {
  weekday: (number: number) => number % 7,
  lastWeekday: 7,
  hasSpecials: true,
  endsAtName: false,
  limitsSteps: false,
  needsBothDays: false,
};

const READINGS: Readonly<Record<CronDialect, Reading>> = {
  standard: {
    ...vixie,
    lastOfMonth: /^(\w+)L$/,
    wraps: false,
    equalEndsAreAll: false,
    lastStep: 7,
    nicknames: false,
  },
  croniter: {
    ...vixie,
    lastOfMonth: /^L(\w+)$/,
    wraps: true,
    equalEndsAreAll: true,
    lastStep: 6,
    nicknames: true,
  },
  apscheduler: {
    // Monday = 0.
    weekday: (number) => (number + 1) % 7,
    lastWeekday: 6,
    hasSpecials: false,
    endsAtName: true,
    wraps: false,
    equalEndsAreAll: false,
    limitsSteps: true,
    needsBothDays: true,
    lastStep: 6,
    nicknames: false,
  },
};

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

const NICKNAMES: Readonly<Record<string, string>> = {
  "@YEARLY": "0 0 1 1 *",
  "@ANNUALLY": "0 0 1 1 *",
  "@MONTHLY": "0 0 1 * *",
  "@WEEKLY": "0 0 * * 0",
  "@DAILY": "0 0 * * *",
  "@MIDNIGHT": "0 0 * * *",
  "@HOURLY": "0 * * * *",
};

interface Field {
  label: string;
  low: number;
  high: number;
  names?: readonly string[];
}

/** A text that is not a cron expression in a dialect. The message says why. */
export class CronError extends Error {}

/** Reads an expression; throws CronError. */
export function readCron(expression: string, dialect: CronDialect): CronTimes {
  const reading = READINGS[dialect];
  const written = expression.trim().toUpperCase();
  const fields = ((reading.nicknames && NICKNAMES[written]) || written).split(/\s+/);
  if (fields.length !== 5)
    throw new CronError(`a cron expression has exactly 5 fields, got ${fields.length}`);
  const [minute, hour, date, month, weekday] = fields as [string, string, string, string, string];
  if (
    reading.hasSpecials &&
    dialect === "croniter" &&
    (/\?/.test(`${minute}${hour}${month}`) || (date === "?" && weekday === "?"))
  )
    throw new CronError("? is allowed in only one field, day of month or day of week");
  const numbers = (text: string, field: Field): number[] =>
    [...new Set(text.split(",").flatMap((item) => itemValues(item, field, reading)))].sort((a, b) => a - b);
  const months = new Set(numbers(month, { label: "month", low: 1, high: 12, names: MONTHS }));
  const dates = dateTest(date, reading, (text) => numbers(text, { label: "day", low: 1, high: 31 }));
  const weekdays = weekdayTest(weekday, reading);
  const isFree = (text: string): boolean => text === "*" || text === "?";
  const isEither = !isFree(date) && !isFree(weekday) && !reading.needsBothDays;
  return {
    minutes: numbers(minute, { label: "minute", low: 0, high: 59 }),
    hours: numbers(hour, { label: "hour", low: 0, high: 23 }),
    isDay(year, month, date) {
      if (!months.has(month)) return false;
      const day = {
        date,
        length: new Date(Date.UTC(year, month, 0)).getUTCDate(),
        weekday: new Date(Date.UTC(year, month - 1, date)).getUTCDay(),
      };
      return isEither ? dates(day) || weekdays(day) : dates(day) && weekdays(day);
    },
  };
}

interface Day {
  date: number;
  /** The number of days in its month. */
  length: number;
  weekday: number;
}
type DayTest = (day: Day) => boolean;

function dateTest(text: string, reading: Reading, numbers: (text: string) => number[]): DayTest {
  const items = text.split(",");
  const plain = items.filter((item) => !(reading.hasSpecials && item === "L"));
  const dates = new Set(plain.length > 0 ? numbers(plain.join(",")) : []);
  return ({ date, length }) => dates.has(date) || (plain.length < items.length && date === length);
}

function weekdayTest(text: string, reading: Reading): DayTest {
  const field: Field = { label: "day of week", low: 0, high: reading.lastWeekday, names: WEEKDAYS };
  const tests = text.split(",").map((item): DayTest => {
    const [, named, nth] = (reading.hasSpecials && /^(\w+)#([1-5])$/.exec(item)) || [];
    const [, last] = reading.lastOfMonth?.exec(item) ?? [];
    if (named === undefined && last === undefined) {
      const days = new Set(itemValues(item, field, reading).map((number) => reading.weekday(number)));
      return ({ weekday }) => days.has(weekday);
    }
    const day = reading.weekday(numberOf(named ?? last!, field, reading));
    return ({ date, length, weekday }) =>
      weekday === day && (nth === undefined ? date + 7 > length : Math.ceil(date / 7) === Number(nth));
  });
  return (day) => tests.some((test) => test(day));
}

const NAMED = /^([A-Z]+)(?:-([A-Z]+))?/;

function itemValues(item: string, field: Field, reading: Reading): number[] {
  const { label, low, high } = field;
  const bad = (why: string): CronError => new CronError(`${label} "${item}" ${why}`);
  const kept = reading.endsAtName && field.names ? (NAMED.exec(item)?.[0] ?? item) : item;
  const [, first, last, stepText] = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(kept) ?? [];
  if (first === undefined || (first === "?" && !reading.hasSpecials)) throw bad("cannot be read");
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) throw bad("has a step of 0");
  const isAny = first === "*" || first === "?";
  if (isAny && last !== undefined) throw bad("cannot be read");
  const top = field.names === WEEKDAYS ? 6 : high;
  const from = isAny ? low : numberOf(first, field, reading);
  const open = stepText === undefined ? from : field.names === WEEKDAYS ? reading.lastStep : high;
  const to = isAny ? top : last === undefined ? open : numberOf(last, field, reading);
  if (last !== undefined && from === to && reading.equalEndsAreAll) return count(low, top, step);
  if (reading.limitsSteps && stepText !== undefined && step > to - from)
    throw bad("has a step larger than its range");
  if (to >= from) return count(from, to, step);
  if (!reading.wraps) throw bad("ends before it starts");
  const size = top - low + 1;
  return count(from, to + size, step).map((value) => low + ((value - low) % size));
}

const count = (from: number, to: number, step: number): number[] => {
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
};

function numberOf(text: string, { label, low, high, names }: Field, reading: Reading): number {
  const name = names?.indexOf(text) ?? -1;
  if (name >= 0 && names !== WEEKDAYS) return name + low;
  // The dialect's number for the weekday of this name.
  if (name >= 0) return count(0, 6, 1).find((number) => reading.weekday(number) === name)!;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high))
    throw new CronError(`${label} "${text}" is not from ${low} to ${high}`);
  return value;
}
