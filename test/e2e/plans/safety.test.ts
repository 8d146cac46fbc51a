import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const PROD = ["--env", "environments/prod.yaml"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  writeEnvironments();
});
afterEach(() => repo.close());

function writeEnvironments(): void {
  repo.write("environments/dev.yaml", "namespace: dev\n");
  repo.write("environments/prod.yaml", "namespace: prod\n");
}

const applied = Repo.applied(
  (made) => {
    repo = made;
    writeEnvironments();
    declare("keep", "x");
  },
  ...DEV,
);
/** Replaces the repository that a test starts with. In the new one, `keep` and `x` are applied to dev. */
async function openApplied(): Promise<void> {
  await repo.close();
  repo = await applied();
}

function declare(...names: string[]): void {
  const one = (name: string): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`;
  repo.write("triggers/all.yaml", `triggers:\n${names.map(one).join("")}`);
}

test("what leaves the definitions is in the plan, in a saved plan, too, and up does that and nothing else", async () => {
  declare("keep", "x", "y");
  await repo.run("up", ...DEV, "--yes");
  declare("keep");
  const plan = await repo.run("plan", ...DEV, "--out", "p.json");
  expect(plan).toMatchObject({ code: 2, writes: [] });
  expect(plan.stdout).toContain("- x  delete\n- y  delete\n2 to delete, 1 unchanged; 2 requests to apply.\n");
  const json = JSON.parse((await repo.run("preview", ...DEV, "--json")).stdout);
  expect(json).toMatchObject({ summary: { delete: 2 }, triggers: [{ op: "delete" }, { op: "delete" }] });
  expect((await repo.run("preview", ...DEV, "--format", "markdown")).stdout).toContain("| - | x | delete |");
  const up = await repo.run("up", ...DEV, "--yes", "--plan", "p.json");
  expect([up.code, up.writes.length]).toEqual([0, 2]);

  declare("keep", "z");
  await repo.run("up", ...DEV, "--yes");
  repo.write("environments/dev.yaml", 'namespace: dev\nexclude: ["*"]\n');
  expect((await repo.run("plan", ...DEV)).stdout).toContain("2 to delete; 2 requests to apply.\n");
  // Without the state, deletes are unknown: the plan says so, and lists what is live but not declared.
  const stateless = await repo.run("plan", ...DEV, "--no-state");
  expect(stateless.code).toBe(0);
  expect(stateless.stdout).toMatch(
    /\? keep \(trg_\w+\): .*: not declared\n\? z .*\nWithout the state, this plan shows no deletes or causes/,
  );
});

test("a saved plan is rejected if a definition was removed, a trigger was added to the stack, or it is for another environment", async () => {
  await openApplied();
  await repo.run("plan", ...DEV, "--out", "p.json");
  declare("keep");
  const stale = await repo.run("up", ...DEV, "--yes", "--plan", "p.json");
  expect(stale).toMatchObject({ code: 1, writes: [] });
  expect(stale.stderr).toMatch(
    /\[PLAN_STALE\]\.\n {2}dev\/x: the definition is gone\n {2}dev\/x \(trg_\w+\): planned unchanged, now delete\n/,
  );
  const elsewhere = await repo.run("up", ...PROD, "--yes", "--plan", "p.json");
  expect(elsewhere).toMatchObject({ code: 1, writes: [] });
  expect(elsewhere.stderr).toContain(
    "environment: planned for environments/dev.yaml, this run is for environments/prod.yaml\n",
  );
});

test("promote accepts the options that its errors suggest, and drift --fix deletes nothing", async () => {
  declare("a", "b", "c", "d");
  await repo.run("up", ...DEV, "--yes");
  await repo.run("up", ...PROD, "--yes");
  declare("a");
  const stopped = await repo.run("promote", "--from", "dev", "--to", "prod", "--yes", "--force");
  expect(stopped).toMatchObject({ code: 1, writes: [] });
  expect(stopped.stderr).toContain("add --allow-deletes 3 [TOO_MANY_DELETES]");
  const promoted = await repo.run(
    ...["promote", "--from", "dev", "--to", "prod", "--yes", "--force", "--allow-deletes", "3"],
  );
  expect([promoted.code, promoted.writes.length]).toEqual([0, 3]);

  repo.emulator.edit("dev", "a", { description: "Changed in the console" });
  const fix = await repo.run("drift", ...DEV, "--fix", "--yes");
  expect(fix).toMatchObject({ code: 0, writes: [expect.stringMatching(/^PATCH /)] });
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["a", "b", "c", "d"]);
});

test("the plan shows what becomes of a trigger that is already gone, a retained one, and one whose delete failed", async () => {
  declare("a", "b", "c");
  repo.edit("triggers/all.yaml", "  b: {", "  b: { retain: true,");
  await repo.run("up", ...DEV, "--yes");
  const { a } = repo.live("dev");
  repo.emulator.edit("dev", "a", { status: "disabled" });
  declare("c");
  const plan = await repo.run("plan", ...DEV);
  expect(plan.stdout).toContain(
    `- a  remove from the state\n    ${a!.trigger_id} is already deleted; only its record in the state is removed\n- b  remove from the state\n    `,
  );
  expect(plan.stdout).toContain("2 to remove from the state, 1 unchanged.\n");
  const up = await repo.run("up", ...DEV, "--yes");
  expect(up).toMatchObject({ code: 0, writes: [] });
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["b", "c"]);
  expect((await repo.run("plan", ...DEV)).code).toBe(0);

  // A replacement whose delete fails: the old trigger stays, and the next plan shows its delete.
  repo.edit(
    "triggers/all.yaml",
    'clusters}"',
    'clusters}", filters: { AND: [{ field: a, operator: eq, value: b }] }',
  );
  repo.emulator.faults.add({ kind: "status", status: 500, operation: "delete" });
  const failed = await repo.run("up", ...DEV, "--yes");
  await repo.emulator.faults.clear();
  expect([failed.code, failed.writes[0]]).toEqual([1, "POST /v1/triggers"]);
  const left = await repo.run("plan", ...DEV);
  expect(left.stdout).toMatch(
    /- c {2}delete\n {4}an earlier run replaced trg_\w+ and could not delete it\n1 to delete, 1 unchanged/,
  );
  expect((await repo.run("drift", ...DEV)).stdout).toMatch(
    /: no drift\.\n1 replaced trigger still live; run up to delete it:\n- c {2}an earlier run replaced trg_\w+ and could not delete it\n$/,
  );
  expect((await repo.run("up", ...DEV, "--yes")).writes).toEqual([expect.stringMatching(/^DELETE /)]);
  expect((await repo.run("plan", ...DEV)).code).toBe(0);
});

test("at an address that is not the API's, nothing is forgotten, created or reported as missing", async () => {
  await openApplied();
  const { url } = repo.emulator;
  const state = repo.read(".mixpeek/state/.pulumi/stacks/search-triggers/dev.json");
  repo.env = { MIXPEEK_BASE_URL: `${url}/gateway` };
  for (const command of [
    ["preview"],
    ["up", "--yes"],
    ["destroy", "--yes"],
    ["refresh", "--yes"],
    ["drift"],
  ]) {
    const { code, stdout, stderr } = await repo.run(...command, ...DEV);
    expect([command, code]).toEqual([command, 1]);
    expect(stderr).toContain(
      `${url}/gateway answered (404 Not Found), but not in the format of the Mixpeek API`,
    );
    expect(stderr).toContain("[NOT_THE_API]");
    expect(stdout + stderr).not.toMatch(/REFERENCE_NOT_FOUND|deleted\.|removed from the state\.|^mixpeek: /m);
  }
  expect(Object.keys(repo.live("dev")).sort()).toEqual(["keep", "x"]);
  repo.env = {};
  expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0 });
  expect(
    JSON.parse(repo.read(".mixpeek/state/.pulumi/stacks/search-triggers/dev.json")).checkpoint.latest
      .resources,
  ).toHaveLength(JSON.parse(state).checkpoint.latest.resources.length);
  // The vendor's own client is given the address with the version.
  for (const end of ["/v1", "/v1/", "//"]) {
    repo.env = { MIXPEEK_BASE_URL: `${url}${end}` };
    expect(await repo.run("preview", ...DEV)).toMatchObject({ code: 0 });
  }
  expect((await fetch(`${url}/v1/_emulator/clock`)).status).toBe(200);
});
