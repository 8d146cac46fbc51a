import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ensureEngine } from "../../provider/engine";
import { launcherName } from "../../provider/engine/launcher";

/**
 * Runs the real CLI and records each call. At one of the calls, it kills the calling process, fails, or does something
 * else first.
 */
const script = (pulumi: string, calls: string): string => `#!/bin/sh
case "$1" in
  stack|config) call="$1 $2" ;;
  *) call="$1" ;;
esac
[ "$call" = version ] && exec '${pulumi}' "$@"
echo "$call" >> '${calls}'
at=$(grep -c . '${calls}')
if [ "$at" = "$AT" ]; then
  case "$THEN" in
    kill-before) kill -9 $PPID; exit 1 ;;
    kill-after) '${pulumi}' "$@"; kill -9 $PPID; exit 1 ;;
    fail) echo "error: the disk is full" >&2; exit 1 ;;
    *) eval "$THEN" ;;
  esac
fi
exec '${pulumi}' "$@"
`;

export type Then = "kill-before" | "kill-after" | "fail" | { shell: string };

/** A `pulumi` on PATH that interrupts a command at one of its CLI calls. */
export class PulumiWrapper {
  private constructor(private readonly folder: string) {}

  static async in(folder: string): Promise<PulumiWrapper> {
    const { bin, pulumi } = await ensureEngine();
    const own = join(folder, "bin");
    mkdirSync(own, { recursive: true });
    const launcher = launcherName(process.platform);
    copyFileSync(join(bin, launcher), join(own, launcher));
    writeFileSync(join(own, "pulumi"), script(pulumi, join(folder, "calls")), { mode: 0o755 });
    return new PulumiWrapper(folder);
  }

  /** The environment of a command. In: the number of the call to interrupt, from 1, and what happens there. */
  env(at?: number, then?: Then): Record<string, string> {
    writeFileSync(this.file, "");
    return {
      PATH: [join(this.folder, "bin"), process.env["PATH"]].join(delimiter),
      MIXPEEK_TRIGGERS_CACHE: join(this.folder, "cache"),
      AT: String(at ?? 0),
      THEN: typeof then === "object" ? then.shell : (then ?? ""),
    };
  }

  /** The calls since `env`, such as `stack import`. */
  calls(): string[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, "utf8").split("\n").filter(Boolean);
  }

  private get file(): string {
    return join(this.folder, "calls");
  }
}
