#!/usr/bin/env bash
# What: rrule turns a rule for the last weekday of a month into "every month on weekdays", one for 9:30 into "every day at 9",
# and one for the hours from 9 to 10 into "every hour". isFullyConvertibleToText(), documented as the hint on whether all
# options of a rule are convertible, is true for all three. If fromText() reads the first, its 12 runs a year become 261.
# Where: rrule 2.8.1.
# Who is affected: whoever shows a schedule as text in a review, even after asking the library whether it can.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rrule@2.8.1
cat >run.cjs <<'JS'
const { RRule } = require("rrule");
const from = new Date("2027-01-01T00:00:00Z");
const to = new Date("2027-12-31T23:59:59Z");
const runs = (rule) => new RRule({ ...rule.origOptions, dtstart: from }).between(from, to, true).length;
for (const text of [
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  "FREQ=DAILY;BYHOUR=9;BYMINUTE=30",
  "FREQ=HOURLY;BYHOUR=9,10",
]) {
  const rule = RRule.fromString(text);
  const again = RRule.fromText(rule.toText());
  console.log(`${text}: ${rule.isFullyConvertibleToText()}, ${rule.toText()}, ${runs(rule)} runs, read again ${runs(again)}`);
}
JS
TZ=UTC node run.cjs >seen
cat >expected <<'TEXT'
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: true, every month on weekdays, 12 runs, read again 261
FREQ=DAILY;BYHOUR=9;BYMINUTE=30: true, every day at 9, 365 runs, read again 365
FREQ=HOURLY;BYHOUR=9,10: true, every hour, 730 runs, read again 8760
TEXT
cat seen
diff expected seen
