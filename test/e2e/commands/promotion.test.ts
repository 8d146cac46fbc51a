import { cpSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  cpSync(resolve(__dirname, "../../../examples/promotion"), repo.folder, { recursive: true });
});
afterEach(() => repo.close());

test("examples/promotion takes one set through three namespaces, each with its own ids", async () => {
  expect((await repo.run("validate", "--all-envs")).code).toBe(0);
  for (const [environment, created] of [
    ["dev", 4],
    ["staging", 3],
    ["prod", 4],
  ] as const) {
    const file = `environments/${environment}.yaml`;
    const up = await repo.run("up", "--env", file, "--yes");
    expect([up.code, up.stdout.split("\n").at(-2)]).toEqual([0, `${created} created.`]);
    expect(await repo.run("preview", "--env", file)).toMatchObject({ code: 0, writes: [] });
  }
  const [dev, staging, prod] = ["dev", "staging", "prod"].map((namespace) => repo.live(namespace));
  expect(Object.keys(staging!).sort()).toEqual(["crawl-uploads", "enrich-products", "nightly-clusters"]);
  expect(Object.values(dev!).map(({ status }) => status)).toEqual(Array(4).fill("paused"));
  expect(Object.values(prod!).map(({ status }) => status)).toEqual(Array(4).fill("active"));
  const ids = (live: typeof dev): unknown => live!["nightly-clusters"]!.action_config;
  expect([ids(dev), ids(staging), ids(prod)]).toMatchObject(
    ["dev", "staging", "prod"].map((namespace) => ({
      cluster_id: `clust_${namespace}_product_clusters`,
      filters: { AND: [{ field: "collection_id", operator: "eq", value: `col_${namespace}_products` }] },
    })),
  );
  expect(prod!["crawl-uploads"]!.schedule_config).toMatchObject({ cron_expression: "*/5 * * * *" });
});
