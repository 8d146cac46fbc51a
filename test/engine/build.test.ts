import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { ensureEngine, type Way } from "../../provider/engine";
import { errorOf, leaves, StandIn } from "./stand-in";

/** What a checkout's set-up passes. */
const CHECKOUT = require("../../tools/pulumi-cli/build.cjs") as { build: Way };

let system: StandIn;
beforeEach(() => {
  system = new StandIn();
  system.program("go/go");
  system.onPath("go");
});
afterEach(() => system.remove());

const ensure = () => ensureEngine({ onProgress: system.say, ...CHECKOUT }, system);

it("follows a failed download, from a copy of the pinned module", async () => {
  let build: { cwd: string; files: string[]; cgo: string | undefined; flags: string | undefined } | undefined;
  system.goBuild = (options, args) => {
    build = {
      cwd: options.cwd!,
      files: readdirSync(options.cwd!).sort(),
      cgo: options.env["CGO_ENABLED"],
      flags: options.env["GOFLAGS"],
    };
    return leaves(system, "v3.259.0")(options, args);
  };
  Object.assign(system.env, {
    MIXPEEK_API_KEY: "sk_1",
    GOFLAGS: "-toolexec=x",
    GOPROXY: "direct",
    GOOGLE_KEY: "g",
  });
  expect(await ensure()).toMatchObject({ source: "go build", bin: join(system.engine, "bin") });
  expect(build).toMatchObject({
    files: ["go.mod", "go.sum", "tools.go"],
    cgo: "0",
    flags: "-mod=readonly",
  });
  expect(system.environments.at(-1)).toMatchObject({ GOPROXY: "direct" });
  expect(system.environments).toHaveLength(2);
  for (const env of system.environments) {
    expect(env).not.toHaveProperty("MIXPEEK_API_KEY");
    expect(env).not.toHaveProperty("GOOGLE_KEY");
  }
  expect(build!.cwd.startsWith(system.cache)).toBe(true);
  expect(system.commands[1]).toMatch(
    /^go build -mod=readonly -trimpath -ldflags -s -w -X \S+version\.Version=3\.259\.0 -o \S+ github\.com\/\S+\/cmd\/pulumi$/,
  );
  expect(system.said.slice(0, 3)).toEqual([
    "downloading the Pulumi CLI 3.259.0: usually less than a minute, once",
    "the official download failed: fetch failed",
    "building the Pulumi CLI 3.259.0 with go1.26.0: about 4 minutes on 2 cores, once",
  ]);
});

it("reports every 20 s that it is still in progress", async () => {
  system.goBuild = async (options, args) => {
    await new Promise<void>((resolve) => {
      const stop = system.every(65_000, () => {
        stop();
        resolve();
      });
    });
    return leaves(system, "v3.259.0")(options, args);
  };
  await ensure();
  expect(system.said.filter((line) => line.startsWith("still building"))).toEqual([
    "still building the Pulumi CLI (20 s so far)",
    "still building the Pulumi CLI (40 s so far)",
    "still building the Pulumi CLI (1 min 0 s so far)",
  ]);
});

it("is rejected if the result has another version", async () => {
  system.goBuild = leaves(system, "v3.1.0");
  const { attempts } = await errorOf(ensure());
  expect(attempts.at(-1)).toEqual({ way: "go build", reason: "the download does not run as 3.259.0" });
});

it("leaves nothing behind when a signal ends it", async () => {
  const otherListener = () => {};
  process.on("SIGTERM", otherListener);
  const before = process.listenerCount("SIGTERM");
  system.goBuild = (options) => {
    mkdirSync(join(options.cwd!, "half-done"));
    // Called, not emitted: the test runner's own listeners would end the runner.
    process.listeners("SIGTERM").at(-1)!("SIGTERM");
    return { code: null, stopped: "interrupted" };
  };
  try {
    expect((await errorOf(ensure())).code).toBe("ENGINE_INTERRUPTED");
    expect(process.listenerCount("SIGTERM")).toBe(before);
  } finally {
    process.off("SIGTERM", otherListener);
  }
  expect(readdirSync(system.cache)).toEqual([]);
});
