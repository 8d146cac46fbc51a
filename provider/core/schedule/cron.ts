import {
  CRON_FIELDS,
  cronFields,
  DATE_FIELD,
  isFree,
  parseCron,
  type Refusal,
  WEEKDAY_FIELD,
} from "./cron-grammar";
import { foreignCron } from "./cron-other-schedulers";

export interface CronProblem {
  code: "CRON_INVALID" | "CRON_FIELDS";
  message: string;
  hint: string;
}

/**
 * What is wrong with a cron expression; undefined if it is valid. The service accepts exactly five fields, and not
 * `@daily`.
 */
export function cronProblem(expression: string): CronProblem | undefined {
  const foreign = foreignCron(expression, (other) => cronProblem(other) === undefined);
  if (foreign)
    return { code: "CRON_FIELDS", message: `"${expression}": ${foreign.message}`, hint: foreign.hint };
  const invalid = (message: string, hint: string): CronProblem => ({
    code: "CRON_INVALID",
    message: `"${expression}": ${message}`,
    hint,
  });
  const fields = cronFields(expression);
  const parsed = parseCron(fields.join(" "));
  if ("refusal" in parsed) {
    const { field, own, reason } = parsed.refusal;
    const why = reason ? ` (${reason})` : "";
    return invalid(
      `${field.name} must be ${field.bounds}, not "${own}"${why}`,
      refusalHint(parsed.refusal, fields),
    );
  }
  const [, , dates, months, weekdays] = parsed.cron;
  if (!isFree(weekdays!) || dates!.some(({ kind }) => kind === "last" || kind === "any")) return undefined;
  const earliest = Math.min(...dates!.flatMap(({ values }) => values));
  const longest = Math.max(...months!.flatMap(({ values }) => values.map((month) => DAYS[month - 1]!)));
  return earliest <= longest
    ? undefined
    : invalid(
        `no month in "${fields[3]}" has a day ${earliest}, so this expression never fires`,
        `Choose a day from 1 to ${longest} in field ${DATE_FIELD + 1}, or other months in field ${WEEKDAY_FIELD}.`,
      );
}

/** Days per month, with 29 in February. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Every expression that a hint suggests is valid. If the meaning is unclear, the hint gives an example. */
function refusalHint({ field, own, instead, step }: Refusal, fields: readonly string[]): string {
  const at = CRON_FIELDS.indexOf(field);
  const full = (text: string): string => fields.map((each, index) => (index === at ? text : each)).join(" ");
  const offered = (text: string): string | undefined =>
    cronProblem(full(text)) === undefined ? full(text) : undefined;
  const [every, once] = step && !own.includes(",") ? [offered(step.every), offered(step.once)] : [];
  if (every !== undefined && once !== undefined)
    return `Write "${every}" for every value, or "${once}" for only the first one.`;
  const same = instead === undefined ? undefined : offered(instead);
  return same === undefined ? `Write "${field.example}" for ${field.says}.` : `Write "${same}".`;
}

/**
 * One spelling for expressions that every library reads the same way: spaces, leading zeros and the case of names are
 * ignored. Any other difference counts as a change, since libraries do not agree on it.
 */
export const canonicalCron = (expression: string): string => {
  const fields = expression.trim().split(/\s+/);
  return fields.length === CRON_FIELDS.length
    ? fields.map((field) => field.toUpperCase().replaceAll(/(?<!\d)0+(?=\d)/g, "")).join(" ")
    : fields.join(" ");
};
