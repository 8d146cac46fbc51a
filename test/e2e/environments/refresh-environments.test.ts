import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

const ALL = ["--env", "dev", "--env", "staging", "--env", "prod"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev", "prod"] });
  writeFiles(repo);
});
afterEach(() => repo.close());

function writeFiles(to: Repo): void {
  to.write(
    "triggers/all.yaml",
    `triggers:\n  nightly: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`,
  );
  for (const name of ["dev", "staging", "prod"])
    to.write(`environments/${name}.yaml`, `namespace: ${name}\n`);
}

const applied = Repo.applied(writeFiles, ...ALL);
/** Replaces the repository that a test starts with. In the new one, all environments are applied. */
async function openApplied(): Promise<void> {
  await repo.close();
  repo = await applied();
}

const stateOfDev = (): string =>
  readFileSync(join(repo.folder, ".mixpeek/state/.pulumi/stacks/search-triggers/dev.json"), "utf8");

test("refresh reads all environments", async () => {
  await openApplied();
  const refresh = await repo.run("refresh", ...ALL, "--yes");
  expect([refresh.code, refresh.stdout]).toEqual([
    0,
    expect.stringMatching(
      /environments\/dev\.yaml {6}1 read\.\n {2}environments\/staging\.yaml {2}1 read\.\n/,
    ),
  ]);
});

test("refresh shows what it would record in all environments before one question; without changes, there is no question", async () => {
  await openApplied();
  const unchanged = await repo.run("refresh", ...ALL, "--yes");
  expect([unchanged.code, unchanged.requests]).toEqual([0, ["LIST", "LIST", "LIST"]]);
  expect(await repo.startOnTerminal("refresh", ...ALL).ended).toBe(0);
  repo.emulator.edit("staging", "nightly", { description: "By hand" });
  repo.emulator.remove("prod", "nightly");
  const refresh = repo.startOnTerminal("refresh", ...ALL);
  await refresh.prints(/Update the state of 2 triggers in 3 environments\? \(yes\/no\)/);
  expect(refresh.output).toContain('nightly: description is "By hand" live');
  expect(refresh.output).toContain("nightly: deleted outside Pulumi, removed from the state");
  expect(refresh.output.match(/1 to record, 0 unchanged\./g)).toHaveLength(2);
  refresh.type("yes");
  expect(await refresh.ended).toBe(0);
  expect(refresh.output).toMatch(
    /dev\.yaml {6}1 read\.\s+environments\/staging\.yaml {2}1 read\.\s+environments\/prod\.yaml {5}1 read, 1 removed from the state\.|prod\.yaml {5}0 read, 1 removed from the state\./,
  );
});

test("refresh finds what stops one environment before it records another", async () => {
  await repo.run("up", "--env", "dev", "--env", "prod", "--yes");
  repo.emulator.edit("dev", "nightly", { description: "By hand" });
  const before = stateOfDev();
  const stopped = await repo.run("refresh", ...ALL, "--yes");
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining("[STACK_NOT_FOUND]") });
  expect(stopped.stdout).toMatch(
    /dev\.yaml {6}not run: another environment failed\n {2}environments\/staging\.yaml {2}failed: .*\n {2}environments\/prod\.yaml {5}1 read\.\n$/,
  );
  expect(stateOfDev()).toBe(before);
  const all = await repo.run("refresh", ...ALL, "--yes", "--keep-going");
  expect(all).toMatchObject({ code: 1, stdout: expect.stringMatching(/dev\.yaml {6}1 read\./) });
  expect(stateOfDev()).not.toBe(before);
});
