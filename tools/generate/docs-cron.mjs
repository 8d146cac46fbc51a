// docs/definitions.md on cron expressions: the grammar that every reader takes alike, made from the table of the warnings.
import { code, table } from "./markdown.mjs";

const PORTABLE = [
  [
    "minute, hour, day of month, month",
    "`*`, numbers, ranges with two different ends, lists of these, `*/5`, `0-30/10`",
  ],
  ["month", "also names, without a step: `JAN-MAR`"],
  [
    "day of week",
    "`*`, names in a list (`SAT,SUN`), or a range of names that starts at MON or later (`MON-FRI`)",
  ],
  ["both day fields", "one of them is `*`"],
  ["steps", "not larger than their range: at most `*/59` minutes, `*/23` hours"],
];

export function cronSection({ DIFFERENCES, BOTH_DAYS, notPortable }) {
  return [
    "## Cron expressions",
    "",
    "Five fields: minute, hour, day of month, month, day of week. It is not published which cron library the service uses, and libraries differ. They agree on this portable grammar:",
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
    "Two expressions are equal if they differ only in blanks, leading zeros and the letter case of names. Every other difference is a change and is sent, even if a library treats both in the same way.",
    "",
    "These are errors, and the message names the five fields to write: a range that starts after its end (`22-4`, `SAT-SUN`, `NOV-FEB`), `@daily`, expressions of EventBridge (the last field is a year) and of Quartz and Spring (the first field is seconds), and a leading `CRON_TZ=`.",
    "",
    "### Daylight saving time",
    "",
    "Next runs are shown in the time zone of `timezone`, by these rules:",
    "",
    "- A local time that is skipped runs later by the length of the gap: `30 2 * * *` runs at 03:30 that day.",
    "- A local time that occurs twice runs at the first occurrence.",
    "- An expression for every hour (`*/20 * * * *`) skips the skipped times, and runs at both occurrences of a repeated time.",
    "",
    "The service may differ: croniter and APScheduler run `30 2 * * *` twice when the clocks go back, croniter runs a skipped 02:30 at 03:00, and APScheduler 3.11 misses a midnight after a change. To avoid the difference, choose a time from 04:00 on, or `timezone: UTC`. `CLOCK_CHANGE` names the runs that the clock changes of the next year skip or repeat, except for schedules that run at least every three hours. The rules of time zones change, too: `ZONE_OUTDATED` warns if the rules of a zone changed after the release of this Node's time zone tables, which `mixpeek-triggers --version` prints.",
    "",
  ];
}

/** The expressions that a hint offers; none: the construct has no spelling that all take alike. */
function portable(hint) {
  const offered = [...hint.matchAll(/"([^"]+)"/g)].map(([, text]) => code(text));
  return offered.length > 0 ? offered.join(" and ") : "none";
}
