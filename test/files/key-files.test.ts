import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { exposedKeys } from "../../provider/files/key-files";

const KEY = "sk_canary_4417";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode: number): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });

test.each<[name: string, text: string, mode: number, warned: string[]]>([
  [
    ".env",
    `A=1\nMIXPEEK_API_KEY=${KEY}\n`,
    0o644,
    ["warning: .env:2 contains the API key, and other users of this machine"],
  ],
  [
    ".env.prod",
    `export MIXPEEK_API_KEY="${KEY}"`,
    0o640,
    ["warning: .env.prod:1 contains the API key, and other users"],
  ],
  [".env", `MIXPEEK_API_KEY=${KEY}`, 0o600, []],
  [".env.example", "MIXPEEK_API_KEY=\n", 0o644, []],
  [".env", "OTHER_KEY=1\n", 0o644, []],
  ["env.txt", `MIXPEEK_API_KEY=${KEY}`, 0o644, []],
])("%s with %j, mode %i", (name, text, mode, warned) => {
  write(name, text, mode);
  const warnings = exposedKeys(folder);
  expect(warnings).toEqual(warned.map((start) => expect.stringContaining(start)));
  expect(warnings.join()).not.toContain(KEY);
});

test("a key file that git does not ignore is reported", () => {
  git("init");
  write(".env", `MIXPEEK_API_KEY=${KEY}`, 0o600);
  expect(exposedKeys(folder)).toEqual([
    "warning: .env:1 contains the API key, and git does not ignore the file. Add .env to .gitignore; if it is already in a commit, create a new key [KEY_FILE_EXPOSED].",
  ]);
  write(".gitignore", ".env\n", 0o644);
  expect(exposedKeys(folder)).toEqual([]);
});
