import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { launcherName, launcherText, writeLauncher } from "../../provider/engine/launcher";
import { PINNED } from "../../provider/engine/version";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "launcher test-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function launch(args: readonly string[]) {
  writeLauncher(folder, process.platform);
  const command = join(folder, launcherName(process.platform));
  return spawnSync(command, args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
}

it("runs the SDK's dynamic provider in the current folder, with all arguments", () => {
  const provider = join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
  mkdirSync(provider, { recursive: true });
  const text = "console.log(JSON.stringify([__dirname, ...process.argv.slice(2)])); process.exit(7);";
  writeFileSync(join(provider, "index.js"), text);
  const { stdout, status } = launch(["127.0.0.1:5000", "--flag=a"]);
  expect(JSON.parse(stdout)).toEqual([provider, "127.0.0.1:5000", "--flag=a"]);
  expect(status).toBe(7);
});

it("fails and names the package if the SDK is not installed", () => {
  const { status, stderr } = launch([]);
  expect(status).toBe(1);
  expect(stderr).toContain("@pulumi/pulumi/cmd/dynamic-provider");
});

it("is a script for cmd.exe on Windows", () => {
  expect(launcherName("win32")).toBe("pulumi-resource-pulumi-nodejs.cmd");
  expect(launcherText("win32")).toMatch(/^@echo off\r\n/);
  expect(launcherText("win32")).not.toMatch(/[^\r]\n/);
});

it("comes from the release that the Go module pins", () => {
  const module = readFileSync(join(__dirname, "..", "..", "tools", "pulumi-cli", "go.mod"), "utf8");
  expect(module).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${PINNED}\n`);
});
