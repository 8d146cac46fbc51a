import { describe, expect, test } from "@jest/globals";
import { cronProblem } from "../../../provider/core/schedule/cron";
import { parseCron } from "../../../provider/core/schedule/cron-grammar";
import { BOTH_DAYS, DIFFERENCES, notPortable } from "../../../provider/core/schedule/cron-portability";
import { cronRuns } from "../../../provider/core/schedule/cron-runs";
import { linesOf, nightly, setOf } from "../files";

describe("an expression that libraries read differently is reported, with a portable notation", () => {
  test.each([
    [
      "0 9 * * 1",
      "APScheduler counts weekdays from Monday = 0, so that 1 is Tuesday",
      'Write "0 9 * * MON".',
    ],
    ["0 9 * * 1-5", "APScheduler counts weekdays", 'Write "0 9 * * MON-FRI".'],
    ["0 9 * * 0,6", "APScheduler counts weekdays", 'Write "0 9 * * SAT,SUN".'],
    ["0 9 * * 7", "APScheduler rejects 7", 'Write "0 9 * * SUN".'],
    ["0 9 * * 5-7", "APScheduler rejects 7; APScheduler counts weekdays", 'Write "0 9 * * FRI,SAT,SUN".'],
    ["0 9 * * SUN-TUE", "its week starts on Monday", 'Write "0 9 * * MON,TUE,SUN".'],
    ["0 9 * * SUN-SAT", "its week starts on Monday", 'Write "0 9 * * *".'],
    ["0 9 * * */2", "croniter counts the step from Sunday", 'Write "0 9 * * TUE,THU,SAT,SUN".'],
    ["0 9 * * MON-FRI/2", "APScheduler ignores the text after a name", 'Write "0 9 * * MON,WED,FRI".'],
    ["0 9 * * MON-5", "APScheduler ignores the text after a name", 'Write "0 9 * * MON-FRI".'],
    ["0 9 * JAN-DEC/3 *", "APScheduler ignores the text after a name", 'Write "0 9 * 1,4,7,10 *".'],
    ["0 9 * * 5L", "croniter and APScheduler reject it", "No portable spelling"],
    ["0 9 * * FRIL", "croniter and APScheduler reject it", "No portable spelling"],
    [
      "0 9 * * MON#2",
      "APScheduler ignores the text after a name, and rejects it after a number",
      "No portable spelling",
    ],
    ["0 9 L * *", "APScheduler rejects L", "No portable spelling"],
    ["? ? * * *", "APScheduler rejects ?", 'Write "* * * * *".'],
    ["0 9 ? * MON", "APScheduler rejects ?", 'Write "0 9 * * MON".'],
    [
      "*/90 * * * *",
      "APScheduler rejects it; other libraries use only the first value",
      'Write "0 * * * *".',
    ],
    ["*/60 * * * *", "APScheduler rejects it", 'Write "0 * * * *".'],
    ["0 */24 * * *", "APScheduler rejects it", 'Write "0 0 * * *".'],
    ["0 0-6/12 * * *", "APScheduler rejects it", 'Write "0 0 * * *".'],
    ["0 9-9 * * *", "croniter 7 reads it as the whole field", 'Write "0 9 * * *".'],
    ["0 9 * * MON-MON", "croniter 7 reads it as the whole field", 'Write "0 9 * * MON".'],
    ["5/15 * * * *", "Vixie cron uses only the start", 'Write "5-50/15 * * * *".'],
    [
      "0 0 13 * 5",
      "APScheduler on days that match both",
      'Declare two triggers, "0 0 13 * *" and "0 0 * * FRI".',
    ],
    [
      "0 0 13 * FRI",
      "APScheduler on days that match both",
      'Declare two triggers, "0 0 13 * *" and "0 0 * * FRI".',
    ],
    ["0 0 13 * */1", "APScheduler on days that match both", 'Write "0 0 * * *".'],
  ])("%j: %s", (expression, differs, hint) => {
    const found = notPortable(expression);
    expect(found?.message.startsWith(`"${expression}" runs at other times, or not at all, in some`)).toBe(
      true,
    );
    expect(found?.message).toContain(differs);
    expect(found?.hint).toContain(hint);
  });

  test.each([
    "0 2 * * *",
    "*/15 8-18 * * MON-FRI",
    "0 0 1,15 * *",
    "0 0 1-7 JAN-MAR *",
    "0 9 * * SAT,SUN",
    "0 9 * * MON,WED,FRI",
    "0 0,*/6 * * *",
    "*/59 */23 */30 */11 *",
    "10-50/20 * * 1-12/3 *",
    // An invalid expression has its own error.
    "0 22-4 * * *",
    "@daily",
    "",
  ])("every library reads %j the same way", (expression) => expect(notPortable(expression)).toBeUndefined());
});

const EXAMPLES = [...DIFFERENCES, BOTH_DAYS].map(({ construct, example }) => [construct, example] as const);

test.each(EXAMPLES)(
  "%s: the example %j has it, and the suggestion is valid, portable and means the same",
  (construct, example) => {
    const { differs } = [...DIFFERENCES, BOTH_DAYS].find((each) => each.construct === construct)!;
    const { message, hint } = notPortable(example)!;
    expect(message).toContain(differs);
    const offered = [...hint.matchAll(/"([^"]+)"/g)].map(([, text]) => text!);
    for (const text of offered)
      expect([text, cronProblem(text), notPortable(text)]).toEqual([text, undefined, undefined]);
    if (offered.length > 0) expect(union(offered)).toEqual(union([example]));
  },
);

/** All runs within two years, of any of the expressions. */
function union(expressions: readonly string[]): string[] {
  const times = expressions.flatMap((expression) => {
    const parsed = parseCron(expression);
    if ("refusal" in parsed) throw new Error(expression);
    return cronRuns(parsed.cron, "UTC", new Date("2026-01-01T00:00:00Z"), 800);
  });
  const within = times.map((time) => time.toISOString()).filter((time) => time < "2027-12-31");
  return [...new Set(within)].sort();
}

describe("in a definition", () => {
  const schedule = (config: string): string => nightly(`schedule_config: { ${config} }`);

  test("it is a warning at its place", () => {
    expect(linesOf({ definitions: schedule('cron_expression: "0 9 * * 1"') })).toEqual([
      'a.yaml:6:41 warning CRON_NOT_PORTABLE nightly: schedule_config.cron_expression: "0 9 * * 1" runs at other times, or not at all, in some cron libraries: APScheduler counts weekdays from Monday = 0, so that 1 is Tuesday. Write "0 9 * * MON".',
    ]);
  });

  test("and the trigger is still declared, with an override, too", () => {
    const files = {
      definitions: schedule('cron_expression: "0 9 * * MON"'),
      environment: 'overrides: { nightly: { schedule_config: { cron_expression: "0 9 * * 7" } } }',
    };
    expect(linesOf(files)[0]).toMatch(/^prod\.yaml:1:61 warning CRON_NOT_PORTABLE /);
    expect(setOf(files).declarations).toHaveLength(1);
  });

  test("what is not yet known has no warning", () => {
    expect(linesOf({ definitions: schedule('cron_expression: "0 9 * * ${var.day}"') })).toEqual([]);
  });

  test("a zone whose rules changed after this process's time zone database is a warning", () => {
    const definitions = schedule('cron_expression: "0 9 * * *", timezone: America/Vancouver');
    const lines = linesOf({ definitions, zoneTables: "2025c" });
    expect(lines).toEqual([
      "a.yaml:6:64 warning ZONE_OUTDATED nightly: schedule_config.timezone: the rules of America/Vancouver change from 2026-11-01 (IANA 2026b), which the time zone tables of this Node (2025c) do not have: next runs shown here can be an hour off. Update Node; the service uses its own tables.",
    ]);
    expect(linesOf({ definitions, zoneTables: "2026b" })).toEqual([]);
    expect(linesOf({ definitions })).toEqual([]);
  });
});
