#!/usr/bin/env bash
# 02:30 does not exist in Paris on 2027-03-28. cron-parser 5.10.6 runs "30 2 * * *" at 03:30 local time on that day,
# croner 11.0.1 at 03:00. Both agree on the day after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 croner@11.0.1
cat > run.cjs <<'JS'
const { CronExpressionParser } = require("cron-parser");
const { Cron } = require("croner");
const from = new Date("2027-03-27T12:00:00Z");
const tz = "Europe/Paris";
const runs = CronExpressionParser.parse("30 2 * * *", { tz, currentDate: from });
console.log("cron-parser", [runs.next(), runs.next()].map((run) => run.toDate().toISOString()).join(" "));
const others = new Cron("30 2 * * *", { timezone: tz }).nextRuns(2, from);
console.log("croner", others.map((run) => run.toISOString()).join(" "));
JS
seen=$(node run.cjs)
expected='cron-parser 2027-03-28T01:30:00.000Z 2027-03-29T00:30:00.000Z
croner 2027-03-28T01:00:00.000Z 2027-03-29T00:30:00.000Z'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
