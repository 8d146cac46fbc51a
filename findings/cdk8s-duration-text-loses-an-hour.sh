#!/usr/bin/env bash
# What: toHumanString() of a cdk8s Duration loses whole hours: 26 hours are "1 day 1 hour", and 100 hours "4 days 3 hours". One
# hour is "60 minutes". Of the whole hours from 1 to 1000, the text of one in three is wrong or has a unit that is full. The
# number itself is right: toMinutes() of the same object has every minute.
# Where: cdk8s 2.70.106; its documentation only calls this a human-readable string.
# Who is affected: whoever shows the timeout or the interval of a declared Kubernetes job with it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cdk8s@2.70.106 constructs@10.8.1
cat >run.cjs <<'JS'
const { Duration } = require("cdk8s");
for (const hours of [1, 3, 26, 28, 100]) {
  const duration = Duration.hours(hours);
  console.log(`${hours}: ${duration.toMinutes()} minutes, ${duration.toHumanString()}`);
}
const right = (hours) => {
  const parts = [["day", Math.floor(hours / 24)], ["hour", hours % 24]].filter(([, count]) => count > 0);
  return parts.map(([unit, count]) => `${count} ${unit}${count === 1 ? "" : "s"}`).join(" ");
};
const all = Array.from({ length: 1000 }, (_, index) => index + 1);
console.log(`not as expected: ${all.filter((hours) => Duration.hours(hours).toHumanString() !== right(hours)).length} of 1000`);
JS
node run.cjs >seen
cat >expected <<'TEXT'
1: 60 minutes, 60 minutes
3: 180 minutes, 3 hours
26: 1560 minutes, 1 day 1 hour
28: 1680 minutes, 1 day 3 hours
100: 6000 minutes, 4 days 3 hours
not as expected: 336 of 1000
TEXT
cat seen
diff expected seen
