import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { nightly } from "../../core/files";
import { Repo } from "../repo";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  repo.write("triggers/a.YAML", nightly().replace("clust_1", '"${cluster:product-clusters}"'));
});
afterEach(() => repo.close());

test("two regions are two stacks: the second `up` does not change the first region's triggers", async () => {
  repo.write("environments/eu/prod.yaml", "namespace: dev\n");
  repo.write("environments/us/prod.yaml", "namespace: staging\n");
  const eu = await repo.run("up", "--env", "eu/prod", "--yes");
  expect(eu).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  expect(eu.stdout).toContain("stack search-triggers/eu.prod,");
  const us = await repo.run("up", "--env", "./environments/us/prod.yaml", "--yes");
  expect(us).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  expect(us.stdout).toContain("stack search-triggers/us.prod,");
  expect([repo.live("dev"), repo.live("staging")].map(Object.keys)).toEqual([["nightly"], ["nightly"]]);
  for (const name of ["eu.prod", "us.prod"])
    expect(await repo.run("preview", "--env", name)).toMatchObject({ code: 0, writes: [] });

  repo.write("environments/us.prod.yaml", "namespace: prod\n");
  expect(await repo.run("up", "--env", "us/prod", "--yes")).toMatchObject({
    code: 1,
    stdout: "",
    requests: [],
    stderr:
      'environments/us/prod.yaml:1:1 ENVIRONMENT_AMBIGUOUS environments/us.prod.yaml and environments/us/prod.yaml both name the stack "us.prod". Rename or delete one of them: each environment needs a stack of its own.\n1 error; nothing was changed.\n',
  });
});

test("on a shared backend, a project without a name stops before anything is read or written", async () => {
  const state = join(repo.folder, "..", "shared-state");
  mkdirSync(state);
  repo.env = { PULUMI_BACKEND_URL: `file://${state}` };
  repo.write("environments/prod.yaml", "namespace: prod\n");
  expect(await repo.run("up", "--env", "prod", "--yes")).toMatchObject({
    code: 1,
    requests: [],
    stderr: `cannot open the stack: the project has no name. PULUMI_BACKEND_URL names a backend that other projects may use, and a folder name does not identify this project. Add these two lines to Pulumi.yaml, or add --project search-triggers [PROJECT_NAME_MISSING]:
name: search-triggers
runtime: nodejs
`,
  });
  expect(existsSync(join(state, ".pulumi"))).toBe(false);
  repo.write("Pulumi.yaml", "name: search-triggers\nruntime: nodejs\n");
  expect(await repo.run("up", "--env", "prod", "--yes")).toMatchObject({ code: 0 });
});
