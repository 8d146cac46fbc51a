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
    "### Changes of clocks",
    "",
    "Next runs are shown by these rules, in the time zone of `timezone`:",
    "",
    "- A local time that is skipped runs as much later as the clocks go forward: `30 2 * * *` runs at 03:30 that day.",
    "- A local time that comes twice runs at the first of the two.",
    "- An expression for every hour (`*/20 * * * *`) goes on with the time: nothing is made up for, and what comes twice runs twice.",
    "",
    "The service may differ: croniter and APScheduler run `30 2 * * *` twice when the clocks go back, croniter runs a skipped 02:30 at 03:00, and APScheduler 3.11 misses a midnight after a change. An hour from 04:00 on, or `timezone: UTC`, is read alike by all. Time zone rules change: where they did so after the tables of this Node (`mixpeek-triggers --version` prints their release), that is the warning `ZONE_OUTDATED`.",
    "",
  ];
}

/** The expressions that a hint offers; none: the construct has no spelling that all take alike. */
function portable(hint) {
  const offered = [...hint.matchAll(/"([^"]+)"/g)].map(([, text]) => code(text));
  return offered.length > 0 ? offered.join(" and ") : "none";
}
