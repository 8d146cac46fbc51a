import { counted } from "../text/plural";
import { cronFields, WEEKDAYS } from "./cron-grammar";

export interface ForeignCron {
  message: string;
  hint: string;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * SUN",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const UNITS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

const GENERAL =
  'Write minute, hour, day of month, month, day of week, such as "0 2 * * *" for 02:00 each day.';

/**
 * Explains an expression of another scheduler, with its five-field equivalent; undefined if it already has five
 * fields. `isValid` checks a five-field expression: only valid ones are suggested.
 */
export function foreignCron(
  expression: string,
  isValid: (expression: string) => boolean,
): ForeignCron | undefined {
  const text = expression.trim();
  const offer = (found: string, otherwise = GENERAL, more = ""): string =>
    isValid(found) ? `Write "${found}"${more}.` : otherwise;

  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (zone !== undefined) {
    const where = `and timezone: ${zone || "UTC"}`;
    return {
      message: "a time zone prefix is Kubernetes and Go syntax; this service has the key timezone",
      hint: offer(rest!, `Write only the five fields, ${where}.`, ` ${where}`),
    };
  }
  const [, count, unit] = /^(?:rate\(\s*|@every\s+)(\d+)\s*([a-z]+?)s?\s*\)?$/i.exec(text) ?? [];
  if (unit !== undefined) {
    const name = Object.keys(UNITS).find(
      (each) => each === unit.toLowerCase() || each[0] === unit.toLowerCase(),
    );
    const seconds = name === undefined ? undefined : Number(count) * UNITS[name]!;
    return {
      message: `${text.startsWith("@") ? "@every" : "rate(…)"} is a fixed interval, not a cron expression`,
      hint: `Declare trigger_type: interval with schedule_config: { interval_seconds: ${seconds || 300} }.`,
    };
  }
  if (/^at\(/i.test(text))
    return { message: "at(…) is a single run, which triggers do not support", hint: GENERAL };
  const wrapped = /^cron\((.*)\)$/is.exec(text)?.[1]?.trim();
  if (wrapped !== undefined) {
    const inner = foreignCron(wrapped, isValid);
    return {
      message: `cron(…) is EventBridge syntax${inner ? `; ${inner.message}` : ""}`,
      hint: inner?.hint ?? offer(wrapped),
    };
  }
  if (text.startsWith("@")) {
    const meant = NICKNAMES[text.toLowerCase()];
    return {
      message: "nicknames such as @daily are not supported",
      hint: meant === undefined ? GENERAL : `Write "${meant}" for ${text}.`,
    };
  }
  const fields = cronFields(text);
  if (fields.length === 5) return undefined;
  const message = `${counted(fields.length, "field")}, but cron has five`;
  const joined = text.replaceAll(/\s*([,/-])\s*/g, "$1");
  if (joined !== text && isValid(joined))
    return {
      message: `${message}: a space inside a list or range separates fields`,
      hint: `Write "${joined}".`,
    };
  if (fields.length === 6) return sixFields(fields, message, isValid);
  if (fields.length === 7) return sevenFields(fields, message, isValid);
  return { message, hint: GENERAL };
}

function sevenFields(
  fields: readonly string[],
  message: string,
  isValid: (text: string) => boolean,
): ForeignCron {
  const found = asFive(fields.slice(1, 6), true);
  return {
    message: `${message}: in Quartz the first field is seconds and the last a year; this service has neither`,
    hint: isValid(found) ? `Write "${found}"${everyYear(fields[6]!)}.` : GENERAL,
  };
}

function sixFields(
  fields: readonly string[],
  message: string,
  isValid: (text: string) => boolean,
): ForeignCron {
  const last = fields[5]!;
  const yearLast = asFive(fields.slice(0, 5), true);
  // Only Quartz has a ? and numbers Sunday as 1; other dialects with seconds number weekdays as cron does.
  const secondsFirst = asFive(fields.slice(1), isQuartz(fields, 3));
  const canBeYear = (last === "*" || isYear(last)) && isValid(yearLast);
  const canBeSeconds = isSeconds(fields[0]!) && isValid(secondsFirst);
  if (isYear(last) || (canBeYear && (isQuartz(fields, 2) || !canBeSeconds)))
    return {
      message: `${message}: in EventBridge the last field is a year; this service has none`,
      hint: canBeYear ? `Write "${yearLast}"${everyYear(last)}.` : GENERAL,
    };
  if (canBeSeconds && (isQuartz(fields, 3) || !canBeYear))
    return {
      message: `${message}: in Quartz and Spring the first field is seconds; this service has none`,
      hint: `Write "${secondsFirst}"${fields[0] === "0" ? "" : ", which fires at second 0"}.`,
    };
  if (canBeSeconds)
    return {
      message: `${message}: the first may be seconds (Quartz, Spring), or the last a year (EventBridge)`,
      hint: `Write "${secondsFirst}" if the first is seconds, or "${yearLast}" if the last is a year.`,
    };
  return { message, hint: GENERAL };
}

const isYear = (field: string): boolean => /(?<!\d)(19|20|21)\d\d(?!\d)/.test(field);
const isSeconds = (field: string): boolean => /^[\d*/,-]+$/.test(field);

/** Whether a day field has the ? of Quartz and EventBridge, or a W. `date`: the index of the first day field. */
const isQuartz = (fields: readonly string[], date: number): boolean =>
  fields[date] === "?" || fields[date + 2] === "?" || fields[date]?.includes("W") === true;

const everyYear = (year: string): string => (year === "*" ? "" : ", which fires every year");

/** Five fields of another dialect, in spellings that every library reads the same way. */
function asFive(fields: readonly string[], fromSunday: boolean): string {
  const [minute, hour, date, month, weekday] = fields;
  const startsAt = (field: string, max: number, first: number): string =>
    field.replaceAll(/(?<![\d*-])(\d+)\/(\d+)/g, (_, from: string, step: string) =>
      Number(from) === first ? `*/${step}` : `${from}-${max}/${step}`,
    );
  const free = (field: string): string => (field === "?" ? "*" : field);
  return [
    startsAt(minute!, 59, 0),
    startsAt(hour!, 23, 0),
    startsAt(free(date!), 31, 1),
    startsAt(month!, 12, 1),
    weekdays(free(weekday!), fromSunday ? 1 : 0),
  ].join(" ");
}

/** Replaces weekday numbers with names. `sunday`: the number of Sunday in the dialect. */
function weekdays(field: string, sunday: number): string {
  const [, day, nth] = /^(\d|[A-Z]{3})(L|#\d)$/i.exec(field) ?? [];
  if (day !== undefined) return /\d/.test(day) ? `${(Number(day) - sunday + 7) % 7}${nth}` : field;
  if (/[#L]/i.test(field)) return field;
  return field
    .split(",")
    .map((item) => {
      const [, from, to, step] = /^(\d)(?:-(\d))?(?:\/(\d+))?$/.exec(item) ?? [];
      if (from === undefined) return item;
      const first = Number(from) - sunday;
      const last = to === undefined ? (step === undefined ? first : 6) : Number(to) - sunday;
      const days = [];
      for (let at = first; at <= (last < first ? last + 7 : last); at += Number(step ?? 1))
        days.push((at + 7) % 7);
      const isRising = step === undefined && days.length > 2 && first >= 1 && last > first;
      return isRising
        ? `${WEEKDAYS[days[0]!]}-${WEEKDAYS[days.at(-1)!]}`
        : days.map((value) => WEEKDAYS[value]).join(",");
    })
    .join(",");
}
