import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Repo } from "../repo";
import { ALL, ENVIRONMENTS, nightlyInAll } from "./three-environments";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ENVIRONMENTS });
  nightlyInAll(repo);
});
afterEach(() => repo.close());

/** The environments in which the trigger is live. */
const isIn = (): string[] => ENVIRONMENTS.filter((name) => "nightly" in repo.live(name));

/** Makes staging reject creates. */
const breakStaging = (): void =>
  repo.edit(
    "environments/staging.yaml",
    "namespace: staging\n",
    "namespace: staging\noverrides: { nightly: { action_config: { cluster_id: clust_none } } }\n",
  );

describe("up", () => {
  test("runs the environments in the given order, and ends with one summary", async () => {
    const up = await repo.run("up", ...ALL, "--env", "./environments/dev.yaml", "--yes");
    expect([up.code, up.stderr]).toEqual([0, expect.not.stringContaining("[")]);
    expect(up.stdout.match(/stack search-triggers\/\w+/g)).toEqual([
      // First every plan, then every result.
      "stack search-triggers/dev",
      "stack search-triggers/staging",
      "stack search-triggers/prod",
      "stack search-triggers/dev",
      "stack search-triggers/staging",
      "stack search-triggers/prod",
    ]);
    expect(up.stdout).toMatch(
      /\n3 environments: 3 done\.\n {2}environments\/dev\.yaml {6}1 created\.\n {2}environments\/staging\.yaml {2}1 created\.\n {2}environments\/prod\.yaml {5}1 created\.\n$/,
    );
    expect(isIn()).toEqual(["dev", "staging", "prod"]);
    const again = await repo.run("up", "--all-envs", "--yes");
    expect(again).toMatchObject({ code: 0, writes: [] });
    expect(again.requests.filter((request) => request === "LIST")).toHaveLength(3);
    expect(again.stdout).toContain("3 environments: 3 done.\n");
  });

  test("the first failure stops the rest, which are listed; --keep-going runs them", async () => {
    breakStaging();
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, isIn()]).toEqual([1, ["dev"]]);
    expect(up.stdout).toMatch(
      /\n3 environments: 1 done, 1 failed, 1 not run\.\n {2}environments\/dev\.yaml {6}1 created\.\n {2}environments\/staging\.yaml {2}failed: .*\n {2}environments\/prod\.yaml {5}not run: another environment failed\n$/,
    );
    const all = await repo.run("up", ...ALL, "--yes", "--keep-going");
    expect([all.code, isIn()]).toEqual([1, ["dev", "prod"]]);
    expect(all.stdout).toContain("3 environments: 2 done, 1 failed.\n");
  });

  test("--json prints one object with an array of environments", async () => {
    breakStaging();
    const up = await repo.run("up", ...ALL, "--yes", "--json");
    expect([up.code, JSON.parse(up.stdout)]).toMatchObject([
      1,
      {
        version: 1,
        command: "up",
        ok: false,
        environments: [
          { environment: "environments/dev.yaml", state: "done", ok: true, summary: { create: 1 } },
          { environment: "environments/staging.yaml", state: "failed", ok: false },
          { environment: "environments/prod.yaml", state: "not run" },
        ],
      },
    ]);
  });

  test("--parallel runs them in parallel", async () => {
    const up = await repo.run("up", ...ALL, "--yes", "--parallel", "3");
    expect([up.code, isIn()]).toEqual([0, ["dev", "staging", "prod"]]);
    expect(up.stdout).toContain("3 environments: 3 done.\n");
    // The output of one environment is not interleaved with others'.
    expect(
      up.stdout.match(/^mixpeek-triggers up: .*\n\+ nightly {2}created .*\n1 created\.$/gm),
    ).toHaveLength(3);
    expect(await repo.run("up", ...ALL, "--yes", "--parallel", "2")).toMatchObject({ code: 0, writes: [] });
  });

  test("in parallel, the engines' processes share one rate limit: the command waits, not the process that got a 429", async () => {
    repo.emulator.faults.add({ kind: "rate_limit", operation: "create", seconds: 2, times: 1 });
    const up = await repo.run("up", ...ALL, "--yes", "--parallel", "3");
    expect([up.code, isIn()]).toEqual([0, ["dev", "staging", "prod"]]);
    expect(up.stderr.match(/^.*waiting .*$/gm)).toEqual(["waiting 2 s: the API's rate limit is reached"]);
  });

  test("on a terminal, every plan is shown before one question", async () => {
    const up = repo.startOnTerminal("up", ...ALL);
    await up.prints(/Change 3 triggers in 3 environments\? \(yes\/no\)/);
    expect(up.output.match(/nightly {2}create/g)).toHaveLength(3);
    expect(isIn()).toEqual([]);
    up.type("yes");
    expect([await up.ended, isIn()]).toEqual([0, ["dev", "staging", "prod"]]);
    const declined = repo.startOnTerminal("up", ...ALL);
    expect(await declined.ended).toBe(0);
    repo.edit("triggers/all.yaml", "600", "300");
    const no = repo.startOnTerminal("up", ...ALL);
    await no.prints(/3 environments\?/);
    no.type("no");
    expect([await no.ended, no.output]).toEqual([1, expect.stringContaining("Nothing was changed.\n")]);
  });

  test("what changes after the plan was shown is not applied", async () => {
    const up = repo.startOnTerminal("up", ...ALL);
    await up.prints(/3 environments\?/);
    await repo.run("up", "--env", "staging", "--yes");
    up.type("yes");
    expect([await up.ended, isIn()]).toEqual([1, ["dev", "staging"]]);
    expect(up.output).toMatch(/PLAN_STALE(.|\n)*prod\.yaml {5}not run: another environment failed/);
  });

  test("Ctrl-C completes the calls in progress, and lists what was not run", async () => {
    const held = repo.emulator.hold({ operation: "create" });
    const up = repo.start("up", ...ALL, "--yes");
    await held.reached;
    up.interrupt("SIGINT");
    await held.release();
    expect(await up.ended).toBe(130);
    expect(isIn()).toEqual(["dev"]);
    expect(up.output).toMatch(
      /environments\/staging\.yaml {2}not run: interrupted\n {2}environments\/prod\.yaml {5}not run: interrupted\n/,
    );
  });
});

describe("before anything is written", () => {
  test.each([
    [
      ["up", ...ALL, "--yes", "--plan", "x.json"],
      "mixpeek-triggers up: --plan is for one environment. Run up with --plan once for each [USAGE].\n",
    ],
    [
      ["preview", ...ALL, "--out", "x.json"],
      "mixpeek-triggers preview: --out is for one environment. Run preview with --out once for each [USAGE].\n",
    ],
    [
      ["refresh", ...ALL, "--yes", "--stack", "x"],
      "mixpeek-triggers refresh: --stack is for one environment. Run refresh with --stack once for each [USAGE].\n",
    ],
    [
      ["up", ...ALL, "--yes", "--parallel", "0"],
      "mixpeek-triggers up: --parallel 0 is not a whole number from 1 to 16 [USAGE].\n",
    ],
    [["up", ...ALL], "mixpeek-triggers up: there is no terminal to ask on. Add --yes [USAGE].\n"],
  ])("%j is rejected", async (args, stderr) => {
    expect(await repo.run(...args)).toMatchObject({ code: 1, stdout: "", stderr, requests: [] });
  });

  test("an error in one environment's files stops all of them", async () => {
    repo.write("environments/prod.yaml", "namespace: prod\noverides: {}\n");
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, up.requests, isIn()]).toEqual([1, [], []]);
    expect(up.stderr).toContain("environments/prod.yaml:2:1");
    expect((await repo.run("up", ...ALL, "--yes", "--keep-going")).code).toBe(1);
    expect(isIn()).toEqual(["dev", "staging"]);
  });

  test.each<[string, () => void, string]>([
    [
      "a namespace that does not exist",
      () => repo.write("environments/prod.yaml", "namespace: nowhere\n"),
      "nowhere",
    ],
    [
      "a name that the namespace does not have",
      () =>
        repo.write(
          "environments/prod.yaml",
          `namespace: prod\noverrides: { nightly: { action_config: { cluster_id: "\${cluster:product-clusterz}" } } }\n`,
        ),
      "REFERENCE_NOT_FOUND",
    ],
  ])("%s in the last environment stops all; --keep-going runs the others", async (_, spoil, reason) => {
    spoil();
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, up.writes]).toEqual([1, []]);
    expect(up.stderr).toContain(reason);
    expect(up.stdout).toMatch(
      /\n3 environments: 1 failed, 2 not run\.\n {2}environments\/dev\.yaml {6}not run: another environment failed\n {2}environments\/staging\.yaml {2}not run: .*\n {2}environments\/prod\.yaml {5}failed: /,
    );
    // The others' plans are shown.
    expect(up.stdout.match(/\+ nightly {2}create /g)).toHaveLength(2);
    const others = await repo.run("up", ...ALL, "--yes", "--keep-going");
    expect(others.code).toBe(1);
    expect(others.stdout).toContain("3 environments: 2 done, 1 failed.\n");
    expect(others.writes).toHaveLength(2);
  });

  test("deletes of more than half of the triggers in the last environment stop all", async () => {
    const own = repo.read("triggers/all.yaml").split("\n")[1]!;
    const more = ["a", "b", "c"].map((name) => `${own.replace("nightly", name)}\n`).join("");
    repo.write("triggers/all.yaml", `${repo.read("triggers/all.yaml")}${more}`);
    await repo.run("up", "--env", "prod", "--yes");
    repo.write("environments/prod.yaml", "namespace: prod\nexclude: [a, b, c]\n");
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, up.writes, up.stderr]).toEqual([1, [], expect.stringContaining("TOO_MANY_DELETES")]);
    expect(up.stdout).toContain("3 environments: 1 failed, 2 not run.\n");
    const allowed = await repo.run("up", ...ALL, "--yes", "--allow-deletes", "3");
    expect([allowed.code, Object.keys(repo.live("prod"))]).toEqual([0, ["nightly"]]);
  });

  test("environments in one namespace do not make each other's plans stale", async () => {
    const own = repo.read("triggers/all.yaml").split("\n")[1]!;
    repo.write("triggers/all.yaml", `${repo.read("triggers/all.yaml")}${own.replace("nightly", "hourly")}\n`);
    repo.write("environments/dev.yaml", "namespace: dev\nexclude: [nightly]\n");
    repo.write("environments/staging.yaml", "namespace: dev\nexclude: [hourly]\n");
    const up = await repo.run("up", "--env", "dev", "--env", "staging", "--yes");
    expect([up.code, up.stdout]).toEqual([0, expect.stringContaining("2 environments: 2 done.\n")]);
    expect(Object.keys(repo.live("dev")).sort()).toEqual(["hourly", "nightly"]);
  });

  test("two environments that declare one trigger in one namespace are rejected", async () => {
    repo.write("environments/prod.yaml", "namespace: dev\n");
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, up.requests, up.stderr]).toEqual([
      1,
      [],
      'environments/dev.yaml and environments/prod.yaml both declare nightly in namespace "dev": two stacks would manage one trigger. Give one of them another namespace, or exclude it [NAMESPACE_SHARED].\n',
    ]);
  });
});

describe("preview and drift", () => {
  const applied = Repo.applied(nightlyInAll, ...ALL);
  const openApplied = async (): Promise<void> => {
    await repo.close();
    repo = await applied();
  };

  test("preview shows every plan and exits with 2; one that fails does not hide the others", async () => {
    const preview = await repo.run("preview", ...ALL);
    expect([preview.code, preview.stdout]).toEqual([2, expect.stringContaining("3 environments: 3 done.\n")]);
    breakStaging();
    repo.edit("environments/dev.yaml", "dev", "none");
    const two = await repo.run("plan", ...ALL, "--format", "json");
    expect([two.code, JSON.parse(two.stdout)]).toMatchObject([
      1,
      { command: "preview", environments: [{ state: "failed" }, { state: "done" }, { state: "done" }] },
    ]);
  });

  test("drift shows the drift of each environment, and writes nothing", async () => {
    await openApplied();
    expect((await repo.run("drift", "--all-envs")).code).toBe(0);
    repo.emulator.edit("prod", "nightly", { description: "By hand" });
    const drift = await repo.run("drift", ...ALL);
    expect([drift.code, drift.writes, drift.stdout]).toEqual([
      2,
      [],
      expect.stringMatching(
        /^environments\/dev\.yaml: no drift\.\n(.|\n)*\n {2}environments\/staging\.yaml {2}no drift\.\n {2}environments\/prod\.yaml {5}1 trigger drifted\.\n$/,
      ),
    ]);
    repo.edit("environments/dev.yaml", "namespace: dev", "namespace: [dev]");
    const json = await repo.run("drift", ...ALL, "--format", "json");
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      {
        version: 1,
        ok: false,
        environments: [
          { environment: "environments/dev.yaml", state: "failed" },
          { state: "done", drifted: [] },
          { state: "done", drifted: [{ name: "nightly" }] },
        ],
      },
    ]);
    expect(await repo.run("drift", ...ALL, "--fix", "--yes")).toMatchObject({
      code: 1,
      stderr:
        "mixpeek-triggers drift: --fix is for one environment. Run drift with --fix once for each [USAGE].\n",
    });
  });
});
