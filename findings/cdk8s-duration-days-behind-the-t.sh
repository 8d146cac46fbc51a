#!/usr/bin/env bash
# What: a cdk8s Duration writes days behind the T of an ISO 8601 duration: a week is "PT7D", and 36 hours are "PT1D12H". ISO
# 8601 has days before the T, and two other parsers refuse both texts. Duration.parse() reads its own form, but refuses
# "P7D" and "P1DT12H", which are ISO 8601. It also refuses "PT1.5H", which toIsoString() writes.
# Where: cdk8s 2.70.106, whose documentation names ISO 8601 for both functions; tinyduration 3.4.1, iso8601-duration 2.1.4.
# Who is affected: whoever passes the duration of a declared job to another tool, or reads one from a file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cdk8s@2.70.106 constructs@10.8.1 tinyduration@3.4.1 iso8601-duration@2.1.4
cat >run.cjs <<'JS'
const { Duration } = require("cdk8s");
const tiny = require("tinyduration");
const iso = require("iso8601-duration");
const reads = (read) => {
  try {
    read();
    return "reads";
  } catch {
    return "refuses";
  }
};
const show = (text) => {
  const answers = [() => Duration.parse(text), () => tiny.parse(text), () => iso.parse(text)].map(reads);
  console.log(`${text}: cdk8s ${answers[0]}, tinyduration ${answers[1]}, iso8601-duration ${answers[2]}`);
};
[Duration.days(7), Duration.hours(36), Duration.hours(1.5)].forEach((duration) => show(duration.toIsoString()));
["P7D", "P1DT12H"].forEach(show);
JS
node run.cjs >seen
cat >expected <<'TEXT'
PT7D: cdk8s reads, tinyduration refuses, iso8601-duration refuses
PT1D12H: cdk8s reads, tinyduration refuses, iso8601-duration refuses
PT1.5H: cdk8s refuses, tinyduration reads, iso8601-duration reads
P7D: cdk8s refuses, tinyduration reads, iso8601-duration reads
P1DT12H: cdk8s refuses, tinyduration reads, iso8601-duration reads
TEXT
cat seen
diff expected seen
