#!/usr/bin/env bash
# cronstrue 3.39.0 joins two restricted day fields with "and": "0 0 13 * FRI" reads as if it fired only on a Friday the
# 13th. cron fires on either day, as cron-parser 5.10.6 computes here: every Friday, and every 13th.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cronstrue@3.39.0 cron-parser@5.10.6
cat >run.cjs <<'JS'
const { toString } = require("cronstrue");
const { CronExpressionParser } = require("cron-parser");
const expression = "0 0 13 * FRI";
console.log(toString(expression, { use24HourTimeFormat: true }));
const runs = CronExpressionParser.parse(expression, { currentDate: "2027-01-01T12:00:00Z", tz: "UTC" });
for (let n = 0; n < 3; n += 1) console.log(runs.next().toDate().toUTCString().slice(0, 11));
JS
node run.cjs >seen
cat >expected <<'TEXT'
At 00:00, on day 13 of the month, and on Friday
Fri, 08 Jan
Wed, 13 Jan
Fri, 15 Jan
TEXT
cat seen
diff expected seen
