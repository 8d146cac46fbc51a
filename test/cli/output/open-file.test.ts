import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openFile } from "../../../provider/cli/output/open-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-open-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program with a name, which writes down its arguments, one per line. */
function opener(name: string): string {
  const seen = join(folder, "seen");
  writeFileSync(
    join(folder, name),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${seen}.new"\nmv "${seen}.new" "${seen}"\n`,
  );
  chmodSync(join(folder, name), 0o755);
  return seen;
}
const env = () => ({ PATH: `${folder}:/usr/bin:/bin` });

describe("a page is opened by the platform's program", () => {
  test.each<[NodeJS.Platform, string, Record<string, string>, string[]]>([
    ["linux", "xdg-open", { DISPLAY: ":0" }, []],
    ["freebsd", "xdg-open", { WAYLAND_DISPLAY: "wayland-0" }, []],
    ["darwin", "open", {}, []],
    ["win32", "rundll32.exe", {}, ["url.dll,FileProtocolHandler"]],
  ])("on %s with %s, whatever the path contains", async (platform, program, display, first) => {
    const seen = opener(program);
    const path = join(folder, "a $(touch x) ;&'.html");
    expect(await openFile(path, { platform, env: { ...env(), ...display } })).toBeUndefined();
    while (!existsSync(seen)) await setImmediate();
    expect(readFileSync(seen, "utf8").split("\n").slice(0, -1)).toEqual([...first, path]);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  test("without a program or a display, the reason is given", async () => {
    const path = join(folder, "a.html");
    expect(await openFile(path, { platform: "linux", env: env() })).toBe("there is no display");
    const bare = { PATH: folder, DISPLAY: ":0" };
    expect(await openFile(path, { platform: "linux", env: bare })).toBe("xdg-open is not installed");
  });
});
