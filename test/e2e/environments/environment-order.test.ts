import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { LoggedRequest } from "../../../provider/emulator";
import { Repo } from "../repo";
import { ENVIRONMENTS, nightlyInAll } from "./three-environments";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ENVIRONMENTS });
  nightlyInAll(repo);
  repo.write("environments/staging.yaml", "namespace: staging\nafter: [dev]\n");
  repo.write("environments/prod.yaml", "namespace: prod\nafter: [staging]\n");
});
afterEach(() => repo.close());

const isCreate = ({ method, path }: LoggedRequest): boolean => method === "POST" && path === "/v1/triggers";

test("--all-envs runs each environment after those in its `after`, in parallel runs, too", async () => {
  const held = repo.emulator.hold({ operation: "create" });
  const up = repo.start("up", "--all-envs", "--yes", "--parallel", "3");
  await held.reached;
  expect(repo.emulator.requests().filter(isCreate)).toEqual([]);
  await held.release();
  expect(await up.ended).toBe(0);
  expect(
    repo.emulator
      .requests()
      .filter(isCreate)
      .map(({ namespace }) => namespace),
  ).toEqual(["dev", "staging", "prod"]);
  expect(up.output).toMatch(/dev\.yaml .*\n.*staging\.yaml .*\n.*prod\.yaml .*\n$/);
});

test("--keep-going skips the environments that come after a failed one", async () => {
  repo.edit(
    "environments/staging.yaml",
    "after: [dev]",
    "after: [dev]\noverrides: { nightly: { action_config: { cluster_id: clust_none } } }",
  );
  const up = await repo.run("up", "--all-envs", "--yes", "--keep-going");
  expect(up.code).toBe(1);
  expect(ENVIRONMENTS.filter((name) => "nightly" in repo.live(name))).toEqual(["dev"]);
  expect(up.stdout).toContain("  environments/prod.yaml     not run: environments/staging.yaml failed\n");
});

test("--env sets its own order", async () => {
  const up = await repo.run("up", "--env", "prod", "--env", "dev", "--yes");
  expect([up.code, up.stdout]).toEqual([0, expect.stringMatching(/prod\.yaml .*\n.*dev\.yaml .*\n$/)]);
});

test.each([
  ["after: [stagin]", /cannot use --all-envs: environments\/dev\.yaml:2:9: after\.0: .*\[FILE_NOT_FOUND\]/],
  ["after: [prod]", /cannot use --all-envs: environments\/dev\.yaml:2:9: after: .*\[ENVIRONMENT_CYCLE\]/],
])("%s in the first is rejected", async (after, message) => {
  repo.edit("environments/dev.yaml", "namespace: dev", `namespace: dev\n${after}`);
  for (const command of ["up", "timeline"]) {
    const ran = await repo.run(command, "--all-envs", ...(command === "up" ? ["--yes"] : []));
    expect([ran.code, ran.requests, ran.stderr]).toEqual([1, [], expect.stringMatching(message)]);
  }
});
