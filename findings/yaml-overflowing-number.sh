#!/usr/bin/env bash
# A number that overflows, `x: 1e400`: js-yaml 5.5.0 reads it as a string, yaml 2.9.1 as Infinity, which JSON.stringify then
# writes as null. Neither prints a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund js-yaml@5.5.0 yaml@2.9.1
cat > run.cjs <<'JS'
const show = (value) => `${typeof value.x} ${JSON.stringify(value)}`;
console.log("js-yaml", show(require("js-yaml").load("x: 1e400")));
console.log("yaml", show(require("yaml").parse("x: 1e400")));
JS
seen=$(node run.cjs)
expected='js-yaml string {"x":"1e400"}
yaml number {"x":null}'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
