#!/usr/bin/env bash
# What: @datasert/cronjs-matcher never runs a job on the fifth weekday of a month if this is the 31st. "0 9 ? * MON#5" lacks 31
# May 2027 and 31 January 2028, and isTimeMatches() is false for them. The fourth and earlier weekdays are right.
# Where: @datasert/cronjs-matcher 1.4.0 with @datasert/cronjs-parser 1.4.0. croner 11.0.1 has these runs.
# Who is affected: whoever plans month-end work for a fifth weekday: one run in four is missed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @datasert/cronjs-matcher@1.4.0 @datasert/cronjs-parser@1.4.0 croner@11.0.1
cat >run.cjs <<'JS'
const { getFutureMatches, isTimeMatches } = require("@datasert/cronjs-matcher");
const { Cron } = require("croner");
const startAt = "2027-01-01T00:00:00Z";
const matches = getFutureMatches("0 9 ? * MON#5", { startAt, matchCount: 4, timezone: "UTC" });
const runs = new Cron("0 9 * * MON#5", { timezone: "UTC" }).nextRuns(6, new Date(startAt));
console.log(`cronjs: ${matches.map((match) => match.slice(0, 10)).join(" ")}`);
console.log(`croner: ${runs.map((run) => run.toISOString().slice(0, 10)).join(" ")}`);
for (const day of ["2027-03-29", "2027-05-31"]) {
  console.log(`${day}: ${isTimeMatches("0 9 ? * MON#5", `${day}T09:00:00Z`, "UTC")}`);
}
JS
node run.cjs >seen
cat >expected <<'TEXT'
cronjs: 2027-03-29 2027-08-30 2027-11-29 2028-05-29
croner: 2027-03-29 2027-05-31 2027-08-30 2027-11-29 2028-01-31 2028-05-29
2027-03-29: true
2027-05-31: false
TEXT
cat seen
diff expected seen
