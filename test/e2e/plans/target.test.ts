import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PROD = ["--env", "environments/prod.yaml"];

const applied = Repo.applied(search, ...PROD);

let repo: Repo;
beforeEach(async () => {
  repo = await applied();
});
afterEach(() => repo.close());

test("a rename that replaces, targeted by its old key: the old trigger is deleted, the others stay; then both keys work", async () => {
  const { trigger_id: id } = repo.live("prod")["search-canary"]!;
  repo.edit("triggers/search.yaml", "  search-canary:", "  canary:\n    replaces: search-canary");
  repo.edit("environments/prod.yaml", "search-canary", "canary");
  repo.edit("triggers/search.yaml", "running shoes", "boots");
  repo.edit("triggers/search.yaml", "each night", "at night");
  const renamed = await repo.run("up", ...PROD, "--yes", "--target", "search-canary");
  expect(renamed).toMatchObject({ code: 0, writes: ["POST /v1/triggers", `DELETE /v1/triggers/${id}`] });
  expect(Object.keys(repo.live("prod")).sort()).toEqual(["canary", "nightly-clusters"]);
  for (const key of ["canary", "search-canary"]) {
    const { code, stdout } = await repo.run("preview", ...PROD, "--target", key);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n1 unchanged\.\n$/)]);
  }
  const { stderr } = await repo.run("preview", ...PROD, "--target", "canari");
  expect(stderr).toMatch(/no trigger canari\. Did you mean canary\? \[USAGE\]\.\n$/);
});

test("a plan that was saved with --target is applied to those triggers only", async () => {
  repo.edit("triggers/search.yaml", "each night", "at night");
  repo.edit("environments/prod.yaml", "interval_seconds: 300", "interval_seconds: 60");
  await repo.run("preview", ...PROD, "--target", "search-canary", "--out", "part.json");
  await repo.run("preview", ...PROD, "--out", "whole.json");

  const others = await repo.run(
    "up",
    ...PROD,
    "--yes",
    "--plan",
    "part.json",
    "--target",
    "nightly-clusters",
  );
  expect(others).toMatchObject({ code: 1, requests: [] });
  expect(others.stderr).toContain(
    "--plan part.json is for --target search-canary, and is applied as it was saved. Omit --target, or create another plan [USAGE].",
  );
  const whole = await repo.run("up", ...PROD, "--yes", "--plan", "whole.json", "--target", "search-canary");
  expect(whole.stderr).toContain("--plan whole.json is for every trigger,");

  const { trigger_id: id } = repo.live("prod")["search-canary"]!;
  const part = await repo.run("up", ...PROD, "--yes", "--plan", "part.json");
  expect(part).toMatchObject({ code: 0, writes: [`PATCH /v1/triggers/${id}`] });
  expect(part.stdout).toMatch(/\n1 updated\.\n$/);
  expect(repo.live("prod")["nightly-clusters"]!.description).toBe("Cluster all products each night");
});
