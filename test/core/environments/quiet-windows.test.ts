import { describe, expect, test } from "@jest/globals";
import { withQuiet } from "../../../provider/core/environments/quiet-key";
import type { DesiredTrigger } from "../../../provider/core/schema/model";
import { linesOf, nightly, setOf } from "../files";

const NOW = Date.parse("2026-12-21T12:00:00Z");

const windows = (...lines: string[]): string => `quiet:\n${lines.map((line) => `  - ${line}\n`).join("")}`;

const linesAt = (environment: string, definitions = nightly()): string[] =>
  linesOf({ definitions, environment, now: NOW });

describe("an invalid window is reported at its place, with its fix", () => {
  const twoWays = "Write from and until for one window, or cron and duration for a recurring one.";
  const times = "Write 2026-12-20T00:00:00+01:00, or, with timezone, 2026-12-20 or 2026-12-20T08:00.";
  test.each<[string, string, string[]]>([
    [
      "an unknown key",
      windows("{ from: 2026-12-20T00:00Z, untill: 2026-12-27T00:00Z }"),
      ["prod.yaml:2:32 KEY_UNKNOWN quiet.0.untill: is not a key of a window of quiet. Did you mean until?"],
    ],
    [
      "not a list",
      "quiet: { from: 2026-12-20T00:00Z }\n",
      ['prod.yaml:1:8 TYPE_WRONG quiet: {"from":"2026-12-20T00:00Z"} is a map. Write a list.'],
    ],
    [
      "an item that is not a map",
      windows("2026-12-20"),
      ['prod.yaml:2:5 TYPE_WRONG quiet.0: "2026-12-20" is a string. Write a map.'],
    ],
    [
      "an invalid date",
      windows("{ from: 2026-12-32T00:00Z, until: 27.12.2026, timezone: Europe/Paris }"),
      [
        `prod.yaml:2:13 QUIET_INVALID quiet.0.from: "2026-12-32T00:00Z" is not a time. ${times}`,
        `prod.yaml:2:39 QUIET_INVALID quiet.0.until: "27.12.2026" is not a time. ${times}`,
      ],
    ],
    [
      "a day that the month does not have",
      windows("{ from: 2026-02-30, until: 2026-03-02, timezone: UTC }"),
      [`prod.yaml:2:13 QUIET_INVALID quiet.0.from: "2026-02-30" is not a time. ${times}`],
    ],
    [
      "a number",
      windows("{ from: 20261220, until: 2026-12-27T00:00Z }"),
      ["prod.yaml:2:13 TYPE_WRONG quiet.0.from: 20261220 is a number. Write a string."],
    ],
    [
      "a local time without a zone",
      windows("{ from: 2026-12-20, until: 2026-12-27T00:00Z }"),
      [
        'prod.yaml:2:13 QUIET_INVALID quiet.0.from: "2026-12-20" has no offset, and the window has no timezone. Add timezone: Europe/Paris, or write an offset: 2026-12-20T00:00:00+01:00.',
      ],
    ],
    [
      "an end before the beginning",
      windows("{ from: 2026-12-27T00:00Z, until: 2026-12-27T01:00+01:00 }"),
      [
        'prod.yaml:2:39 QUIET_INVALID quiet.0.until: "2026-12-27T01:00+01:00" is not after from. Write a later time.',
      ],
    ],
    [
      "no end",
      windows("{ from: 2026-12-27T00:00Z }"),
      ["prod.yaml:2:5 KEY_MISSING quiet.0: has from and no until. Add until."],
    ],
    [
      "no duration",
      windows('{ cron: "0 22 * * FRI" }'),
      ["prod.yaml:2:5 KEY_MISSING quiet.0: has cron and no duration. Add duration."],
    ],
    ["no times", windows("{ reason: a }"), [`prod.yaml:2:5 QUIET_INVALID quiet.0: has no time. ${twoWays}`]],
    [
      "both notations at once",
      windows('{ from: 2026-12-27T00:00Z, cron: "0 22 * * FRI", duration: 8h }'),
      [`prod.yaml:2:5 QUIET_INVALID quiet.0: mixes from/until with cron/duration. ${twoWays}`],
    ],
    [
      "a cron, a zone and a duration",
      windows('{ cron: "0 25 * * FRI", timezone: Europe/Pariss, duration: 8 hours }'),
      [
        expect.stringMatching(/^prod\.yaml:2:13 CRON_INVALID quiet\.0\.cron: /) as unknown as string,
        expect.stringMatching(/^prod\.yaml:2:39 ZONE_UNKNOWN quiet\.0\.timezone: /) as unknown as string,
      ],
    ],
    [
      "a duration",
      windows('{ cron: "0 22 * * FRI", duration: 8 hours }'),
      [
        'prod.yaml:2:39 QUIET_INVALID quiet.0.duration: "8 hours" is not a duration of at most 366 days. Write minutes, hours, days or weeks, such as 90m, 8h, 2d or 1w.',
      ],
    ],
    ...["* * * * *", "0 * * * *", "0 0 * * *"].map((cron): [string, string, string[]] => [
      `windows of ${cron} without an end`,
      windows(`{ cron: "${cron}", duration: 24h }`),
      [
        expect.stringMatching(
          /^prod\.yaml:2:\d+ QUIET_INVALID quiet\.0\.duration: is 24h, and cron starts the next window before that ends: the windows never end\. /,
        ) as unknown as string,
      ],
    ]),
    [
      "an expression in the reason",
      windows('{ cron: "0 22 * * FRI", duration: 8h, reason: "${var.why}" }'),
      ["prod.yaml:2:51 QUIET_INVALID quiet.0.reason: cannot contain ${…}. Write the text itself."],
    ],
    [
      "no trigger listed",
      windows('{ cron: "0 22 * * FRI", duration: 8h, triggers: [] }'),
      ["prod.yaml:2:53 OUT_OF_BOUNDS quiet.0.triggers: [] is out of bounds. Write at least 1 item."],
    ],
    [
      "an end in the past, a warning",
      windows("{ from: 2026-12-20T00:00Z, until: 2026-12-21T12:00Z }"),
      [
        'prod.yaml:2:39 warning QUIET_OVER quiet.0.until: "2026-12-21T12:00Z" is in the past. Remove this window, or correct its dates.',
      ],
    ],
    [
      "names and globs that match no trigger, warnings",
      windows('{ cron: "0 22 * * FRI", duration: 8h, triggers: [nigthly, "night*", "exp-*"] }'),
      [
        'prod.yaml:2:54 warning QUIET_UNMATCHED quiet.0.triggers.0: "nigthly" matches no trigger of this environment. Did you mean nightly?',
        'prod.yaml:2:73 warning QUIET_UNMATCHED quiet.0.triggers.2: "exp-*" matches no trigger of this environment. Remove it, or correct it.',
      ],
    ],
    [
      "one that matches only what is excluded",
      `exclude: [nightly]\n${windows('{ cron: "0 22 * * FRI", duration: 8h, triggers: [nightly] }')}`,
      [
        'prod.yaml:3:54 warning QUIET_UNMATCHED quiet.0.triggers.0: "nightly" matches no trigger of this environment. Remove it, or correct it.',
      ],
    ],
  ])("%s", (_, environment, lines) => {
    expect(linesAt(environment)).toEqual(lines);
  });

  test("too many windows", () => {
    const all = Array.from({ length: 101 }, () => '{ cron: "0 22 * * FRI", duration: 8h }');
    expect(linesAt(windows(...all))).toEqual([
      "prod.yaml:2:3 OUT_OF_BOUNDS quiet: has 101 windows; at most 100 are allowed. Remove past windows, or use cron for recurring ones.",
    ]);
  });

  test("too many globs, which would take minutes to compare with each trigger", () => {
    const some = (at: number) =>
      `{ cron: "0 22 * * FRI", duration: 8h, triggers: [${Array.from({ length: 60 }, (_, n) => `"a${at}${n}*"`).join(", ")}] }`;
    expect(linesAt(windows(some(1), some(2)))).toEqual([
      "prod.yaml:2:3 OUT_OF_BOUNDS quiet: has 120 globs; at most 100 are allowed. Write names, whose number is not limited, or one glob with {a,b} for several.",
    ]);
  });
});

/** The quiet window of `nightly` at a given time. */
function quietAt(time: string, ...lines: string[]): DesiredTrigger["active_quiet"] {
  const { declarations, issues } = setOf({ definitions: nightly(), environment: windows(...lines) });
  expect(issues).toEqual([]);
  const triggers = declarations.map(({ trigger }) => ({ ...trigger, namespace: "prod" }));
  return withQuiet(triggers, declarations, Date.parse(time))[0]!.active_quiet;
}

describe("when a trigger is in planned quiet", () => {
  const once = "{ from: 2026-12-20T00:00:00+01:00, until: 2026-12-27T00:00:00+01:00, reason: freeze }";
  const local = "{ from: 2026-12-20, until: 2026-12-27, timezone: Europe/Paris }";
  const weekly = '{ cron: "0 22 * * FRI", duration: 8h, timezone: Europe/Paris, reason: weekly }';
  test.each<[string, string, string[], DesiredTrigger["active_quiet"]]>([
    ["just before the beginning", "2026-12-19T22:59:59.999Z", [once], undefined],
    [
      "from the beginning",
      "2026-12-19T23:00:00Z",
      [once],
      { until: "2026-12-27T00:00:00+01:00", reason: "freeze" },
    ],
    [
      "until just before the end",
      "2026-12-26T22:59:59.999Z",
      [once],
      { until: "2026-12-27T00:00:00+01:00", reason: "freeze" },
    ],
    ["not at the end", "2026-12-26T23:00:00Z", [once], undefined],
    ["in a zone's local time", "2026-12-19T23:00:00Z", [local], { until: "2026-12-27T00:00:00+01:00" }],
    [
      "in a window with a cron",
      "2026-12-18T21:00:00Z",
      [weekly],
      { until: "2026-12-19T06:00:00+01:00", reason: "weekly" },
    ],
    ["after a window with a cron", "2026-12-19T05:00:00Z", [weekly], undefined],
    [
      "in overlapping windows, until the last one ends",
      "2026-12-19T04:00:00Z",
      [
        weekly,
        "{ from: 2026-12-19T04:30Z, until: 2026-12-19T09:00Z, reason: move }",
        "{ from: 2026-12-19T08:00Z, until: 2026-12-19T10:00Z }",
      ],
      { until: "2026-12-19T10:00Z", reason: "weekly; move" },
    ],
    [
      "in windows that follow each other directly",
      "2026-12-19T04:00:00Z",
      ['{ cron: "0 0 * * SAT,SUN", duration: 1d, timezone: Europe/Paris }'],
      { until: "2026-12-21T00:00:00+01:00" },
    ],
    [
      "days of a duration are the zone's, of 25 hours too",
      "2026-10-25T22:30:00Z",
      ['{ cron: "0 0 25 10 *", duration: 1d, timezone: Europe/Paris }'],
      { until: "2026-10-26T00:00:00+01:00" },
    ],
    [
      "in windows for this trigger only",
      "2026-12-21T00:00:00Z",
      [
        '{ from: 2026-12-20T00:00Z, until: 2026-12-27T00:00Z, triggers: ["!nightly", "x"] }',
        "{ from: 2026-12-20T00:00Z, until: 2026-12-22T00:00Z, triggers: [nightly] }",
      ].slice(1),
      { until: "2026-12-22T00:00Z" },
    ],
  ])("%s", (_, time, lines, quiet) => {
    expect(quietAt(time, ...lines)).toEqual(quiet);
  });

  test("not in a window for others", () => {
    const other = nightly() + nightly().replace("triggers:\n", "").replace("nightly:", "hourly:");
    const { declarations } = setOf({
      definitions: other,
      environment: windows('{ from: 2026-12-20T00:00Z, until: 2026-12-27T00:00Z, triggers: ["hour*"] }'),
    });
    const triggers = declarations.map(({ trigger }) => ({ ...trigger, namespace: "prod" }));
    expect(
      withQuiet(triggers, declarations, NOW).map(({ name, active_quiet }) => [name, active_quiet?.until]),
    ).toEqual([
      ["nightly", undefined],
      ["hourly", "2026-12-27T00:00Z"],
    ]);
  });
});
