import { CronExpressionParser } from "cron-parser";
import { memoized } from "./memo";

export interface Problem {
  code: "CRON_INVALID" | "CRON_FIELDS";
  message: string;
  hint: string;
}

const FIELDS = [
  { name: "minute", bounds: "0-59", example: "1 * * * *", says: "one minute past each hour" },
  { name: "hour", bounds: "0-23", example: "0 2 * * *", says: "02:00 each day" },
  { name: "day of month", bounds: "1-31 or L", example: "0 2 1 * *", says: "02:00 on the 1st" },
  { name: "month", bounds: "1-12 or JAN-DEC", example: "0 2 1 1 *", says: "02:00 on 1 January" },
  {
    name: "day of week",
    bounds: "0-7 or SUN-SAT, 0 and 7 being Sunday",
    example: "0 2 * * 1",
    says: "02:00 on Mondays",
  },
] as const;

const FULL = { minute: 60, hour: 24, dayOfMonth: 31, month: 12, dayOfWeek: 7 } as const;

/** H is cron-parser's own random pick: it would name another time on each run. */
const RANDOM = /(^|[^a-zA-Z])[hH](?![a-zA-Z])/;

/** What is wrong with a cron expression, or undefined. The service takes exactly five fields and no `@daily`. */
export function cronProblem(expression: string): Problem | undefined {
  const fields = expression.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== FIELDS.length) {
    return {
      code: "CRON_FIELDS",
      message: `"${expression}": ${fields.length === 1 ? "1 field" : `${fields.length} fields`} where cron has five`,
      hint: fieldCountHint(fields),
    };
  }
  for (const [index, field] of FIELDS.entries()) {
    const own = fields[index]!;
    const reason = RANDOM.test(own) ? "H has no fixed meaning" : refusal(own, index);
    if (reason !== undefined) {
      return {
        code: "CRON_INVALID",
        message: `"${expression}": ${field.name} must be ${field.bounds}, not "${own}"${reason ? ` (${reason})` : ""}`,
        hint: stepHint(own, field.bounds) ?? `Write "${field.example}" for ${field.says}.`,
      };
    }
  }
  // Each field is sound by itself: only the days and months of an expression can still contradict each other.
  const reason = refused(["0", "0", ...fields.slice(2)].join(" "));
  return reason === undefined
    ? undefined
    : {
        code: "CRON_INVALID",
        message: `"${expression}": ${reason}`,
        hint: "Choose a day that the month has: this expression would never fire.",
      };
}

/** What a step of nothing may have meant. */
function stepHint(own: string, bounds: string): string | undefined {
  const [, range] = /^([^/,]+)\/0+$/.exec(own) ?? [];
  if (range === undefined) return undefined;
  const [first] = /^\d+/.exec(range) ?? /^\d+/.exec(bounds)!;
  return `Write "${range}/1" for each one, or "${first}" for that one alone.`;
}

function fieldCountHint(fields: string[]): string {
  if (fields.length === 6) return `Seconds are not supported. Write "${fields.slice(1).join(" ")}".`;
  if (fields[0]?.startsWith("@")) return 'Write the five fields out, such as "0 0 * * *" for @daily.';
  return 'Write minute, hour, day of month, month, day of week, such as "0 2 * * *" for 02:00 each day.';
}

/** Why one field alone is refused: "" when the parser only says what its bounds say. */
function refusal(own: string, index: number): string | undefined {
  if (/\/0+(,|$)/.test(own)) return "a step of 0 never moves on";
  const reason = refused(FIELDS.map((_, at) => (at === index ? own : "*")).join(" "));
  return reason !== undefined && /^Constraint error, got value/.test(reason)
    ? ""
    : reason?.replace(/\.$/, "");
}

/** What the parser says against an expression. Fields repeat over thousands of triggers, and a reading is dear. */
const refused = memoized((expression) => {
  try {
    CronExpressionParser.parse(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
});

/** One spelling for all expressions that fire at the same times; an unreadable one is its own canonical form. */
export function canonicalCron(expression: string): string {
  const given = expression.trim().split(/\s+/);
  const spaced = given.join(" ");
  // cron-parser reads other counts too: it fills fields in, and would drop the seconds here.
  if (given.length !== FIELDS.length || RANDOM.test(spaced)) return spaced;
  try {
    const parsed = CronExpressionParser.parse(spaced);
    const fields = parsed.stringify().replaceAll("?", "*").split(" ");
    const values = parsed.fields.serialize();
    // Sunday is 0 and 7, and the parser lists it as both.
    const distinct = (name: keyof typeof FULL) =>
      new Set(values[name].values.map((value) => (name === "dayOfWeek" && value === 7 ? 0 : value)));
    const full = (name: keyof typeof FULL): boolean => distinct(name).size === FULL[name];
    for (const [index, name] of [
      [0, "minute"],
      [1, "hour"],
      [3, "month"],
    ] as const) {
      if (full(name)) fields[index] = "*";
    }
    // Two restricted day fields mean either; only beside a free one is a full one free as well.
    if (fields[4] === "*" && full("dayOfMonth")) fields[2] = "*";
    if (fields[2] === "*" && full("dayOfWeek")) fields[4] = "*";
    return fields.join(" ");
  } catch {
    return spaced;
  }
}
