#!/usr/bin/env bash
# A map as a key is valid YAML that js-yaml 5.5.0 refuses by default. Its error names line 1, column 1, wherever the key
# is; yaml 2.9.1 reads it and turns the key into text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund js-yaml@5.5.0 yaml@2.9.1
cat > run.cjs <<'JS'
const text = "a: 1\nb:\n  c: { ? { x: 1 } : 2 }\n";
try {
  require("js-yaml").load(text);
} catch ({ reason, mark }) {
  console.log(`js-yaml ${mark.line + 1}:${mark.column + 1} ${reason}`);
}
process.removeAllListeners("warning");
console.log("yaml", JSON.stringify(require("yaml").parse(text, { logLevel: "error" })));
JS
seen=$(node run.cjs)
expected='js-yaml 1:1 object-based map does not support complex keys
yaml {"a":1,"b":{"c":{"{ x: 1 }":2}}}'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
