#!/usr/bin/env bash
# The Automation API of @pulumi/pulumi 3.276.0 only listens for the abort event of the signal that it is given. If the
# signal is aborted before the call, there is no further event: the CLI runs to its end and the call succeeds. Node's own
# spawn, given the same signal, fails with AbortError. The script shows this with a two-line stand-in for the CLI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @pulumi/pulumi@3.276.0 typescript@5.9.3
mkdir -p cli/bin
printf '#!/bin/sh\necho v3.276.0\n' > cli/bin/pulumi
chmod +x cli/bin/pulumi
cat > run.cjs <<'JS'
const { spawn } = require("node:child_process");
const { join } = require("node:path");
const { PulumiCommand } = require("@pulumi/pulumi/automation");
const signal = AbortSignal.abort();
(async () => {
  const cli = await PulumiCommand.get({ root: join(__dirname, "cli") });
  const ended = await cli.run(["version"], __dirname, {}, undefined, undefined, signal).then(
    ({ code, stdout }) => `ran to its end, code ${code}, ${stdout.trim()}`,
    (error) => error.name,
  );
  console.log(`automation API: ${ended}`);
  spawn(join(__dirname, "cli/bin/pulumi"), { signal }).on("error", ({ name }) => console.log(`spawn: ${name}`));
})();
JS
seen=$(node run.cjs)
expected='automation API: ran to its end, code 0, v3.276.0
spawn: AbortError'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
