#!/usr/bin/env bash
# cron-parser 5.10.6 replaces names of months and weekdays inside longer words: "1FEB" in the month field becomes "12",
# which is December, and "SUN5" becomes "05", which is Friday. croner 11.0.1 refuses both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 croner@11.0.1
cat > run.cjs <<'JS'
const { CronExpressionParser } = require("cron-parser");
const { Cron } = require("croner");
const from = new Date("2026-11-28T00:00:00Z");
for (const expression of ["0 0 1 1FEB *", "0 0 * * SUN5"]) {
  const first = CronExpressionParser.parse(expression, { tz: "UTC", currentDate: from }).next().toDate();
  let other = "accepts it";
  try {
    new Cron(expression, { timezone: "UTC" });
  } catch {
    other = "refuses it";
  }
  console.log(`${expression}: cron-parser ${first.toISOString()}, croner ${other}`);
}
JS
seen=$(node run.cjs)
expected='0 0 1 1FEB *: cron-parser 2026-12-01T00:00:00.000Z, croner refuses it
0 0 * * SUN5: cron-parser 2026-12-04T00:00:00.000Z, croner refuses it'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
