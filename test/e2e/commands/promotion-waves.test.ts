import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ManualClock, manualClock } from "../../../provider/emulator";
import { Repo } from "../repo";

const WAVES = [
  "promote",
  "--from",
  "dev",
  "--to",
  "staging",
  "--to",
  "prod",
  "--yes",
  "--wait-healthy",
  "30m",
];
const NAMES = ["dev", "staging", "prod"];

let repo: Repo;
let clock: ManualClock;

const applied = Repo.applied(
  (made) => {
    repo = made;
    declare("600");
    for (const name of NAMES) repo.write(`environments/${name}.yaml`, `namespace: ${name}\n`);
  },
  "--env",
  "dev",
);
beforeEach(async () => {
  clock = manualClock();
  repo = await applied({ clock });
  repo.emulator.advance(1200);
});
afterEach(() => repo.close());

function declare(seconds: string, more = ""): void {
  repo.write(
    "triggers/all.yaml",
    `triggers:\n  hourly: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: ${seconds} } }\n${more}`,
  );
}

const live = (): string[] => NAMES.filter((name) => "hourly" in repo.live(name));
const listsOf = (namespace: string): number =>
  repo.emulator
    .requests()
    .filter((each) => each.path === "/v1/triggers/list" && each.namespace?.includes(namespace)).length;

async function promoted(...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = repo.startOnMovedClock(clock, ...(args.length > 0 ? args : WAVES));
  const code = await run.ended;
  return { code, output: run.output };
}

test("continues to prod once each new trigger has run in staging, with one look when its run is due", async () => {
  const { code, output } = await promoted();
  expect([code, live()]).toEqual([0, NAMES]);
  expect(output).toMatch(
    /environments\/staging\.yaml: waiting up to 30 min for hourly to run, due at \S+Z\nenvironments\/staging\.yaml: hourly ran successfully at \S+Z\n/,
  );
  expect(output).toContain(
    "2 environments: 2 done.\n  environments/staging.yaml  1 created.\n  environments/prod.yaml     1 created.\n",
  );
  expect(repo.live("staging")["hourly"]!.execution_count).toBe(1);
  // The list of the plan, that of the first look, and that of the look after the run.
  expect(listsOf("staging")).toBe(3);
});

test("a run that fails in staging stops before prod, with its error", async () => {
  repo.emulator.failRuns("staging", "clust_staging_product_clusters", "no documents");
  const { code, output } = await promoted();
  expect([code, live()]).toEqual([1, ["dev", "staging"]]);
  expect(output).toContain(
    'environments/staging.yaml: hourly: 1 failed run in a row; last error: "no documents"\ncannot promote environments/staging.yaml to environments/prod.yaml: environments/staging.yaml failed the checks above. Fix its triggers, increase --wait-healthy, or promote environments/staging.yaml to environments/prod.yaml later [NOT_PROVED].\n',
  );
  expect(output).toContain(
    "2 environments: 1 done, 1 not run.\n  environments/staging.yaml  1 created.\n  environments/prod.yaml     not run: the previous environment stopped the promotion\n",
  );
});

test("a trigger that is not due in time stops it at once; one that is not started by time is reported, and does not stop it", async () => {
  declare(
    "600",
    `  uploads: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: event, schedule_config: { event_type: documents_added, event_threshold: 5 } }\n`,
  );
  await repo.run("up", "--env", "dev", "--yes");
  const all = await promoted();
  expect([all.code, live()]).toEqual([0, NAMES]);
  for (const name of ["dev", "staging"])
    expect(all.output).toContain(
      `environments/${name}.yaml: uploads is not required to run: it is started by events\n`,
    );
  declare("7200");
  await repo.run("up", "--env", "dev", "--yes");
  const before = repo.emulator.requests().length;
  const late = await promoted();
  expect(late.code).toBe(1);
  expect(late.output).toMatch(
    /environments\/staging\.yaml: hourly next runs at \S+Z, which is not within 30 min\ncannot promote /,
  );
  expect(repo.live("prod")["hourly"]!.schedule_config).toMatchObject({ interval_seconds: 600 });
  expect(repo.emulator.requests().length - before).toBeLessThan(15);
  // The rest of the time, later.
  repo.emulator.advance(7300);
  expect((await promoted("promote", "--from", "staging", "--to", "prod", "--yes")).code).toBe(0);
  expect(repo.live("prod")["hourly"]!.schedule_config).toMatchObject({ interval_seconds: 7200 });
});

test("the first environment is waited for, too, if a trigger has never run there", async () => {
  repo.write(
    "environments/dev.yaml",
    "namespace: dev\nvariables: {}\noverrides: { hourly: { schedule_config: { interval_seconds: 300 } } }\n",
  );
  await repo.run("destroy", "--env", "dev", "--yes");
  await repo.run("up", "--env", "dev", "--yes");
  const now = await promoted("promote", "--from", "dev", "--to", "staging", "--yes");
  expect([now.code, now.output]).toEqual([1, expect.stringContaining("hourly has never run\n")]);
  const one = await promoted("promote", "--from", "dev", "--to", "staging", "--yes", "--wait-healthy", "10m");
  expect([one.code, live()]).toEqual([0, ["dev", "staging"]]);
  expect(one.output).not.toContain("environments:");
});

test("Ctrl-C ends the wait: prod is not changed", async () => {
  const run = repo.start(...WAVES);
  await run.prints(/waiting up to 30 min/);
  run.interrupt("SIGINT");
  expect([await run.ended, live()]).toEqual([130, ["dev", "staging"]]);
  expect(run.output).toContain(
    "Interrupted: nothing was changed in environments/prod.yaml. To continue, run the same command again. It waits only for triggers of environments/staging.yaml that have never run: ",
  );
});

test.each([
  [
    ["--to", "prod"],
    "several --to require --wait-healthy, the time in which each environment must become healthy. Add it, such as --wait-healthy 30m",
  ],
  [
    ["--to", "prod", "--wait-healthy", "soon"],
    '--wait-healthy "soon" is not a duration. Write a number with s, m or h, such as --wait-healthy 30m',
  ],
  [
    ["--to", "staging", "--wait-healthy", "1m"],
    "--to environments/staging.yaml is given twice. Give it once",
  ],
])("%j is rejected", async (args, message) => {
  expect(await repo.run("promote", "--from", "dev", "--to", "staging", ...args, "--yes")).toMatchObject({
    code: 1,
    requests: [],
    stderr: `mixpeek-triggers promote: ${message} [USAGE].\n`,
  });
});
