import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PROD = ["--env", "environments/prod.yaml"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["prod"] });
  search(repo);
});
afterEach(() => repo.close());

const applied = Repo.applied(search, ...PROD);
/** Replaces the repository that a test starts with. */
async function openApplied(): Promise<void> {
  await repo.close();
  repo = await applied();
}

test("drift reports manual changes and their time, separately from health and edits, and --fix reverts them", async () => {
  expect(await repo.run("drift", ...PROD)).toMatchObject({
    code: 0,
    stdout: "environments/prod.yaml: no drift.\n2 edits not applied yet: nightly-clusters, search-canary.\n",
  });
  await repo.run("up", ...PROD, "--yes");
  expect(await repo.run("drift", ...PROD)).toMatchObject({
    code: 0,
    stdout: "environments/prod.yaml: no drift.\n",
  });

  repo.emulator.edit("prod", "nightly-clusters", {
    schedule_config: { cron_expression: "0 9 * * *", timezone: "Europe/Paris" },
  });
  repo.emulator.edit("prod", "search-canary", { status: "failed" });
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 3600");
  const found = await repo.run("drift", ...PROD, "--unmanaged");
  expect(found).toMatchObject({ code: 2, writes: [] });
  expect(found.stdout).toMatch(
    /^environments\/prod\.yaml: 1 trigger drifted\.\n~ nightly-clusters {2}changed 20\S+Z by Console user\n {4}schedule_config\.cron_expression is "0 9 \* \* \*" live, "0 3 \* \* \*" desired \(live drifted\)\n1 edit not applied yet: search-canary\.\n1 unhealthy trigger:\n! search-canary {2}failed: the service has stopped running it\nAll live triggers are declared\.\n$/,
  );
  const { stdout } = await repo.run("drift", ...PROD, "--format", "json");
  expect(stdout).toMatch(/^\{\n {2}"version": 1,\n/);
  expect(JSON.parse(stdout)).toMatchObject({
    api: repo.emulator.url,
    drifted: [{ name: "nightly-clusters", gone: false, changes: [{ cause: "live drifted" }] }],
    pending: [{ name: "search-canary" }],
    unhealthy: [{ name: "search-canary", failed: true }],
  });

  // The definition of the drifted trigger is edited, too: the fix covers only the drift, and shows what it does before
  // it does it.
  repo.edit("triggers/search.yaml", "each night", "at night");
  const fixed = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect([fixed.code, fixed.writes.length]).toEqual([0, 1]);
  const change =
    /^ {4}schedule_config\.cron_expression is "0 9 \* \* \*" live, "0 3 \* \* \*" desired \(live drifted\)$/gm;
  expect(fixed.stdout.match(change)).toHaveLength(3);
  expect(fixed.stdout).toMatch(
    /\n~ nightly-clusters {2}update\n(?: {4}.*\n)+1 to update; 1 request to apply\.\n~ nightly-clusters {2}updated\n(?: {4}.*\n)+1 updated\.\n$/,
  );
  expect(fixed.stdout.split("mixpeek-triggers drift --fix:")[1]).not.toContain("description");

  const nothing = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect(nothing).toMatchObject({
    code: 0,
    writes: [],
    stdout: expect.stringMatching(
      /: no drift\.\n2 edits not applied yet: nightly-clusters, search-canary\.\n/,
    ),
    stderr: expect.stringContaining(
      "Nothing to fix: edits of the definitions are not drift. Run `up` to apply them.\n",
    ),
  });
  const up = await repo.run("up", ...PROD, "--yes");
  expect([up.code, up.writes.length]).toEqual([0, 2]);
  expect(await repo.run("drift", ...PROD, "--fix", "--yes")).toMatchObject({ code: 0, writes: [] });
});

test("drift --accept writes live values into the definitions, and reports what an environment overrides", async () => {
  await openApplied();
  repo.edit(
    "triggers/search.yaml",
    "    schedule_config: { interval_seconds: 600 }",
    "    # often, while we look for the fault\n    schedule_config: { interval_seconds: 600 }",
  );
  repo.emulator.edit("prod", "nightly-clusters", { description: "[a] By hand: at last" });
  repo.emulator.edit("prod", "search-canary", { schedule_config: { interval_seconds: 60 } });
  repo.edit(
    "triggers/search.yaml",
    "defaults: { timezone",
    'defaults: { description_prefix: "[a] ", timezone',
  );
  const before = repo.read("triggers/search.yaml");
  const { code, stdout, stderr, writes } = await repo.run("drift", ...PROD, "--accept");
  expect(stderr.match(/: API http/g)).toHaveLength(1);
  expect([code, writes]).toEqual([2, []]);
  expect(stdout).toContain(
    "search-canary: schedule_config.interval_seconds is set in environments/prod.yaml:3: change it there",
  );
  expect(stdout).toContain(
    "wrote triggers/search.yaml: 1 live value\nenvironments/dev.yaml also uses this definition: run preview before its next up.\nstill drifted: search-canary\n",
  );
  expect(repo.read("triggers/search.yaml")).toBe(
    before.replace("Cluster all products each night", '"By hand: at last"'),
  );
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 60");
  expect(await repo.run("drift", ...PROD)).toMatchObject({ code: 0, writes: [] });
  expect((await repo.run("drift", ...PROD, "--accept", "--fix")).stderr).toContain("cannot be combined");
});

test("drift --accept does not accept a name, and says how: with the new key and replaces, nothing is drifted", async () => {
  await openApplied();
  repo.emulator.edit("prod", "nightly-clusters", { name: "each-night" });
  const { code, stdout, writes } = await repo.run("drift", ...PROD, "--accept");
  expect([code, writes]).toEqual([2, []]);
  expect(stdout).toContain(
    'nightly-clusters: name cannot be accepted, because it is the key of the definition. Rename the key to "each-night" and add replaces: nightly-clusters, or run drift --fix to restore the name.\n',
  );
  repo.edit(
    "triggers/search.yaml",
    "  nightly-clusters:\n",
    "  each-night:\n    replaces: nightly-clusters\n",
  );
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  expect(await repo.run("drift", ...PROD)).toMatchObject({ code: 0, writes: [] });
});

test("drift --accept leaves a field that the definition also changed, unless --overwrite is given", async () => {
  await openApplied();
  repo.emulator.edit("prod", "nightly-clusters", { description: "By hand" });
  repo.emulator.edit("prod", "search-canary", { description: "Canary" });
  repo.edit("triggers/search.yaml", "each night", "at night");
  const { code, stdout } = await repo.run("drift", ...PROD, "--accept");
  expect([code, stdout]).toEqual([
    2,
    expect.stringContaining(
      'nightly-clusters: description is "Cluster all products at night" in triggers/search.yaml:4 and "By hand" live: both changed since it was last applied. Add --overwrite to accept the live value, or apply the definition instead [ACCEPT_CONFLICT].\nwrote triggers/search.yaml: 1 live value\nenvironments/dev.yaml also uses this definition: run preview before its next up.\nstill drifted: nightly-clusters\n',
    ),
  ]);
  expect(repo.read("triggers/search.yaml")).toMatch(
    /Cluster all products at night(.|\n)*description: Canary/,
  );
  const overwritten = await repo.run("drift", ...PROD, "--accept", "--overwrite");
  expect([overwritten.code, overwritten.stdout]).toEqual([0, expect.stringContaining("1 live value\n")]);
  expect(repo.read("triggers/search.yaml")).toContain("description: By hand");
  expect((await repo.run("drift", ...PROD, "--overwrite")).stderr).toContain(
    "--overwrite requires --accept.",
  );
});

test("drift --fix leaves a status that was edited since: live and definition may agree on it", async () => {
  repo.edit("environments/prod.yaml", "search-canary: {", "search-canary: { status: active,");
  await repo.run("up", ...PROD, "--yes");
  repo.emulator.edit("prod", "search-canary", {
    status: "paused",
    schedule_config: { interval_seconds: 60 },
  });
  repo.edit("environments/prod.yaml", "status: active", "status: paused");
  const fixed = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect(fixed).toMatchObject({ code: 0, writes: [expect.stringMatching(/^PATCH /)] });
  expect(repo.live("prod")["search-canary"]!.status).toBe("paused");
  expect((await repo.run("up", ...PROD, "--yes")).writes).toEqual([]);
});

test("drift --fix leaves a rename for up: it neither changes the key in the stack nor the name", async () => {
  await openApplied();
  repo.emulator.edit("prod", "nightly-clusters", { description: "By hand" });
  repo.edit(
    "triggers/search.yaml",
    "  nightly-clusters:\n",
    "  each-night:\n    replaces: nightly-clusters\n",
  );
  const fixed = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect(fixed).toMatchObject({ code: 0, writes: [expect.stringMatching(/^PATCH /)] });
  expect(fixed.stdout).toMatch(/\n~ nightly-clusters {2}updated\n/);
  expect(repo.live("prod")["nightly-clusters"]).toMatchObject({
    description: "Cluster all products each night",
  });
  // The rename is still to be applied, or can be taken back, with other edits.
  expect(await repo.run("preview", ...PROD)).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("~ each-night  update\n"),
  });
  repo.edit(
    "triggers/search.yaml",
    "  each-night:\n    replaces: nightly-clusters\n",
    "  nightly-clusters:\n",
  );
  repo.edit("environments/prod.yaml", "hour: 3", "hour: 4");
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({
    code: 0,
    writes: [expect.stringMatching(/^PATCH /)],
  });
});

test("drift --fix fixes what it can, and reports what is protected", async () => {
  repo.edit("triggers/search.yaml", "each night", "each night\n    protect: true");
  await repo.run("up", ...PROD, "--yes");
  repo.emulator.remove("prod", "nightly-clusters");
  const alone = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect(alone).toMatchObject({ code: 1, writes: [], stderr: expect.stringContaining("[PROTECTED]") });
  repo.emulator.edit("prod", "search-canary", { schedule_config: { interval_seconds: 60 } });
  const fixed = await repo.run("drift", ...PROD, "--fix", "--yes");
  expect([fixed.code, fixed.writes]).toEqual([1, [expect.stringMatching(/^PATCH /)]]);
  expect(fixed.stdout).toMatch(/~ search-canary {2}updated\n[\s\S]*\n1 updated\.\n$/);
  expect(fixed.stderr).toMatch(/cannot recreate trigger "nightly-clusters" .*\[PROTECTED\]\.\n$/);
});

test("what was accepted is what was applied: a change back to the earlier value is drift", async () => {
  await openApplied();
  repo.emulator.edit("prod", "search-canary", { schedule_config: { interval_seconds: 60 } });
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 60");
  expect(await repo.run("up", ...PROD, "--yes")).toMatchObject({ code: 0, writes: [] });
  repo.emulator.edit("prod", "search-canary", { schedule_config: { interval_seconds: 300 } });
  const drift = await repo.run("drift", ...PROD);
  expect(drift.code).toBe(2);
  expect(drift.stdout).toContain("interval_seconds is 300 live, 60 desired (live drifted)");
});

test("a trigger that a collection owns is not reported as undeclared", async () => {
  await openApplied();
  const schedule = { trigger_type: "cron", schedule_config: { cron_expression: "0 1 * * *" } };
  repo.emulator.addResource("prod", "collections", { name: "crawled", schedule });
  const { stdout } = await repo.run("drift", ...PROD, "--unmanaged");
  expect(stdout).toBe("environments/prod.yaml: no drift.\nAll live triggers are declared.\n");
});
