#!/usr/bin/env bash
# What: iso8601-duration refuses "P0.5D", although its README has exactly this text as the example of a fraction on the
# smallest unit; a fraction of a week, a month or a year is refused too, one of an hour is not. It reads "-P1D" as one day
# forward, and its README says that a sign is not supported yet.
# Where: iso8601-duration 2.1.4. tinyduration 3.4.1 reads half a day, and knows that "-P1D" is negative.
# Who is affected: whoever validates retention times or offsets with it: half a day is an error, and an offset into the past
# passes and points to the future.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund iso8601-duration@2.1.4 tinyduration@3.4.1
cat >run.cjs <<'JS'
const iso = require("iso8601-duration");
const tiny = require("tinyduration");
for (const text of ["PT0.5H", "P0.5D", "P0.5W", "P0.5M", "P0.5Y", "-P1D"]) {
  let seconds;
  try {
    seconds = `${iso.toSeconds(iso.parse(text), new Date("2027-01-01T00:00:00Z"))} seconds`;
  } catch (error) {
    seconds = error.message;
  }
  console.log(`${text}: ${seconds}; tinyduration ${JSON.stringify(tiny.parse(text))}`);
}
JS
TZ=UTC node run.cjs >seen
cat >expected <<'TEXT'
PT0.5H: 1800 seconds; tinyduration {"hours":0.5}
P0.5D: invalid duration: P0.5D; tinyduration {"days":0.5}
P0.5W: invalid duration: P0.5W; tinyduration {"weeks":0.5}
P0.5M: invalid duration: P0.5M; tinyduration {"months":0.5}
P0.5Y: invalid duration: P0.5Y; tinyduration {"years":0.5}
-P1D: 86400 seconds; tinyduration {"days":1,"negative":true}
TEXT
grep -o 'e.g. `P0.5D`' node_modules/iso8601-duration/README.md
cat seen
diff expected seen
