import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { sentTrigger } from "../../../provider/core/definitions/definition-spread";
import { acceptInto } from "../../../provider/core/export/accept-into-yaml";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planMarkdown } from "../../../provider/core/report/plan-markdown";
import { detailsOf } from "../../../provider/core/report/plan-report";
import { cronProblem } from "../../../provider/core/schedule/cron";
import {
  movedCron,
  spreadMinutes,
  spreadOffset,
  spreadProblem,
} from "../../../provider/core/schedule/spread";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { nextRuns } from "../../../provider/core/timeline/next-runs";
import { cron as anyCron, RUNS } from "../arbitraries";
import { expectEqual } from "../equal";
import { linesOf, nightly, setOf } from "../files";
import { view } from "../held";
import { desired, live } from "../samples";

test.each([
  ["30m", 30],
  ["2h", 120],
  ["1m", 1],
  ["0m", undefined],
  ["30", undefined],
  ["30 m", undefined],
  ["1.5h", undefined],
  ["2d", undefined],
  ["-5m", undefined],
  ["30M", undefined],
])("%s is %s minutes", (text, minutes) => {
  expect(spreadMinutes(text)).toBe(minutes);
});

describe("an expression moves", () => {
  test.each([
    ["0 2 * * *", 17, "17 2 * * *"],
    ["0 2 * * *", 0, "0 2 * * *"],
    ["45 2 * * MON-FRI", 20, "5 3 * * MON-FRI"],
    ["45 2,14 1 * *", 20, "5 3,15 1 * *"],
    ["*/15 * * * *", 7, "7,22,37,52 * * * *"],
    ["50 * * * *", 20, "10 * * * *"],
    ["0,30 8-18 * * 1-5", 29, "29,59 8-18 * * 1-5"],
    ["0 */6 * * *", 59, "59 */6 * * *"],
    ["30 */6 * * *", 45, "15 1,7,13,19 * * *"],
  ])("%s by %i minutes: %s", (expression, offset, moved) => {
    expect(movedCron(expression, offset)).toBe(moved);
  });
});

describe("has room", () => {
  test.each<[expression: string, window: string, problem: string | undefined]>([
    ["0 2 * * *", "30m", undefined],
    ["0 2 * * *", "22h", undefined],
    [
      "0 2 * * *",
      "23h",
      "is 23h and passes midnight, which one cron expression cannot express. Write a spread of at most 22h.",
    ],
    ["45 23 * * *", "15m", undefined],
    [
      "45 23 * * *",
      "16m",
      "is 16m and passes midnight, which one cron expression cannot express. Write a spread of at most 15m.",
    ],
    [
      "59 23 * * *",
      "30m",
      "is 30m and passes midnight, which one cron expression cannot express. Write an earlier minute in the cron expression.",
    ],
    ["*/10 * * * *", "10m", undefined],
    ["*/10 * * * *", "30m", "is 30m, and the trigger fires again after 10m. Write a spread of at most 10m."],
    ["50 * * * *", "1h", undefined],
    [
      "50 * * * MON",
      "1h",
      "is 1h and passes the end of the hour, which one cron expression cannot express. Write a spread of at most 10m.",
    ],
    ["0,40 2 * * *", "20m", undefined],
    [
      "0,40 2 * * *",
      "30m",
      "is 30m and passes the end of the hour, which one cron expression cannot express. Write a spread of at most 20m.",
    ],
    ["0 */8 * * *", "8h", undefined],
    ["0 */8 * * *", "9h", "is 9h, and the trigger fires again after 8h. Write a spread of at most 8h."],
  ])("%s over %s: %s", (expression, window, problem) => {
    const found = spreadProblem(expression, spreadMinutes(window)!);
    expect(found && `${found.message}. ${found.hint}`).toBe(problem);
  });
});

const DAY = 86_400_000;
const UTC_RUNS = (expression: string, from: Date): number[] =>
  nextRuns(
    { trigger_type: "cron", schedule_config: { cron_expression: expression } },
    { from, count: 20 },
  ).map((time) => time.getTime());

test("law: if an expression has room, each of its runs is later by the offset, and there are no others", () => {
  const from = new Date("2027-03-01T00:00:00Z");
  fc.assert(
    fc.property(
      anyCron,
      fc.integer({ min: 2, max: 600 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (expression, window, at) => {
        fc.pre(cronProblem(expression) === undefined && spreadProblem(expression, window) === undefined);
        const offset = Math.min(window - 1, Math.floor(at * window));
        const moved = movedCron(expression, offset);
        expect(cronProblem(moved)).toBeUndefined();
        const before = UTC_RUNS(expression, from);
        const after = UTC_RUNS(moved, from);
        const end = Math.min(before.at(-1)!, after.at(-1)!) - DAY;
        // An expression that wraps around midnight begins with a run of the day before.
        const within = (times: number[]): number[] =>
          times.filter((time) => time >= from.getTime() + DAY && time <= end);
        expectEqual(within(after), within(before.map((time) => time + offset * 60_000)));
      },
    ),
    RUNS,
  );
});

test("law: the maximum in a hint has room, and one minute more does not", () => {
  fc.assert(
    fc.property(anyCron, fc.integer({ min: 2, max: 1500 }), (expression, window) => {
      fc.pre(cronProblem(expression) === undefined);
      const problem = spreadProblem(expression, window);
      const [, most] = /at most (\d+[mh])\.$/.exec(problem?.hint ?? "") ?? [];
      fc.pre(most !== undefined);
      expect(spreadProblem(expression, spreadMinutes(most!)!)).toBeUndefined();
      expect(spreadProblem(expression, spreadMinutes(most!)! + 1)).toBeDefined();
    }),
    RUNS,
  );
});

describe("the offset", () => {
  test("is always the same: otherwise live triggers would drift after an upgrade", () => {
    expect(spreadOffset("prod", "nightly-clusters", 30)).toBe(20);
    expect(spreadOffset("dev", "nightly-clusters", 30)).toBe(0);
    expect(spreadOffset("prod", "été", 1440)).toBe(902);
  });

  test("law: is inside the window", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 1440 }), (namespace, name, window) => {
        const offset = spreadOffset(namespace, name, window);
        expectEqual(Number.isInteger(offset) && offset >= 0 && offset < window, true);
      }),
      RUNS,
    );
  });

  test("is evenly distributed over triggers with similar names", () => {
    const counts = Array.from({ length: 30 }, () => 0);
    for (let at = 0; at < 3000; at += 1) counts[spreadOffset("prod", `job-${at}`, 30)]! += 1;
    // 100 of each are expected; six standard deviations are 59.
    expect(Math.min(...counts)).toBeGreaterThan(41);
    expect(Math.max(...counts)).toBeLessThan(159);
  });
});

describe("in a definition", () => {
  test.each<[string, string[], string | undefined, string[]]>([
    ["a window", ["spread: 30m"], undefined, []],
    [
      "no duration",
      ["spread: 30 min"],
      undefined,
      [
        'a.yaml:7:13 SPREAD_INVALID nightly: spread: "30 min" is not a duration. Write minutes or hours, such as 30m or 2h.',
      ],
    ],
    [
      "a number",
      ["spread: 30"],
      undefined,
      ["a.yaml:7:13 TYPE_WRONG nightly: spread: 30 is a number. Write 30m for 30 minutes."],
    ],
    [
      "a number in quotes",
      ['spread: "30"'],
      undefined,
      ['a.yaml:7:13 SPREAD_INVALID nightly: spread: "30" is not a duration. Write 30m for 30 minutes.'],
    ],
    [
      "a list",
      ["spread: [30m]"],
      undefined,
      [
        'a.yaml:7:13 TYPE_WRONG nightly: spread: ["30m"] is a list. Write minutes or hours, such as 30m or 2h.',
      ],
    ],
    [
      "of an override, at its place",
      [],
      "overrides: { nightly: { spread: 23h } }",
      [
        "prod.yaml:1:33 SPREAD_INVALID nightly: spread: is 23h and passes midnight, which one cron expression cannot express. Write a spread of at most 22h.",
      ],
    ],
    [
      "of an interval",
      ["trigger_type: interval", "schedule_config: { interval_seconds: 600 }", "spread: 5m"],
      undefined,
      [
        "SPREAD_INVALID nightly: spread: applies only to cron schedules. Remove it: an interval starts when its trigger is created or resumed.",
      ],
    ],
    ["null", ["spread: null"], undefined, []],
    [
      "nothing in quotes",
      ['spread: ""'],
      undefined,
      ['a.yaml:7:13 OUT_OF_BOUNDS nightly: spread: "" is out of bounds. Write at least 1 character.'],
    ],
    ["a variable", ["spread: ${var.window}"], "variables: { window: 30m }", []],
    ["an unknown variable", ["spread: ${var.window}"], undefined, []],
  ])("%s", (_, lines, environment, expected) => {
    const text = nightly(...lines).replace(
      lines.some((line) => line.startsWith("trigger_type")) ? "    trigger_type: cron\n" : "\u0000",
      "",
    );
    const found = linesOf({ definitions: text, ...(environment === undefined ? {} : { environment }) });
    expect(
      found.map((line) => (expected[0]?.startsWith("SPREAD") ? line.replace(/^\S+ /, "") : line)),
    ).toEqual(expected);
  });

  test("what is sent is moved, by namespace and name; what is written stays", () => {
    const definitions = nightly("spread: 30m");
    const [declaration] = setOf({ definitions, environment: "namespace: prod" }).declarations;
    expect(declaration!.trigger.schedule_config).toEqual({ cron_expression: "0 2 * * *" });
    const sent = (namespace: string): unknown =>
      sentTrigger(declaration!, namespace).schedule_config["cron_expression"];
    expect(sent("prod")).toBe(`${spreadOffset("prod", "nightly", 30)} 2 * * *`);
    expect(sent("dev")).toBe(`${spreadOffset("dev", "nightly", 30)} 2 * * *`);
    expect(sent("dev")).not.toBe(sent("prod"));
  });

  test("a spread schedule is not accepted from the live trigger: it would be moved again", () => {
    const text = nightly("spread: 30m");
    const path = ["schedule_config", "cron_expression"];
    expect(acceptInto(text, [{ trigger: "nightly", path, value: "5 4 * * *" }])).toEqual({
      text,
      refused: [
        {
          trigger: "nightly",
          path,
          reason: "is spread over a window: remove spread from the definition first",
        },
      ],
    });
    const zone = { trigger: "nightly", path: ["schedule_config", "timezone"], value: "Europe/Paris" };
    expect(acceptInto(text, [zone]).refused).toEqual([]);
  });
});

describe("in a plan", () => {
  const sent = desired({ schedule_config: { cron_expression: "17 2 * * *" } });
  const spread = { cron: "0 2 * * *", window: "30m" };
  const planOf = (wanted: DesiredTrigger, there: LiveTrigger[]) =>
    planSet([wanted], {
      namespaces: new Map([["prod", view(there)]]),
      options: [{ resource: wanted.name, protect: false, spread }],
      now: new Date("2027-01-01T00:00:00Z"),
    }).triggers[0]!;
  const line = 'cron schedule spread over 30m: "0 2 * * *" becomes "17 2 * * *"';

  test.each<[string, LiveTrigger[], unknown[]]>([
    ["a create shows how the schedule changes", [], [line]],
    [
      "a change of the schedule shows it, too",
      [live()],
      [expect.stringMatching(/^schedule_config/), expect.any(String), line],
    ],
    ["without a change there is no line", [live({ schedule_config: { cron_expression: "17 2 * * *" } })], []],
  ])("%s", (_, there, expected) => {
    expect(detailsOf(planOf(sent, there))).toEqual(expected);
  });

  test("a secret expression is not shown", () => {
    const plan = planOf({ ...sent, secret_paths: ["schedule_config.cron_expression"] }, []);
    expect(detailsOf(plan)).toEqual(["cron schedule spread over 30m"]);
  });

  test("a create in Markdown shows the trigger and the line", () => {
    const plan = { triggers: [planOf(sent, [])], unmanaged: [], stateless: false };
    expect(planMarkdown(plan, "prod")).toContain(
      String.raw`| create | cluster, cron "17 2 \* \* \*" UTC; cron schedule spread over 30m: "0 2`,
    );
  });
});
