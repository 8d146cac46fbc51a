import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../provider/emulator";
import { Repo, search } from "./repo";
import { KEY } from "./world";

const DEV = ["--env", "environments/dev.yaml"];
const REFUSED = "sk_canary_refused_41c0";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  search(repo);
});
afterEach(() => repo.close());

/** Every file of the repository and of the engine's home, by name: plans, states, locks, logs, handed-over lists. */
function files(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    // Links lead to the packages.
    if (entry.isDirectory()) return files(path);
    return entry.isFile() ? [[path, readFileSync(path, "latin1")]] : [];
  });
}

/** In: what was printed. */
function expectNoKey(printed: string): void {
  const kept = files(join(repo.folder, ".."));
  expect(kept.length).toBeGreaterThan(0);
  for (const key of [KEY, REFUSED]) {
    expect(printed).not.toContain(key);
    expect(kept.filter(([, text]) => text.includes(key)).map(([path]) => path)).toEqual([]);
  }
}

const down: Fault = { kind: "status", status: 500 };

describe("the key, planted as a canary, is in nothing that is printed or kept", () => {
  test.each<[what: string, args: string[], code: number, faults: Fault[], key?: string]>([
    ["a plan that is kept", ["plan", ...DEV, "--out", "plan.json"], 2, []],
    ["a plan for machines", ["plan", ...DEV, "--format", "json"], 2, []],
    ["a plan for a pull request", ["plan", ...DEV, "--format", "markdown"], 2, []],
    ["a plan with a refused key", ["plan", ...DEV, "--out", "plan.json"], 1, [], REFUSED],
    ["a plan while the API is down", ["plan", ...DEV, "--out", "plan.json", "--format", "json"], 1, [down]],
    ["drift for machines", ["drift", ...DEV, "--unmanaged", "--format", "json"], 0, []],
    ["drift for a pull request", ["drift", ...DEV, "--unmanaged", "--format", "markdown"], 0, []],
    ["an export", ["export", "--namespace", "dev", "--out", "exported"], 0, []],
    ["an up with a refused key", ["up", ...DEV, "--yes", "--json"], 1, [], REFUSED],
  ])("%s", async (_, args, code, faults, key = KEY) => {
    repo.emulator.faults.add(...faults);
    repo.env = { MIXPEEK_API_KEY: key };
    const ran = await repo.run(...args);
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code });
    expectNoKey(ran.stdout + ran.stderr);
  });

  test("an up that is killed while the API answers it", async () => {
    const held = repo.emulator.hold({ operation: "create", at: "after" });
    const run = repo.start("up", ...DEV, "--yes", "--json");
    await held.reached;
    await run.kill();
    await held.drop();
    expectNoKey(run.output);
  });

  test("what node says of an error that nobody caught", async () => {
    // Thrown out of a timer, as a fault of ours would be: with the client and its key at hand.
    const failing = join(repo.folder, "failing.cjs");
    repo.write(
      "failing.cjs",
      `const { HttpClient } = require(${JSON.stringify(resolve(__dirname, "../../dist/api/http.js"))});
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
