// The part of docs/definitions.md about cron expressions: the grammar that all readers interpret alike, from the table
// of warnings.
import { code, table } from "./markdown.mjs";

const PORTABLE = [
  [
    "minute, hour, day of month, month",
    "`*`, numbers, ranges with two different ends, lists of numbers and ranges, `*/5`, `0-30/10`",
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
    "A cron expression has five fields: minute, hour, day of month, month, day of week. Mixpeek does not publish which cron library the service uses, and libraries differ. They agree on this portable grammar:",
    "",
    ...table(["Field", "Portable values"], PORTABLE),
    "",
    "Every other valid expression gives the warning `CRON_NOT_PORTABLE`; with `validate --strict`, it is an error.",
    "",
    ...table(
      ["Construct", "Example", "Difference", "Portable alternative"],
      [...DIFFERENCES, BOTH_DAYS].map(({ construct, example, differs }) => [
        construct,
        code(example),
        differs,
        portable(notPortable(example).hint),
      ]),
    ),
    "",
    "Two expressions are equal if they differ only in whitespace, leading zeros and the letter case of names. Every other difference is a change that is sent, even if a library runs both expressions at the same times.",
    "",
    "These are errors: a range that starts after its end (`22-4`, `SAT-SUN`, `NOV-FEB`), `@daily`, EventBridge expressions (the last field is a year), Quartz and Spring expressions (the first field is seconds), and a leading `CRON_TZ=`. The message shows the five fields to write instead.",
    "",
    "### Daylight saving time",
    "",
    "Next runs are shown in the schedule's `timezone`, by these rules:",
    "",
    "- If clocks go forward and skip the time of a run, the run moves by the length of the gap: `30 2 * * *` runs at 03:30 that day.",
    "- If a local time occurs twice, the trigger runs at the first occurrence.",
    "- An expression for every hour (`*/20 * * * *`) has no runs in the gap, and runs at both occurrences of a repeated time.",
    "",
    "The service may differ. When clocks go back, croniter and APScheduler run `30 2 * * *` twice. When clocks go forward, croniter runs a skipped 02:30 at 03:00, and on the following day, APScheduler 3.11 skips daily schedules at 00:00 to 00:59. To avoid these differences, choose a time from 04:00 on, or `timezone: UTC`.",
    "",
    "The warning `CLOCK_CHANGE` lists the runs that clock changes skip or repeat within the next year, except for schedules that run at least every three hours. The warning `ZONE_OUTDATED` means that the rules of a zone changed after the release of this Node's time zone tables. `mixpeek-triggers --version` prints the version of these tables.",
    "",
  ];
}

/** The expressions that a hint suggests; empty if no notation of the construct is read alike by all. */
function portable(hint) {
  const offered = [...hint.matchAll(/"([^"]+)"/g)].map(([, text]) => code(text));
  return offered.length > 0 ? offered.join(" and ") : "none";
}
