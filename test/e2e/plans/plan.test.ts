import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PROD = ["--env", "environments/prod.yaml"];
const LOOK_UPS = 2;
const VERSION_FIRST = /^\{\n {2}"version": 1,\n/;

/** The output after the line with stack and backend. */
const withoutHead = (stdout: string): string => stdout.slice(stdout.indexOf("\n") + 1);

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  search(repo);
});
afterEach(() => repo.close());

const applied = Repo.applied(search, ...PROD);
/** Replaces the repository that a test starts with. In the new one, prod is applied. */
async function openApplied(): Promise<void> {
  await repo.close();
  repo = await applied();
}

test("a saved plan is redacted like any output, but names that equal a secret stay comparable", async () => {
  repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
  repo.env = {
    PULUMI_BACKEND_URL: "postgres://pulumi:hunter-seventy@127.0.0.1:1/states",
    PULUMI_CONFIG_PASSPHRASE: "search-triggers",
  };
  const saved = await repo.run("preview", ...PROD, "--no-state", "--out", "plan.json");
  expect([saved.code, repo.read("plan.json")]).toEqual([2, expect.not.stringContaining("hunter-seventy")]);
  const { backend, fingerprint } = JSON.parse(repo.read("plan.json"));
  expect(backend).toMatch(/^postgres:.*@127\.0\.0\.1:1\/states$/);
  expect(fingerprint.target).toMatchObject({ project: "search-triggers", stack: "prod" });
});

test("preview, or plan, needs no engine, and counts the requests", async () => {
  // There is no engine on PATH, and none can be downloaded.
  repo.env = { PATH: "", HOME: join(repo.folder, "nowhere"), XDG_CACHE_HOME: join(repo.folder, "nowhere") };
  const first = await repo.run("plan", ...PROD);
  expect(first).toMatchObject({ code: 2, writes: [] });
  expect(first.requests).toHaveLength(LOOK_UPS + 1);
  expect(withoutHead(first.stdout)).toBe(
    '+ nightly-clusters  create  cluster, cron "0 3 * * *" Europe/Paris\n+ search-canary     create  retriever_execution, every 300 s\nNo Pulumi state found for stack "prod": every trigger is shown as new.\n2 to create; 2 requests to apply.\n',
  );
  await openApplied();
  const unchanged = await repo.run("plan", ...PROD);
  expect([unchanged.code, withoutHead(unchanged.stdout)]).toEqual([0, "2 unchanged.\n"]);

  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 3600");
  const changed = await repo.run("plan", ...PROD);
  expect(changed.code).toBe(2);
  expect(withoutHead(changed.stdout)).toMatch(
    /^~ search-canary {2}update\n {4}schedule_config\.interval_seconds is 300 live, 3600 desired \(you edited\)\n {4}fires 24 times a day instead of 288 times, next .*\n1 to update, 1 unchanged; 1 request to apply\.\n$/,
  );
  const markdown = await repo.run("plan", ...PROD, "--format", "markdown");
  expect(markdown.stdout).toContain(
    "| ~ | search-canary | update | schedule\\_config.interval\\_seconds is 300 live",
  );
  const { stdout } = await repo.run("plan", ...PROD, "--format", "json");
  expect(stdout).toMatch(VERSION_FIRST);
  expect(JSON.parse(stdout)).toMatchObject({
    summary: { update: 1, unchanged: 1, requests: 1 },
    triggers: [{ name: "search-canary" }],
  });
});

test("up --plan applies what was reviewed, and is rejected if definitions or live triggers have changed since", async () => {
  await openApplied();
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 3600");
  await repo.run("plan", ...PROD, "--out", "plan.json");
  repo.emulator.edit("prod", "nightly-clusters", { description: "by hand" });
  const stale = await repo.run("up", ...PROD, "--yes", "--plan", "plan.json");
  expect(stale).toMatchObject({ code: 1, writes: [] });
  expect(stale.stderr).toContain("[PLAN_STALE].\n  prod/nightly-clusters: the live trigger changed\n");

  await repo.run("plan", ...PROD, "--out", "plan.json");
  repo.edit("environments/prod.yaml", "interval_seconds: 3600", "interval_seconds: 60");
  const edited = await repo.run("up", ...PROD, "--yes", "--plan", "plan.json");
  expect(edited.stderr).toContain("  prod/search-canary: the definition changed\n");

  await repo.run("plan", ...PROD, "--out", "plan.json");
  const kept = repo.read("plan.json");
  repo.edit("plan.json", '"version": 1', '"version": 2');
  const later = await repo.run("up", ...PROD, "--yes", "--json", "--plan", "plan.json");
  expect(later).toMatchObject({ code: 1, requests: [] });
  expect(JSON.parse(later.stdout)).toMatchObject({
    ok: false,
    errors: [expect.stringContaining("[PLAN_VERSION]")],
  });
  repo.write("plan.json", kept);
  // A run of a trigger does not count as a change.
  repo.emulator.advance(3600);
  const up = await repo.run("up", ...PROD, "--yes", "--plan", "plan.json");
  expect([up.code, up.writes.length]).toEqual([0, 2]);
  expect((await repo.run("up", ...PROD, "--yes", "--plan", "environments/prod.yaml")).stderr).toMatch(
    /--plan environments\/prod\.yaml cannot be read .*Create it with preview --out \[USAGE\]\./,
  );
});

test("compare shows environments next to each other, and promote waits until the first passes its checks", async () => {
  const sides = ["--env", "environments/dev.yaml", ...PROD];
  await repo.run("up", "--env", "environments/dev.yaml", "--yes");
  const before = await repo.run("compare", ...sides);
  expect(before).toMatchObject({ code: 2, writes: [] });
  expect(before.requests).toHaveLength(2 * (LOOK_UPS + 1));
  expect(before.stdout).toContain(
    "- search-canary     missing\n    environments/dev.yaml: as declared\n    environments/prod.yaml: not live\n",
  );

  const to = ["promote", "--from", "environments/dev.yaml", "--to", "environments/prod.yaml", "--yes"];
  repo.emulator.edit("dev", "nightly-clusters", { description: "by hand" });
  const refused = await repo.run(...to);
  expect(refused).toMatchObject({ code: 1, writes: [] });
  expect(refused.stderr).toMatch(/nightly-clusters is not live as declared\n.*\[NOT_PROVED\]/);
  repo.emulator.edit("dev", "nightly-clusters", { description: "Cluster all products each night" });
  const promoted = await repo.run(...to);
  expect([promoted.code, promoted.writes.length]).toEqual([0, 2]);
  const after = await repo.run("compare", ...sides, "--format", "json");
  expect(after.code).toBe(0);
  expect(after.stdout).toMatch(VERSION_FIRST);
  expect(JSON.parse(after.stdout).triggers).toMatchObject([
    {
      name: "nightly-clusters",
      overridden: ["schedule_config.cron_expression", "status"],
      verdict: "differs by declaration",
    },
    { name: "search-canary", overridden: ["schedule_config.interval_seconds", "status"] },
  ]);
  // A trigger that is live there but has never run is no proof.
  const back = await repo.run(
    "promote",
    "--from",
    "environments/prod.yaml",
    "--to",
    "environments/dev.yaml",
    "--yes",
  );
  expect(back.stderr).toContain("environments/prod.yaml: search-canary has never run\n");
  expect((await repo.run("compare", ...PROD)).stderr).toContain("two environments are needed");
});
