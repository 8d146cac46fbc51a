#!/usr/bin/env bash
# What: cron-schedule reads a single number with a step, such as 5/15, as the number alone: four runs an hour become one, and
# a job each quarter, "1/3" in the month field, becomes a job each year. cron-validate, which cron-schedule's README
# recommends as a check, calls both valid with its preset for cron-schedule. What follows the digits is ignored in general:
# "1#1", the first Monday of a month, is every Monday, but that preset does refuse this one.
# Where: cron-schedule 6.0.0, cron-validate 1.5.3. cron-parser 5.10.6 starts at the number and applies the step.
# Who is affected: whoever moves expressions from Quartz, AWS or another scheduler that knows this form to cron-schedule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-schedule@6.0.0 cron-validate@1.5.3 cron-parser@5.10.6
cat >run.cjs <<'JS'
const { parseCronExpression } = require("cron-schedule");
const validate = require("cron-validate").default;
const { CronExpressionParser } = require("cron-parser");
const start = new Date("2027-01-01T12:00:00Z");
const show = (dates) => dates.map((date) => date.toISOString().slice(0, 16)).join(" | ");
for (const expression of ["0 5/15 * * * *", "0 0 9 1 1/3 *", "0 0 9 * * 1#1"]) {
  const verdict = validate(expression, { preset: "npm-cron-schedule" }).isValid() ? "valid" : "invalid";
  const runs = CronExpressionParser.parse(expression, { currentDate: start, tz: "UTC" });
  console.log(`${expression} (cron-validate: ${verdict})`);
  console.log("  cron-schedule:", show(parseCronExpression(expression).getNextDates(3, start)));
  console.log("  cron-parser:", show([1, 2, 3].map(() => runs.next().toDate())));
}
JS
TZ=UTC node run.cjs >seen
cat >expected <<'TEXT'
0 5/15 * * * * (cron-validate: valid)
  cron-schedule: 2027-01-01T12:05 | 2027-01-01T13:05 | 2027-01-01T14:05
  cron-parser: 2027-01-01T12:05 | 2027-01-01T12:20 | 2027-01-01T12:35
0 0 9 1 1/3 * (cron-validate: valid)
  cron-schedule: 2028-01-01T09:00 | 2029-01-01T09:00 | 2030-01-01T09:00
  cron-parser: 2027-04-01T09:00 | 2027-07-01T09:00 | 2027-10-01T09:00
0 0 9 * * 1#1 (cron-validate: invalid)
  cron-schedule: 2027-01-04T09:00 | 2027-01-11T09:00 | 2027-01-18T09:00
  cron-parser: 2027-01-04T09:00 | 2027-02-01T09:00 | 2027-03-01T09:00
TEXT
cat seen
diff expected seen
