import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import ts from "typescript";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { ensureEngine } from "../../../provider/engine";

const EXAMPLES = resolve(__dirname, "../../../examples");

let emulator: Emulator;
let folder: string;
beforeEach(async () => {
  emulator = await startEmulator({ clock: manualClock() });
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-example-"));
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  changes: Record<string, number>;
  outputs: Record<string, unknown>;
  output: string;
}

async function run(
  example: string,
  operation: "up" | "destroy",
  config: Record<string, string>,
  stack = "test",
): Promise<Result> {
  const project = join(folder, "project");
  mkdirSync(project, { recursive: true });
  cpSync(join(EXAMPLES, example), project, { recursive: true });
  const source = readFileSync(join(EXAMPLES, example, "index.ts"), "utf8");
  const main = join(project, "index.js");
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  writeFileSync(main, ts.transpileModule(source, { compilerOptions }).outputText);
  const settings = {
    "mixpeek:apiKey": "sk_example",
    "mixpeek:baseUrl": emulator.url,
    "mixpeek:namespace": "dev",
    ...config,
  };
  const engine = await ensureEngine();
  const order = {
    folder,
    main,
    stack,
    engineBin: engine.bin,
    operation,
    config: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [key, { value, secret: key.endsWith("apiKey") }]),
    ),
  };
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(__dirname, "project-runner.cjs"),
    JSON.stringify(order),
  ]);
  return JSON.parse(stdout) as Result;
}

test("examples/typescript is applied, stays unchanged, and is destroyed", async () => {
  const config = {
    "example:clusterId": "clust_dev_product_clusters",
    "example:taxonomyId": "tax_dev_product_categories",
    "example:collectionId": "col_dev_products",
  };
  const first = await run("typescript", "up", config);
  expect(first.changes).toEqual({ create: 4 });
  expect(first.outputs["triggerIds"]).toEqual(
    emulator.triggers("dev").map(({ trigger_id }) => expect.stringMatching(trigger_id.slice(0, 4))),
  );
  expect(first.outputs["failed"]).toEqual([]);
  const live = Object.fromEntries(
    emulator.triggers("dev").map((trigger) => [trigger["name"], trigger["status"]]),
  );
  expect(live).toEqual({
    "nightly-clusters": "active",
    "enrich-new-products": "active",
    "crawl-documents": "paused",
  });

  emulator.clearRequests();
  const second = await run("typescript", "up", config);
  expect(second.changes).toEqual({ same: 4 });
  // One list by the provider, and one by getTriggers in the program.
  expect(emulator.requests().map(({ path }) => path)).toEqual(["/v1/triggers/list", "/v1/triggers/list"]);

  expect((await run("typescript", "destroy", config)).changes).toEqual({ delete: 4 });
  expect(emulator.triggers("dev").every(({ status }) => status === "disabled")).toBe(true);
});

test("examples/typescript-yaml is applied from YAML and code, stays unchanged, and is destroyed", async () => {
  const first = await run("typescript-yaml", "up", {}, "prod");
  // The stack, the set, two triggers from YAML, one from the program.
  expect(first.changes).toEqual({ create: 5 });
  expect(first.outputs["triggerIds"]).toHaveLength(3);
  expect(
    Object.fromEntries(emulator.triggers("prod").map(({ name, action_config }) => [name, action_config])),
  ).toMatchObject({
    "nightly-clusters": { cluster_id: "clust_prod_product_clusters" },
    "enrich-new-products": { taxonomy_id: "tax_prod_product_categories" },
    "rebuild-on-drift": { cluster_id: "clust_prod_customer_segments" },
  });
  emulator.clearRequests();
  expect((await run("typescript-yaml", "up", {}, "prod")).changes).toEqual({ same: 5 });
  expect(emulator.requests().filter(({ path }) => path === "/v1/triggers/list")).toHaveLength(1);
  expect((await run("typescript-yaml", "destroy", {}, "prod")).changes).toEqual({ delete: 5 });
});
