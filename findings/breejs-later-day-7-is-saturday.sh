#!/usr/bin/env bash
# What: day of week 7 is Saturday in @breejs/later: "0 9 * * 7" runs on Saturday, the weekend "6,7" only on Saturday, and
# Friday to Sunday, "5-7", lacks its Sunday. cron-validate accepts all three, and cron-parser reads 7 as Sunday.
# One of the library's own tests is named as if 7 were Sunday, but expects the number that the library uses for Saturday.
# Where: @breejs/later 4.2.0 and cron-validate 1.5.3, with which Bree 9.2.9 runs and checks its jobs; cron-parser 5.10.6.
# Who is affected: whoever moves a job that runs on Sundays to Bree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @breejs/later@4.2.0 cron-validate@1.5.3 cron-parser@5.10.6
cat >run.cjs <<'JS'
const later = require("@breejs/later");
const validate = require("cron-validate").default;
const { CronExpressionParser } = require("cron-parser");
const start = new Date("2027-01-01T12:00:00Z");
const day = (date) => date.toUTCString().slice(0, 7);
for (const expression of ["0 9 * * 7", "0 9 * * 6,7", "0 9 * * 5-7"]) {
  const runs = CronExpressionParser.parse(expression, { currentDate: start, tz: "UTC" });
  console.log(`${expression} (cron-validate: ${validate(expression).isValid() ? "valid" : "invalid"})`);
  console.log("  later:", later.schedule(later.parse.cron(expression)).next(4, start).map(day).join(" | "));
  console.log("  cron-parser:", [1, 2, 3, 4].map(() => day(runs.next().toDate())).join(" | "));
}
JS
TZ=UTC node run.cjs >seen
cat >expected <<'TEXT'
0 9 * * 7 (cron-validate: valid)
  later: Sat, 02 | Sat, 09 | Sat, 16 | Sat, 23
  cron-parser: Sun, 03 | Sun, 10 | Sun, 17 | Sun, 24
0 9 * * 6,7 (cron-validate: valid)
  later: Sat, 02 | Sat, 09 | Sat, 16 | Sat, 23
  cron-parser: Sat, 02 | Sun, 03 | Sat, 09 | Sun, 10
0 9 * * 5-7 (cron-validate: valid)
  later: Sat, 02 | Fri, 08 | Sat, 09 | Fri, 15
  cron-parser: Sat, 02 | Sun, 03 | Fri, 08 | Sat, 09
TEXT
cat seen
diff expected seen
