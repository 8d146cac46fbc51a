#!/usr/bin/env bash
# The Automation API of @pulumi/pulumi 3.248.0 writes every key of `projectSettings` into Pulumi.yaml, and Pulumi.yaml
# documents `plugins`. The type ProjectSettings lacks that key: an object literal with `plugins` is an error (TS2353), while
# the same object in a variable is accepted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @pulumi/pulumi@3.248.0 typescript@5.9.3 @types/node@20.19.43
cat > inline.ts <<'TS'
import { LocalWorkspace } from "@pulumi/pulumi/automation";
void LocalWorkspace.create({
  projectSettings: { name: "a", runtime: "nodejs", plugins: { providers: [{ name: "random", path: "/opt/random" }] } },
});
TS
cat > variable.ts <<'TS'
import { LocalWorkspace } from "@pulumi/pulumi/automation";
const projectSettings = {
  name: "a",
  runtime: "nodejs" as const,
  plugins: { providers: [{ name: "random", path: "/opt/random" }] },
};
void LocalWorkspace.create({ projectSettings });
TS
check() { npx tsc --noEmit --strict --skipLibCheck --module commonjs --moduleResolution node10 --target es2022 --types node "$1" 2>&1 | grep -o 'TS[0-9]*' | sort -u | tr '\n' ' ' || true; }
seen="inline: $(check inline.ts)
variable: $(check variable.ts)"
expected='inline: TS2353 
variable: '
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
