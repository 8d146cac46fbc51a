#!/usr/bin/env bash
# What: for a month that lacks the day of the expression, aws-cron-parser's next() returns a day of the following month: "day
# 31" runs on 3 March and on 1 May, "29 February" on 1 March. Such a date does not match the expression that it comes from.
# Where: aws-cron-parser 1.1.12.
# Who is affected: whoever uses aws-cron-parser to show or check the next runs of an EventBridge rule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-cron-parser@1.1.12
cat >run.cjs <<'JS'
const { parse, next } = require("aws-cron-parser");
for (const expression of ["0 9 31 * ? *", "0 9 29 2 ? *"]) {
  const cron = parse(expression);
  let run = new Date("2027-01-01T12:00:00Z");
  const runs = [1, 2, 3, 4].map(() => (run = next(cron, run)).toISOString().slice(0, 10));
  console.log(`${expression}: ${runs.join(", ")}`);
}
JS
node run.cjs >seen
cat >expected <<'TEXT'
0 9 31 * ? *: 2027-01-31, 2027-03-03, 2027-03-31, 2027-05-01
0 9 29 2 ? *: 2027-03-01, 2028-02-29, 2029-03-01, 2030-03-01
TEXT
cat seen
diff expected seen
