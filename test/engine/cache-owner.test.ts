import { chmodSync, chownSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type EngineError, ensureEngine } from "../../provider/engine";
import { unsafeReason } from "../../provider/engine/cache";
import { leaves, StandIn } from "./stand-in";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";

let system: StandIn;
beforeEach(() => {
  system = new StandIn();
});
afterEach(() => system.remove());

const ensure = () => ensureEngine({}, system);
const failure = (): Promise<EngineError> =>
  ensure().then(
    ({ source }) => Promise.reject(new Error(`got an engine from ${source}`)),
    (error: EngineError) => error,
  );

function cacheEngine(version: string): void {
  system.program("cache/pulumi-3.259.0-linux-x64/bin/pulumi", version);
  system.program(`cache/pulumi-3.259.0-linux-x64/bin/${LAUNCHER}`, "");
}

describe("a cache that others can write to", () => {
  const MINE = process.getuid?.() ?? 0;

  it.each<[what: string, path: string]>([
    ["its folder", "cache"],
    ["the engine's folder", "cache/pulumi-3.259.0-linux-x64"],
    ["the CLI", "cache/pulumi-3.259.0-linux-x64/bin/pulumi"],
    ["the launcher", `cache/pulumi-3.259.0-linux-x64/bin/${LAUNCHER}`],
  ])("by %s is rejected, and nothing in it runs", async (_what, path) => {
    cacheEngine("v3.259.0");
    chmodSync(join(system.folder, path), 0o777);
    const error = await failure();
    expect(error.code).toBe("ENGINE_CACHE_UNSAFE");
    expect(error.message).toBe(
      `cannot use the engine cache: ${join(system.folder, path)} can be written by other users (mode 777). Remove it, or set MIXPEEK_TRIGGERS_CACHE to a folder of your own, then run again [ENGINE_CACHE_UNSAFE].`,
    );
    expect(system.tries).toBe(0);
  });

  it("is rejected before anything is written to it or linked from it", async () => {
    mkdirSync(system.cache);
    chmodSync(system.cache, 0o770);
    system.download = leaves(system, "v3.259.0");
    expect((await failure()).code).toBe("ENGINE_CACHE_UNSAFE");
    system.program("own/pulumi", "v3.259.0\n");
    system.onPath("own");
    expect((await failure()).code).toBe("ENGINE_CACHE_UNSAFE");
    expect(readdirSync(system.cache)).toEqual([]);
  });

  it("is rejected if it belongs to another user, and accepted if it is the system's", async () => {
    cacheEngine("v3.259.0");
    expect(unsafeReason(system.cache, { uid: MINE })).toBeUndefined();
    expect(unsafeReason("/", { uid: 12345 })).toBeUndefined();
    if (MINE !== 0)
      expect(unsafeReason(system.cache, { uid: MINE + 1 })).toContain("belongs to another user");
    else {
      chownSync(system.cache, 12345, 12345);
      expect(unsafeReason(system.cache, { uid: 0 })).toBe("belongs to another user (uid 12345)");
      expect(unsafeReason(system.cache, { uid: 12345 })).toBeUndefined();
    }
  });

  it("is not created by this package, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      system.download = leaves(system, "v3.259.0");
      await ensure();
      expect(await ensure()).toMatchObject({ source: "cache" });
      system.program("own/pulumi", "v3.259.0\n");
      system.onPath("own");
      await ensure();
      expect(await ensure()).toMatchObject({ source: "path" });
    } finally {
      process.umask(before);
    }
  });
});
