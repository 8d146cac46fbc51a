#!/usr/bin/env bash
# zod 4.6.7 also applies the length rule of z.string().min(1) to an empty list, and reports two issues for one wrong type:
# that it is a list, and that this list has too few items. The same happens with an empty string where a list is expected; a
# number or an object gets one issue.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7
cat >run.cjs <<'JS'
const { z } = require("zod");
const text = z.string().min(1);
const list = z.array(z.unknown()).min(1);
for (const [schema, value] of [[text, []], [list, ""], [text, 5]])
  for (const { code, message } of schema.safeParse(value).error.issues) console.log(JSON.stringify(value), code, message);
JS
node run.cjs >seen
cat >expected <<'TEXT'
[] invalid_type Invalid input: expected string, received array
[] too_small Too small: expected array to have >=1 items
"" invalid_type Invalid input: expected array, received string
"" too_small Too small: expected string to have >=1 characters
5 invalid_type Invalid input: expected string, received number
TEXT
cat seen
diff expected seen
