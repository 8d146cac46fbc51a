#!/usr/bin/env bash
# What: human-interval reads "an hour", "half an hour" and "every 5 minutes" as 0 milliseconds: a word that it does not know
# in front of a unit counts as zero. A unit that it does not know is NaN instead, and "hour" without a word is an hour.
# Where: human-interval 2.0.1, the parser of intervals of Agenda and Bree.
# Who is affected: whoever passes the result to a timer, which then fires at once and again and again, or tests it with
# Number.isNaN, which finds nothing wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund human-interval@2.0.1
cat >run.cjs <<'JS'
const humanInterval = require("human-interval");
for (const text of ["hour", "one hour", "an hour", "half an hour", "every 5 minutes", "1 hr"]) {
  console.log(`${text}: ${humanInterval(text)}`);
}
JS
node run.cjs >seen
cat >expected <<'TEXT'
hour: 3600000
one hour: 3600000
an hour: 0
half an hour: 0
every 5 minutes: 0
1 hr: NaN
TEXT
cat seen
diff expected seen
