import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type EngineOptions, ensureEngine, type Way } from "../../provider/engine";
import { errorOf, leaves, StandIn } from "./stand-in";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";
/** What a checkout's set-up passes. */
const CHECKOUT = require("../../tools/pulumi-cli/build.cjs") as { build: Way };

let system: StandIn;
beforeEach(() => {
  system = new StandIn();
});
afterEach(() => system.remove());

const ensure = (options: EngineOptions = {}) => ensureEngine({ onProgress: system.say, ...options }, system);

const failure = (options?: EngineOptions) => errorOf(ensure(options));

function cacheEngine(version: string): void {
  system.program("cache/pulumi-3.259.0-linux-x64/bin/pulumi", version);
  system.program(`cache/pulumi-3.259.0-linux-x64/bin/${LAUNCHER}`, "");
}

describe("pulumi on PATH", () => {
  it("is used as it is if its launcher is next to it", async () => {
    const pulumi = system.program("own/bin/pulumi", "v3.260.1\n");
    system.program(`own/bin/${LAUNCHER}`);
    system.onPath("own/bin");
    expect(await ensure()).toEqual({
      version: "3.260.1",
      source: "path",
      pulumi,
      bin: join(system.folder, "own/bin"),
    });
    expect(existsSync(system.cache)).toBe(false);
    expect(system.said).toEqual([]);
  });

  it.each([
    ["has no launcher", "own/bin", []],
    ["has its launcher elsewhere on PATH, which makes the engine warn", "own/bin", [`../other/${LAUNCHER}`]],
    ["shares its folder with a node that must not come first", "own/bin", [LAUNCHER, "node"]],
    ["is in a folder with another name than the SDK expects", "own", [LAUNCHER]],
  ])("is linked next to this package's launcher if it %s", async (_why, folder, beside) => {
    const pulumi = system.program(`${folder}/pulumi`, "v3.259.0\n");
    for (const name of beside) system.program(`${folder}/${name}`);
    system.onPath(folder, "own/other");
    const engine = await ensure();
    expect(engine).toMatchObject({ source: "path", pulumi });
    expect(engine.bin.startsWith(system.cache)).toBe(true);
    expect(readdirSync(engine.bin).sort()).toEqual(["pulumi", LAUNCHER]);
    expect(lstatSync(join(engine.bin, "pulumi")).isSymbolicLink()).toBe(true);
    // The second time, it is found and nothing is recreated.
    expect(await ensure()).toEqual(engine);
    expect(readdirSync(system.cache)).toHaveLength(1);
  });

  it("is asked for its version once, and again if it is replaced", async () => {
    const binary = (version: string) => {
      const file = system.program("own/bin/pulumi", `${version}\n`);
      truncateSync(file, 20 * 1024 * 1024);
      return file;
    };
    binary("v3.259.0");
    system.program(`own/bin/${LAUNCHER}`);
    system.onPath("own/bin");
    const first = await ensure();
    expect(await ensure()).toEqual(first);
    expect(system.tries).toBe(1);
    renameSync(binary("v3.260.1"), join(system.folder, "own/bin/new"));
    renameSync(join(system.folder, "own/bin/new"), join(system.folder, "own/bin/pulumi"));
    expect(await ensure()).toMatchObject({ version: "3.260.1" });
    expect(system.tries).toBe(2);
  });

  it("is asked each time if it is a script, which may start a different one each time", async () => {
    system.program("own/bin/pulumi", "v3.259.0\n");
    system.program(`own/bin/${LAUNCHER}`);
    system.onPath("own/bin");
    await ensure();
    await ensure();
    expect(system.tries).toBe(2);
  });

  it.each([
    ["v3.247.9", "is 3.247.9, older than 3.248.0"],
    ["v3.248.0-alpha.1", "is 3.248.0-alpha.1, older than 3.248.0"],
    ["v4.0.0", "is 4.0.0, and the Node SDK of this package supports only 3.x"],
    ["command not found", "does not report its version"],
  ])("is skipped if it prints %s", async (printed, reason) => {
    const pulumi = system.program("own/bin/pulumi", printed);
    system.onPath("own/bin");
    const { attempts } = await failure();
    expect(attempts[0]).toEqual({ way: "pulumi on PATH", reason: `${pulumi} ${reason}` });
  });
});

describe("the cache", () => {
  it("is used without any output", async () => {
    cacheEngine("v3.259.0");
    expect(await ensure()).toMatchObject({ source: "cache", bin: join(system.engine, "bin") });
    expect(system.said).toEqual([]);
    expect(system.commands).toEqual([]);
  });

  it("is tested once, and again if its contents change", async () => {
    cacheEngine("v3.259.0");
    await ensure();
    await ensure();
    expect(system.tries).toBe(1);
    cacheEngine("v3.259.0\n");
    expect(await ensure()).toMatchObject({ source: "cache" });
    expect(system.tries).toBe(2);
  });

  it("is not tested again right after it was filled", async () => {
    system.download = leaves(system, "v3.259.0");
    await ensure();
    expect(await ensure()).toMatchObject({ source: "cache" });
    expect(system.tries).toBe(1);
  });

  it("is replaced if its contents do not run", async () => {
    cacheEngine("Segmentation fault");
    system.download = leaves(system, "v3.259.0");
    expect(await ensure()).toMatchObject({ source: "download" });
    expect(await ensure()).toMatchObject({ source: "cache" });
  });

  it("is reported, with advice, if it cannot be written", async () => {
    writeFileSync(system.cache, "a file, no folder");
    const error = await failure();
    expect(error.code).toBe("ENGINE_CACHE_UNUSABLE");
    expect(error.message).toMatch(
      /cannot store the Pulumi engine in .*cache: .*Set MIXPEEK_TRIGGERS_CACHE to/,
    );
  });
});

describe("the official download", () => {
  it("is stored in the cache, with this package's launcher", async () => {
    system.download = leaves(system, "v3.259.0");
    const engine = await ensure();
    expect(engine).toEqual({
      version: "3.259.0",
      source: "download",
      pulumi: join(system.engine, "bin", "pulumi"),
      bin: join(system.engine, "bin"),
    });
    accessSync(join(engine.bin, LAUNCHER), constants.X_OK);
    expect(readdirSync(system.cache)).toEqual(["pulumi-3.259.0-linux-x64"]);
    expect(system.said).toEqual([
      "downloading the Pulumi CLI 3.259.0: usually less than a minute, once",
      `the Pulumi CLI 3.259.0 is installed in ${engine.bin}: 0 MB, 0 s`,
    ]);
  });

  it("keeps the launcher that it contains", async () => {
    system.download = leaves(system, "v3.259.0", [LAUNCHER]);
    const { bin } = await ensure();
    expect(readFileSync(join(bin, LAUNCHER), "utf8")).toBe("v3.259.0");
  });

  it("is given up if nothing arrives", async () => {
    system.download = ({ stop }) =>
      new Promise((resolve) => {
        stop!.addEventListener("abort", () => resolve({ code: null, stopped: String(stop!.reason) }));
      });
    const { attempts } = await failure();
    expect(attempts.find(({ way }) => way === "official download")?.reason).toMatch(
      /no data came .* for 20 s/,
    );
  });
});

describe("no engine at all", () => {
  it("in a checkout: lists each reason, and suggests installing the Pulumi CLI or Go", async () => {
    const error = await failure(CHECKOUT);
    expect(error.code).toBe("ENGINE_MISSING");
    expect(error.message.split("\n")).toEqual([
      "cannot get the Pulumi engine 3.259.0: all sources failed [ENGINE_MISSING].",
      "  pulumi on PATH: not found",
      `  cache: ${system.engine} does not exist`,
      "  official download: fetch failed",
      "  go build: no go on PATH",
      "Install one of these, open a new shell, and run the command again:",
      expect.stringContaining("the Pulumi CLI, 3.248.0 or newer: "),
      expect.stringContaining("or Go 1.21 or newer"),
    ]);
    expect(readdirSync(system.cache)).toEqual([]);
  });

  it.each([
    ["without go on PATH", "tools"],
    ["with go on PATH, which is not run", "go"],
  ])("in an installed package %s: suggests installing the Pulumi CLI, but not Go", async (_where, folder) => {
    system.program("go/go");
    system.onPath(folder);
    system.goBuild = leaves(system, "v3.259.0");
    const error = await failure();
    expect(error.code).toBe("ENGINE_MISSING");
    expect(error.message.split("\n")).toEqual([
      "cannot get the Pulumi engine 3.259.0: all sources failed [ENGINE_MISSING].",
      "  pulumi on PATH: not found",
      `  cache: ${system.engine} does not exist`,
      "  official download: fetch failed",
      "Install the Pulumi CLI, 3.248.0 or newer, open a new shell, and run the command again:",
      "  curl -fsSL https://get.pulumi.com | sh",
    ]);
    expect(system.commands.filter((command) => !command.startsWith("curl "))).toEqual([]);
    expect(system.said).toEqual(["downloading the Pulumi CLI 3.259.0: usually less than a minute, once"]);
  });
});
