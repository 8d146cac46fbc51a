import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The script that the engine starts for a dynamic resource, in the program's folder. Official releases include their
 * own; a CLI built from its Go module has none.
 */
const POSIX = `#!/bin/sh
# Runs the dynamic provider of the Pulumi SDK that the program's folder resolves.
exec node -e '
  process.argv.splice(1, 0, require.resolve("@pulumi/pulumi/cmd/dynamic-provider"));
  require(process.argv[1]);
' -- "$@"
`;

const WINDOWS = `@echo off
setlocal
for /f "delims=" %%P in ('node -p "require.resolve('@pulumi/pulumi/cmd/dynamic-provider')"') do set "PROVIDER=%%P"
if not defined PROVIDER exit /b 1
node "%PROVIDER%" %*
`;

export function launcherName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
}

export function launcherText(platform: NodeJS.Platform): string {
  return platform === "win32" ? WINDOWS.replaceAll("\n", "\r\n") : POSIX;
}

export function writeLauncher(bin: string, platform: NodeJS.Platform): void {
  writeFileSync(join(bin, launcherName(platform)), launcherText(platform), { mode: 0o755 });
}
