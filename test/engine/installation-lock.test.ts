import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { ensureEngine } from "../../provider/engine";
import { leaves, StandIn } from "./stand-in";

const OTHER = 777;
const HOUR_MS = 60 * 60_000;

let system: StandIn;
let lock: string;
beforeEach(() => {
  system = new StandIn();
  system.download = leaves(system, "v3.259.0");
  lock = `${system.engine}.lock`;
  mkdirSync(system.cache, { recursive: true });
});
afterEach(() => system.remove());

const ensure = () => ensureEngine({ onProgress: system.say }, system);

function held(by: { pid?: number; host?: string; started?: number }): void {
  const holder = { pid: OTHER, host: system.host, started: system.now(), token: "other", ...by };
  writeFileSync(lock, JSON.stringify(holder));
}

it("waits for a running one, reports that, and uses its result", async () => {
  held({});
  let looks = 0;
  system.alive = (pid) => {
    looks += 1;
    if (looks === 50) {
      system.program("cache/pulumi-3.259.0-linux-x64/bin/pulumi", "v3.259.0");
      system.program("cache/pulumi-3.259.0-linux-x64/bin/pulumi-resource-pulumi-nodejs");
      rmSync(lock);
    }
    return pid === OTHER;
  };
  expect(await ensure()).toMatchObject({ source: "cache" });
  expect(system.commands).toEqual([]);
  expect(system.said).toEqual([
    "another run is installing the engine (pid 777), waiting",
    "another run is installing the engine (pid 777), waiting (20 s so far)",
  ]);
});

it.each<[why: string, hold: () => void]>([
  ["belongs to a process that has ended", () => held({})],
  ["has this process's id from an earlier process", () => held({ pid: 4242 })],
  [
    "is older than any build takes, although its process id is in use again",
    () => held({ started: system.now() - 2 * HOUR_MS }),
  ],
  [
    "is from another machine, and old",
    () => held({ host: "elsewhere", started: system.now() - 2 * HOUR_MS }),
  ],
  [
    "was never written completely",
    () => {
      writeFileSync(lock, "");
      utimesSync(lock, system.now() / 1000 - 60, system.now() / 1000 - 60);
    },
  ],
])("takes over a lock that %s", async (why, hold) => {
  hold();
  if (why.includes("lives again")) system.alive = () => true;
  mkdirSync(join(`${system.engine}.777-abcd.tmp`, "root"), { recursive: true });
  expect(await ensure()).toMatchObject({ source: "download" });
  // Neither the lock nor the killed run's incomplete files.
  expect(readdirSync(system.cache)).toEqual(["pulumi-3.259.0-linux-x64"]);
});

it("does not check a process id of another machine here", async () => {
  held({ host: "elsewhere" });
  const start = system.now();
  expect(await ensure()).toMatchObject({ source: "download" });
  expect(system.now() - start).toBeGreaterThanOrEqual(HOUR_MS);
  expect(system.said[0]).toBe("another run is installing the engine (pid 777 on elsewhere), waiting");
});

it("lets two runs in one process share one download", async () => {
  const engines = await Promise.all([ensure(), ensure()]);
  expect(engines.map(({ source }) => source).sort()).toEqual(["cache", "download"]);
  expect(system.commands).toHaveLength(1);
});

it("releases the lock after a failure", async () => {
  system.download = () => ({ code: 1 });
  await expect(ensure()).rejects.toMatchObject({ code: "ENGINE_MISSING" });
  expect(existsSync(lock)).toBe(false);
});
