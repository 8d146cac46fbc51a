import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Ran, Repo, search } from "../repo";

const DEV = ["--env", "dev"];
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json";

const applied = Repo.applied(
  (made) => {
    search(made);
    made.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\n");
  },
  ...DEV,
);

let repo: Repo;
beforeEach(async () => {
  repo = await applied();
});
afterEach(() => repo.close());

/** How often the engine ran over the stack: its history has an entry for each run. */
function engineRuns(): number {
  const folder = join(repo.folder, ".mixpeek/state/.pulumi/history/search-triggers/dev");
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).filter((file) => file.endsWith(".history.json")).length;
}

/** The resources of the state, in the engine's order, without times. */
function resources(): unknown {
  const { checkpoint } = JSON.parse(repo.read(STATE), (key, value) =>
    ["created", "modified"].includes(key) ? undefined : value,
  );
  return checkpoint.latest.resources.sort((a: { urn: string }, b: { urn: string }) =>
    a.urn < b.urn ? -1 : 1,
  );
}

async function counted(...args: string[]): Promise<Ran & { engine: number }> {
  const before = engineRuns();
  const ran = await repo.run(...args, ...DEV, "--yes");
  return { ...ran, engine: engineRuns() - before };
}

const LOOK_UPS = ["GET /v1/clusters/product-clusters", "GET /v1/retrievers/product-search"];

test.each([["up"], ["adopt"]])("`%s` without changes lists once and starts no engine", async (name) => {
  const ran = await counted(name);
  expect(ran).toMatchObject({ code: 0, engine: 0, writes: [] });
  expect(ran.stdout).toMatch(/\n2 unchanged\.\n$/);
  expect(ran.requests.sort()).toEqual([...LOOK_UPS, "LIST"]);
  const full = await counted(name, "--full");
  expect(full).toMatchObject({ code: 0, engine: 1, stdout: ran.stdout, writes: [] });
});

test("`refresh` without changes lists once and starts no engine", async () => {
  const ran = await counted("refresh");
  expect(ran).toMatchObject({ code: 0, engine: 0, requests: ["LIST"] });
  expect(ran.stdout).toMatch(/\n2 read\.\n$/);
  expect(await counted("refresh", "--full")).toMatchObject({ code: 0, engine: 1, stdout: ran.stdout });
});

test("the report of what `up` leaves alone is the same without the engine", async () => {
  repo.emulator.edit("dev", "search-canary", { status: "paused" });
  const ran = await counted("up", "--json");
  expect(ran).toMatchObject({ code: 0, engine: 0, writes: [] });
  expect(ran.stdout).toContain("left paused");
  const full = await counted("up", "--json", "--full");
  expect(full.engine).toBe(1);
  expect(JSON.parse(ran.stdout)).toEqual(JSON.parse(full.stdout));
});

/** Nothing is written to the API, but the state has to record it. */
const STATE_ONLY: readonly (readonly [what: string, edit: () => void])[] = [
  [
    "a status line that names the live status",
    () => repo.edit("environments/dev.yaml", "namespace: dev\n", "namespace: dev\nstatus: active\n"),
  ],
  [
    "protect",
    () =>
      repo.edit(
        "environments/dev.yaml",
        "namespace: dev\n",
        "namespace: dev\noverrides: { search-canary: { protect: true } }\n",
      ),
  ],
  [
    "retain",
    () => repo.edit("triggers/search.yaml", "  search-canary:\n", "  search-canary:\n    retain: true\n"),
  ],
  [
    "the same cron expression in another notation",
    () => repo.edit("triggers/search.yaml", "0 ${var.hour} * * *", "00 ${var.hour} * * *"),
  ],
  [
    "a default that is written explicitly",
    () =>
      repo.edit(
        "triggers/search.yaml",
        "{ interval_seconds: 600 }",
        "{ interval_seconds: 600, start_immediately: false }",
      ),
  ],
  [
    "the id instead of the reference",
    () => repo.edit("triggers/search.yaml", "${retriever:product-search}", "ret_dev_product_search"),
  ],
];

describe("what changes only the state is recorded by the engine, and then nothing is left to do", () => {
  test.each(STATE_ONLY)("%s", async (_what, edit) => {
    edit();
    expect(await counted("up")).toMatchObject({ code: 0, engine: 1, writes: [] });
    const recorded = resources();
    expect(await counted("up")).toMatchObject({ code: 0, engine: 0, writes: [] });
    expect(await counted("up", "--full")).toMatchObject({ code: 0, engine: 1, writes: [] });
    expect(resources()).toEqual(recorded);
  });
});

test("a `replaces` that was already applied changes nothing", async () => {
  repo.edit("triggers/search.yaml", "  search-canary:\n", "  canary:\n    replaces: search-canary\n");
  const renamed = await counted("up");
  expect(renamed).toMatchObject({ code: 0, engine: 1, writes: [expect.stringMatching(/^PATCH /)] });
  expect(await counted("up")).toMatchObject({ code: 0, engine: 0, writes: [] });
});

test("secrets are compared by value, and a value that became secret is encrypted in the state", async () => {
  repo.env["MIXPEEK_VAR_QUERY"] = "running shoes";
  repo.edit("triggers/search.yaml", "query: running shoes", 'query: "${env:MIXPEEK_VAR_QUERY}"');
  expect(await counted("up")).toMatchObject({ code: 0, engine: 1, writes: [] });
  expect(repo.read(STATE)).toContain("ciphertext");
  expect(await counted("up")).toMatchObject({ code: 0, engine: 0, writes: [] });
  expect(await counted("refresh")).toMatchObject({ code: 0, engine: 0, writes: [] });
  repo.env["MIXPEEK_VAR_QUERY"] = "boots";
  expect((await counted("up")).writes).not.toEqual([]);
});

test("a manual edit is read into the state by `refresh`, and repaired by `up`", async () => {
  repo.emulator.edit("dev", "search-canary", { schedule_config: { interval_seconds: 60 } });
  expect(await counted("refresh")).toMatchObject({ code: 0, engine: 1, requests: ["LIST"] });
  const second = await counted("refresh");
  expect(second).toMatchObject({ code: 0, engine: 0, stdout: expect.stringContaining("interval_seconds") });
  expect(await counted("refresh", "--full")).toMatchObject({ code: 0, engine: 1, stdout: second.stdout });
  expect(await counted("up")).toMatchObject({
    code: 0,
    engine: 1,
    writes: [expect.stringMatching(/^PATCH /)],
  });
  expect(await counted("up")).toMatchObject({ code: 0, engine: 0 });
});

test("a trigger that was deleted outside is recorded by the engine", async () => {
  repo.emulator.remove("dev", "search-canary");
  expect(await counted("refresh")).toMatchObject({
    code: 0,
    engine: 1,
    stdout: expect.stringContaining("1 removed from the state"),
  });
  expect(await counted("refresh")).toMatchObject({
    code: 0,
    engine: 0,
    stdout: expect.stringContaining("1 read"),
  });
});

test("a stack that another run has locked is reported without the engine and without a request", async () => {
  const lock = join(repo.folder, ".mixpeek/state/.pulumi/locks/organization/search-triggers/dev/1.json");
  const holder = {
    pid: process.pid,
    username: "ada",
    hostname: hostname(),
    timestamp: "2026-10-05T12:00:00Z",
  };
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, JSON.stringify(holder));
  for (const name of ["up", "refresh"])
    expect(await counted(name)).toMatchObject({
      code: 1,
      engine: 0,
      requests: [],
      stderr: expect.stringContaining("[STACK_LOCKED]"),
    });
});

test("the pending operations of a stopped run are resolved from what is live, once, and are not reported forever", async () => {
  const state = JSON.parse(repo.read(STATE));
  const { latest } = state.checkpoint;
  const resource = latest.resources.find(({ id }: { id?: string }) => id?.startsWith("trg_"));
  latest.pending_operations = [{ type: "creating", resource: { urn: resource.urn, type: resource.type } }];
  repo.write(STATE, JSON.stringify(state));
  const first = await counted("up");
  expect(first).toMatchObject({ code: 0, engine: 0, writes: [] });
  expect(first.stderr).toMatch(
    /^An earlier run was interrupted while working on \S+\. This run continues from the live triggers\.$/m,
  );
  const second = await counted("up");
  expect(second).toMatchObject({ code: 0, engine: 0, stdout: first.stdout });
  expect(second.stderr).not.toContain("at work on");
});
