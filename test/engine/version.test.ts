import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "@jest/globals";
import { cacheFolder } from "../../provider/engine/cache";
import { realSystem, type System } from "../../provider/engine/system";
import { OLDEST, PINNED, refusal, versionIn } from "../../provider/engine/version";

it.each([
  ["v3.259.0\n", "3.259.0"],
  ["3.259.0", "3.259.0"],
  ["v3.260.0-alpha.1+abc.dirty\r\n", "3.260.0-alpha.1"],
  ["warning: a newer version is there\nv3.259.0\n", "3.259.0"],
  ["pulumi: not found", undefined],
  ["v3.259", undefined],
  ["", undefined],
])("reads %j as %s", (printed, version) => {
  expect(versionIn(printed)).toBe(version);
});

it.each([
  [PINNED, true],
  [OLDEST, true],
  ["3.1000.0", true],
  ["3.249.0-beta.1", true],
  ["3.248.0-rc.1", false],
  ["3.99.9", false],
  ["2.300.0", false],
  ["4.0.0", false],
])("accepts %s: %s", (version, taken) => {
  expect(refusal(version) === undefined).toBe(taken);
});

it.each<[platform: NodeJS.Platform, env: Record<string, string>, folder: string]>([
  ["linux", {}, "home/.cache/pulumi-mixpeek"],
  ["linux", { XDG_CACHE_HOME: join(homedir(), "xdg") }, join(homedir(), "xdg", "pulumi-mixpeek")],
  ["linux", { XDG_CACHE_HOME: "relative" }, "home/.cache/pulumi-mixpeek"],
  ["darwin", {}, "home/Library/Caches/pulumi-mixpeek"],
  ["win32", {}, "home/AppData/Local/pulumi-mixpeek"],
  ["win32", { LOCALAPPDATA: "local" }, "local/pulumi-mixpeek"],
  ["linux", { MIXPEEK_TRIGGERS_CACHE: "mine", XDG_CACHE_HOME: "xdg" }, resolve("mine")],
])("keeps the engine, on %s with %j, in %s", (platform, env, folder) => {
  const system: System = { ...realSystem(env), platform, home: "home" };
  expect(cacheFolder(system)).toBe(join(folder));
});
