#!/usr/bin/env bash
# On Lord Howe Island, clocks go back by half an hour on one day in autumn. For the run on that day, cron-parser 5.10.6
# throws "loop limit exceeded" if the minute of a daily expression is below 30; croner 11.0.1 finds each day's run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 croner@11.0.1
cat > run.cjs <<'JS'
const { CronExpressionParser } = require("cron-parser");
const { Cron } = require("croner");
const from = new Date("2027-04-03T00:00:00Z");
const tz = "Australia/Lord_Howe";
try {
  console.log(CronExpressionParser.parse("15 2 * * *", { tz, currentDate: from }).next().toDate().toISOString());
} catch (error) {
  console.log(`cron-parser: ${error.message}`);
}
console.log(`croner: ${new Cron("15 2 * * *", { timezone: tz }).nextRun(from).toISOString()}`);
JS
seen=$(node run.cjs)
expected='cron-parser: Invalid expression, loop limit exceeded
croner: 2027-04-03T15:45:00.000Z'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
