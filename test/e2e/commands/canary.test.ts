import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../provider/emulator";
import { KEY } from "../key";
import { pulumi } from "../pulumi-cli";
import { Repo, search } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const GZIP = Buffer.from([0x1f, 0x8b]);
const REFUSED = "sk_canary_refused_41c0";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  search(repo);
});
afterEach(() => repo.close());

/** Every file of the repository and of the engine's home, by path: plans, states, locks, logs, handed-over lists. */
function files(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    // Links lead to packages.
    if (entry.isDirectory()) return files(path);
    return entry.isFile() ? [[path, readFileSync(path, "latin1")]] : [];
  });
}

/** In: the output. */
function expectNoKey(printed: string): void {
  const kept = files(join(repo.folder, ".."));
  expect(kept.length).toBeGreaterThan(0);
  for (const key of [KEY, REFUSED]) {
    expect(printed).not.toContain(key);
    expect(kept.filter(([, text]) => text.includes(key)).map(([path]) => path)).toEqual([]);
  }
}

const down: Fault = { kind: "status", status: 500 };

describe("the key, planted as a canary, is in nothing that is printed or stored", () => {
  test.each<[what: string, args: string[], code: number, faults: Fault[], key?: string]>([
    ["a saved plan", ["plan", ...DEV, "--out", "plan.json"], 2, []],
    ["a plan as JSON", ["plan", ...DEV, "--format", "json"], 2, []],
    ["a plan as Markdown", ["plan", ...DEV, "--format", "markdown"], 2, []],
    ["a plan with a rejected key", ["plan", ...DEV, "--out", "plan.json"], 1, [], REFUSED],
    ["a plan while the API is down", ["plan", ...DEV, "--out", "plan.json", "--format", "json"], 1, [down]],
    ["drift as JSON", ["drift", ...DEV, "--unmanaged", "--format", "json"], 0, []],
    ["drift as Markdown", ["drift", ...DEV, "--unmanaged", "--format", "markdown"], 0, []],
    ["an export", ["export", "--namespace", "dev", "--out", "exported"], 0, []],
    ["an up with a rejected key", ["up", ...DEV, "--yes", "--json"], 1, [], REFUSED],
  ])("%s", async (_, args, code, faults, key = KEY) => {
    repo.emulator.faults.add(...faults);
    repo.env = { MIXPEEK_API_KEY: key };
    const ran = await repo.run(...args);
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code });
    expectNoKey(ran.stdout + ran.stderr);
  });

  test("an up that is killed before it gets the API's response", async () => {
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const run = repo.start("up", ...DEV, "--yes", "--json");
    await held.reached;
    await run.kill();
    await held.drop();
    expectNoKey(run.output);
  });

  test("the engine's own logs of each command, decoded", async () => {
    expect((await repo.run("up", ...DEV, "--yes")).code).toBe(0);
    const env = {
      PULUMI_HOME: join(repo.folder, "../home"),
      PULUMI_BACKEND_URL: pathToFileURL(join(repo.folder, ".mixpeek/state")).href,
    };
    const decrypt = (log: string): Promise<string> =>
      pulumi({ cwd: join(repo.folder, ".mixpeek/work"), env }, "logs", "decrypt", log, "--stack", "dev");
    const logs = join(repo.folder, "../home/logs");
    const decoded = readdirSync(logs).map(async (name) => {
      const bytes = readFileSync(join(logs, name));
      // Compressed until the engine knows how the stack's secrets are encrypted; from then on, encrypted in that way.
      return bytes.subarray(0, 2).equals(GZIP)
        ? gunzipSync(bytes).toString("utf8")
        : decrypt(join(logs, name));
    });
    const read = await Promise.all(decoded);
    expect(read.some((text) => text.includes("nightly-clusters"))).toBe(true);
    for (const text of read) {
      expect(text).not.toContain(KEY);
      // Property values are in it as base64-encoded bytes.
      for (const [encoded] of text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g))
        expect(Buffer.from(encoded, "base64").toString("latin1")).not.toContain(KEY);
    }
  });

  test("Node's report of an uncaught error", async () => {
    // Thrown in a timer, as an internal error would be, with the client and its key in scope.
    const failing = join(repo.folder, "failing.cjs");
    repo.write(
      "failing.cjs",
      `const { HttpClient } = require(${JSON.stringify(resolve(__dirname, "../../../dist/api/http.js"))});
const client = new HttpClient({ baseUrl: process.env.MIXPEEK_BASE_URL, apiKey: process.env.MIXPEEK_API_KEY });
setTimeout(() => { throw Object.assign(new Error("unforeseen"), { client }); });\n`,
    );
    repo.env = { NODE_OPTIONS: `--require ${failing}` };
    const ran = await repo.run("plan", ...DEV);
    expect(ran.stderr).toContain("unforeseen");
    expect(ran.code).not.toBe(2);
    expectNoKey(ran.stdout + ran.stderr);
  });
});

describe("the password of a backend or a proxy is in nothing that is printed", () => {
  const PASSWORD = "canary/p%40ss-77";
  const DECODED = "canary/p@ss-77";
  const PIECES = [PASSWORD, DECODED, "p%40ss-77", "p@ss-77"];
  const POSTGRES = `postgres://someone:${PASSWORD.replace("/", "%2F")}@127.0.0.1:1/db?sslmode=disable`;

  const UP = ["up", ...DEV, "--yes", "--project", "search"];

  test.each<[what: string, env: Record<string, string>, args: string[], shown?: string]>([
    [
      "a backend that does not respond",
      { PULUMI_BACKEND_URL: POSTGRES },
      UP,
      "postgres://***@127.0.0.1:1/db",
    ],
    [
      "the same as JSON",
      { PULUMI_BACKEND_URL: POSTGRES },
      ["preview", ...DEV, "--json", "--project", "search"],
      "postgres://***@127.0.0.1:1/db",
    ],
    [
      "a backend whose URL is not one",
      { PULUMI_BACKEND_URL: `postgres://someone:${PASSWORD}@127.0.0.1:1/db` },
      UP,
      "postgres://***@127.0.0.1:1/db",
    ],
    [
      "a backend of an unknown kind",
      { PULUMI_BACKEND_URL: `nowhere://someone:${PASSWORD}@host/?sig=${PASSWORD}` },
      UP,
      "nowhere://***@host/?sig=***",
    ],
    [
      "a proxy that does not respond",
      { HTTPS_PROXY: `http://someone:${PASSWORD}@127.0.0.1:1`, MIXPEEK_BASE_URL: "https://api.example.com" },
      ["plan", ...DEV],
    ],
    [
      "a proxy in Node's own debug output",
      {
        HTTPS_PROXY: `http://someone:${PASSWORD.replace("/", "%2F")}@127.0.0.1:1`,
        MIXPEEK_BASE_URL: "https://api.example.com",
        NODE_DEBUG: "undici,fetch,net",
      },
      ["plan", ...DEV, "--format", "json"],
    ],
  ])("%s", async (_, env, args, shown = "") => {
    repo.env = env;
    const ran = await repo.run(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toBe("");
    expect(ran.stdout + ran.stderr).toContain(shown);
    for (const piece of PIECES) expect(ran.stdout + ran.stderr).not.toContain(piece);
    for (const piece of PIECES)
      expect(
        files(repo.folder)
          .filter(([, text]) => text.includes(piece))
          .map(([path]) => path),
      ).toEqual([]);
  });

  test("of a backend that Pulumi.yaml names", async () => {
    repo.write("Pulumi.yaml", `name: search\nruntime: nodejs\nbackend: { url: "${POSTGRES}" }\n`);
    const ran = await repo.run("up", ...DEV, "--yes");
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).toContain("postgres://***@127.0.0.1:1/db");
    for (const piece of PIECES) expect(ran.stdout + ran.stderr).not.toContain(piece);
  });

  test("in an uncaught error", async () => {
    repo.write("failing.cjs", `setTimeout(() => { throw new Error("no ${DECODED}, unforeseen"); });\n`);
    repo.env = {
      PULUMI_BACKEND_URL: POSTGRES,
      NODE_OPTIONS: `--require ${join(repo.folder, "failing.cjs")}`,
    };
    const ran = await repo.run("plan", ...DEV);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("no ***, unforeseen") });
  });
});
