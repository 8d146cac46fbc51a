#!/usr/bin/env bash
# What: local-crontab converts the hour of a local crontab to UTC and leaves the day as it is. Midnight of a Monday in Tokyo
# becomes Monday 15:00 UTC, which is Tuesday midnight in Tokyo; 08:00 on the 1st becomes 23:00 UTC on the 1st, which is the
# 2nd in Tokyo. The examples in its README are daily jobs only, for which this cannot be seen.
# Where: local-crontab 0.1.8. croner 11.0.1 computes the runs of what it returns, shown here in Tokyo's time.
# Who is affected: whoever schedules weekly or monthly jobs on a scheduler in UTC with it: they run a day late, or, west of
# UTC, a day early.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund local-crontab@0.1.8 croner@11.0.1
cat >run.cjs <<'JS'
const { localCrontabToUtcCrontabs } = require("local-crontab");
const { Cron } = require("croner");
const show = (date, timeZone) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", day: "numeric", hour: "numeric", minute: "numeric" }).format(date);
for (const [local, zone] of [["0 0 * * 1", "Asia/Tokyo"], ["0 8 1 * *", "Asia/Tokyo"], ["0 22 * * 5", "America/Phoenix"]]) {
  const [utc, ...others] = localCrontabToUtcCrontabs(local, zone);
  const run = new Cron(utc, { timezone: "UTC" }).nextRun(new Date("2027-02-03T00:00:00Z"));
  console.log(`${local} ${zone}: ${utc} UTC, ${others.length} others, runs on ${show(run, zone)}`);
}
JS
node run.cjs >seen
cat >expected <<'TEXT'
0 0 * * 1 Asia/Tokyo: 0 15 * * 1 UTC, 0 others, runs on Tue 9, 00:00
0 8 1 * * Asia/Tokyo: 0 23 1 * * UTC, 0 others, runs on Tue 2, 08:00
0 22 * * 5 America/Phoenix: 0 5 * * 5 UTC, 0 others, runs on Thu 4, 22:00
TEXT
cat seen
diff expected seen
