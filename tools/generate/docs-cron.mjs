// docs/definitions.md on cron expressions: the grammar that every reader takes alike, made from the table of the warnings.
import { code, table } from "./markdown.mjs";

const PORTABLE = [
  [
    "minute, hour, day of month, month",
    "`*`, numbers, ranges with two different ends, lists of these, `*/5`, `0-30/10`",
  ],
  ["month", "names as well, without a step: `JAN-MAR`"],
  ["day of week", "`*`, names in a list (`SAT,SUN`), or a range of names from MON on (`MON-FRI`)"],
  ["both day fields", "one of them is `*`"],
  ["steps", "not larger than their range: at most `*/59` minutes, `*/23` hours"],
];

export function cronSection({ DIFFERENCES, BOTH_DAYS, notPortable }) {
  return [
    "## Cron expressions",
    "",
    "Five fields: minute, hour, day of month, month, day of week. Which cron library the service runs is not published, and libraries differ. What all of them read alike is the portable grammar:",
    "",
    ...table(["Field", "Portable"], PORTABLE),
    "",
    "Anything else that is valid is accepted with the warning `CRON_NOT_PORTABLE`; `validate --strict` makes it an error.",
    "",
    ...table(
      ["Construct", "Example", "What differs", "Portable"],
      [...DIFFERENCES, BOTH_DAYS].map(({ construct, example, differs }) => [
        construct,
        code(example),
        differs,
        portable(notPortable(example).hint),
      ]),
    ),
    "",
    "Two expressions are equal when they differ only in blanks, leading zeros and the case of names. Every other difference is a change and is sent, also where one library reads both alike.",
    "",
    "A range that starts after its end (`22-4`, `SAT-SUN`, `NOV-FEB`), `@daily`, expressions of EventBridge (the last field is a year), of Quartz and Spring (the first is seconds), and `CRON_TZ=` in front are errors that name the five fields to write.",
    "",
    "### Daylight saving time",
    "",
    "Next runs are shown in the time zone of `timezone`, by these rules:",
    "",
    "- A local time that is skipped runs later by the length of the gap: `30 2 * * *` runs at 03:30 that day.",
    "- A local time that occurs twice runs at the first occurrence.",
    "- An expression for every hour (`*/20 * * * *`) skips the skipped times, and runs at both occurrences of a repeated time.",
    "",
    "The service may differ: croniter and APScheduler run `30 2 * * *` twice when the clocks go back, croniter runs a skipped 02:30 at 03:00, and APScheduler 3.11 misses a midnight after a change. An hour from 04:00 on, or `timezone: UTC`, is read alike by all. `CLOCK_CHANGE` names the runs that the changes of the next year skip or repeat; a schedule that runs at least every three hours has none that matter. Time zone rules change: `ZONE_OUTDATED` warns where they changed after the tables of this Node, whose release `mixpeek-triggers --version` prints.",
    "",
  ];
}

/** The expressions that a hint offers; none: the construct has no spelling that all take alike. */
function portable(hint) {
  const offered = [...hint.matchAll(/"([^"]+)"/g)].map(([, text]) => code(text));
  return offered.length > 0 ? offered.join(" and ") : "none";
}
