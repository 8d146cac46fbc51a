#!/usr/bin/env bash
# jest 30.5.2: if a row of test.each is shorter than the test's parameters, the test gets jest's callback as the last
# argument, even if that parameter is optional in TypeScript's types. The test passes its assertions and then fails, because
# nothing calls the callback before the timeout; a default value for the parameter avoids this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jest@30.5.2
cat > rows.test.js <<'JS'
jest.setTimeout(200);
const rows = [
  ["a", "A", { upper: true }],
  ["a", "a"],
];
const text = (value, { upper }) => (upper ? value.toUpperCase() : value);
test.each(rows)("optional %#", (value, expected, options) => {
  expect(text(value, options)).toBe(expected);
});
test.each(rows)("default %#", (value, expected, options = {}) => {
  expect(text(value, options)).toBe(expected);
});
JS
npx jest --json --outputFile=result.json >/dev/null 2>&1 || true
seen=$(node -e '
const { testResults: [{ assertionResults }] } = JSON.parse(require("fs").readFileSync("result.json"));
for (const { title, status, failureMessages: [message = ""] } of assertionResults)
  console.log(`${title}: ${status} ${message.split("\n")[0]}`.trim());
')
expected='optional 0: passed
optional 1: failed Error: thrown: "Exceeded timeout of 200 ms for a test while waiting for `done()` to be called.
default 0: passed
default 1: passed'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
