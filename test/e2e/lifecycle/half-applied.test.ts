import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PROD = ["--env", "environments/prod.yaml"];
const STATE = ".mixpeek/state/.pulumi/stacks/search-triggers/prod.json";
const HOURLY = 'cron_expression: "0 * * * *" }\n    status: paused';

const applied = Repo.applied(
  (made) => {
    search(made);
    made.edit("environments/prod.yaml", "variables: { hour: 3 }\n", "");
    made.edit("triggers/search.yaml", "${var.hour}", "3");
  },
  ...PROD,
);

let repo: Repo;
beforeEach(async () => {
  repo = await applied();
});
afterEach(() => repo.close());

/** The output after the line with stack and backend. */
const withoutHead = (stdout: string): string => stdout.slice(stdout.indexOf("\n") + 1);

test("paused, and its PATCH rejected: reported, no drift, nothing to accept, and the next run completes it", async () => {
  repo.edit("triggers/search.yaml", 'cron_expression: "0 3 * * *" }', HOURLY);
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 60");
  repo.emulator.faults.add({
    kind: "status",
    status: 422,
    operation: "patch",
    path: `/v1/triggers/${repo.live("prod")["nightly-clusters"]!.trigger_id}`,
    times: 1,
  });
  const failed = await repo.run("up", ...PROD, "--yes");
  expect(failed.code).toBe(1);
  expect(withoutHead(failed.stdout)).toMatch(
    /^~ nightly-clusters {2}update, done in part: pause; not done: change schedule_config\n {4}sched.+\n {4}status is .+\n~ search-canary {5}(?:updated|update, not applied)\n {4}.+\n {4}.+\n(?:1 updated, 1 done in part|1 done in part, 1 not applied)\.\n$/,
  );
  expect(failed.stderr).toMatch(
    /^cannot change trigger "trg_\w+" .+\[VALIDATION\]\. Already done for trg_\w+: pause\.$/m,
  );

  const definitions = repo.read("triggers/search.yaml");
  const drift = await repo.run("drift", ...PROD, "--accept");
  expect(drift).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^environments\/prod\.yaml: no drift\.\n1 edit not applied yet: nightly-clusters/,
    ),
  });
  expect(repo.read("triggers/search.yaml")).toBe(definitions);
  const preview = await repo.run("preview", ...PROD);
  expect(preview.stdout).toContain(
    'schedule_config.cron_expression is "0 3 * * *" live, "0 * * * *" desired (you edited)',
  );
  expect(preview.stdout).not.toContain("live drifted");

  const rest = await repo.run("up", ...PROD, "--yes");
  expect([rest.code, rest.writes.filter((write) => write.includes("pause"))]).toEqual([0, []]);
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({
    code: 0,
    requests: expect.any(Array),
    writes: [],
  });
  expect(repo.read(STATE)).not.toContain("initErrors");
});

test("replaced, and the delete of the old one rejected: as text and as JSON", async () => {
  const { trigger_id: id } = repo.live("prod")["search-canary"]!;
  repo.edit("triggers/search.yaml", "query: running shoes", "query: boots");
  repo.emulator.faults.add({ kind: "status", status: 422, operation: "delete" });
  const failed = await repo.run("up", ...PROD, "--yes", "--json");
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    ok: false,
    applied: false,
    progress: [{ name: "search-canary", progress: "in part", done: ["create"], not_done: [`delete ${id}`] }],
  });
  expect((await repo.run("drift", ...PROD)).stdout).toMatch(/: no drift\.\n/);
  const again = await repo.run("up", ...PROD, "--yes");
  expect(withoutHead(again.stdout)).toMatch(
    /^- search-canary {2}delete, not applied\n {4}an earlier run .+\n1 not applied, 2 unchanged\.\n$/,
  );
});

test("a destroy that failed reports what it dropped from the state, and what it did not delete", async () => {
  repo.edit("triggers/search.yaml", "  search-canary:", "  search-canary:\n    retain: true");
  await repo.run("up", ...PROD, "--yes");
  const { trigger_id: id } = repo.live("prod")["search-canary"]!;
  repo.emulator.faults.add({ kind: "status", status: 422, operation: "delete" });
  const failed = await repo.run("destroy", ...PROD, "--yes");
  expect(failed.code).toBe(1);
  // The engine deletes in parallel: the retained trigger is already dropped, or was not processed.
  const isHeld = repo.read(STATE).includes(String(id));
  const [line, count] = isHeld
    ? ["remove from the state, not applied", "2 not applied"]
    : ["removed from the state", "1 removed from the state, 1 not applied"];
  expect(withoutHead(failed.stdout)).toBe(
    `- nightly-clusters  delete, not applied\n- search-canary     ${line}\n    ${id} stays live, since its definition had retain: true; only its record in the state is removed\n${count}.\n`,
  );
});

test("a write that took effect although its response was an error: recorded by the next run, once", async () => {
  repo.edit("triggers/search.yaml", 'cron_expression: "0 3 * * *" }', HOURLY);
  repo.emulator.faults.add({ kind: "status", status: 422, at: "after", operation: "patch", times: 1 });
  expect((await repo.run("up", ...PROD, "--yes")).code).toBe(1);
  expect(repo.read(STATE)).toContain("initErrors");
  const next = await repo.run("up", ...PROD, "--yes");
  expect(next).toMatchObject({ code: 0, writes: [] });
  expect(next.stdout).toMatch(/ in the state, "paused" desired\n1 updated, 1 unchanged\.\n$/);
  expect(repo.read(STATE)).not.toContain("initErrors");
  expect((await repo.run("drift", ...PROD)).stdout).toBe("environments/prod.yaml: no drift.\n");
});
