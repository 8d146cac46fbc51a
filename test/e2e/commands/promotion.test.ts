import { cpSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Repo } from "../repo";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open();
  cpSync(resolve(__dirname, "../../../examples/promotion"), repo.folder, { recursive: true });
});
afterEach(() => repo.close());

test("examples/promotion takes one set through three namespaces, each with its own ids", async () => {
  const { scripts } = JSON.parse(readFileSync(join(repo.folder, "package.json"), "utf8"));
  const script = (name: string): ReturnType<Repo["run"]> => {
    const [command, ...args] = scripts[name].split(" ");
    expect(command).toBe("mixpeek-triggers");
    return repo.run(...args);
  };
  expect((await script("validate")).code).toBe(0);
  for (const [name, environment, created] of [
    ["dev", "dev", 4],
    ["staging", "staging", 3],
    ["promote", "prod", 4],
  ] as const) {
    if (name === "promote") {
      expect(await script(name)).toMatchObject({ code: 1, stderr: expect.stringContaining("[NOT_PROVED]") });
      repo.emulator.advance(86_400);
    }
    const file = `environments/${environment}.yaml`;
    const up = await script(name);
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
