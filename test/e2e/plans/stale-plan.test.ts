import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureEngine } from "../../../provider/engine";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml"];
const THEIRS = "theirs/all.yaml";
const MAIN = resolve(__dirname, "../../../dist/cli/main.js");

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  repo.write("environments/dev.yaml", "namespace: dev\n");
});
afterEach(() => repo.close());

/** In: intervals in seconds, by name. */
function declare(file: string, intervals: Record<string, number>): void {
  const one = ([name, seconds]: [string, number]): string =>
    `  ${name}: { action_type: cluster, action_config: { cluster_id: clust_dev_product_clusters }, trigger_type: interval, schedule_config: { interval_seconds: ${seconds} } }\n`;
  repo.write(file, `triggers:\n${Object.entries(intervals).map(one).join("")}`);
}

const intervals = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(repo.live("dev")).map(([name, { schedule_config: config }]) => [
      name,
      config["interval_seconds"],
    ]),
  );

/** Between this run's plan and its lock, another run of the same stack with other definitions starts and ends. */
async function interposeTheirs(): Promise<void> {
  const { bin: engine } = await ensureEngine();
  const bin = join(repo.folder, "..", "bin");
  mkdirSync(bin);
  for (const name of readdirSync(engine).filter((each) => each.startsWith("pulumi-")))
    symlinkSync(join(engine, name), join(bin, name));
  // The other run must not inherit what this run adds to the engine's environment.
  const kept = [
    "HOME",
    "PATH",
    "PULUMI_HOME",
    "PULUMI_CONFIG_PASSPHRASE",
    "VAULT_SERVER_URL",
    "VAULT_SERVER_TOKEN",
    "MIXPEEK_API_KEY",
    "MIXPEEK_BASE_URL",
  ].map((name) => `${name}="$${name}"`);
  const theirs = `env -i ${kept.join(" ")} "${process.execPath}" "${MAIN}" up ${DEV.join(" ")} --definitions "${THEIRS}" --yes`;
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh
if [ "$1" = up ] && mkdir "${bin}/theirs-ran" 2>/dev/null; then
  (cd "${repo.folder}" && ${theirs}) >"${bin}/theirs" 2>&1 || exit 97
fi
exec "${join(engine, "pulumi")}" "$@"
`,
    { mode: 0o755 },
  );
  repo.env = { PATH: [bin, process.env["PATH"]].join(delimiter) };
}

const MOVED = /^another run changed stack "dev" after this run planned; listing and planning again$/m;

describe("a run that starts after another run made its plan stale", () => {
  const applied = Repo.applied(
    (made) => {
      repo = made;
      repo.write("environments/dev.yaml", "namespace: dev\n");
      declare("triggers/all.yaml", { nightly: 600, hourly: 600 });
    },
    ...DEV,
  );

  beforeEach(async () => {
    await repo.close();
    repo = await applied();
    declare(THEIRS, { nightly: 1200, hourly: 600 });
    await interposeTheirs();
  });

  test("plans again with --yes, and prints the plan that it applies", async () => {
    declare("triggers/all.yaml", { nightly: 900, hourly: 600 });
    const { code, stdout, stderr } = await repo.run("up", ...DEV, "--yes");
    expect([code, stderr]).toEqual([0, expect.stringMatching(MOVED)]);
    expect(stdout).toContain("schedule_config.interval_seconds is 1200 live, 900 desired");
    expect(intervals()).toEqual({ nightly: 900, hourly: 600 });
  });

  test("asks again on a terminal, and keeps what the other run created if the answer is no", async () => {
    declare("triggers/all.yaml", { nightly: 900, hourly: 600 });
    const up = repo.startOnTerminal("up", ...DEV);
    await up.prints(/\? \(yes\/no\) /);
    up.type("yes");
    await up.prints(
      /^The plan that you confirmed is out of date \[PLAN_STALE\]:\n {2}dev\/nightly: the live trigger changed\n(.|\n)*\? \(yes\/no\) /m,
    );
    up.type("no");
    expect([await up.ended, up.output]).toEqual([1, expect.stringContaining("Nothing was changed.")]);
    for (const live of [600, 1200])
      expect(up.output).toContain(`schedule_config.interval_seconds is ${live} live, 900 desired`);
    expect(intervals()).toEqual({ nightly: 1200, hourly: 600 });
  });

  test("rejects a saved plan", async () => {
    declare("triggers/all.yaml", { nightly: 900, hourly: 600 });
    expect((await repo.run("preview", ...DEV, "--out", "plan.json")).code).toBe(2);
    const { code, stderr } = await repo.run("up", ...DEV, "--yes", "--plan", "plan.json");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/\[PLAN_STALE\]\.\n {2}dev\/nightly: the live trigger changed\n/),
    ]);
    expect(intervals()).toEqual({ nightly: 1200, hourly: 600 });
  });
});

test("a first run finds the stack that another first run created meanwhile", async () => {
  declare("triggers/all.yaml", { nightly: 900 });
  declare(THEIRS, { nightly: 1200 });
  await interposeTheirs();
  const { code, stdout, stderr } = await repo.run("up", ...DEV, "--yes");
  expect([code, stderr]).toEqual([0, expect.stringMatching(MOVED)]);
  expect(stdout).toContain("schedule_config.interval_seconds is 1200 live, 900 desired");
  expect(intervals()).toEqual({ nightly: 900 });
});
