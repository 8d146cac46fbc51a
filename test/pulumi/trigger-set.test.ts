import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "../../provider";
import { type Emulator, manualClock, startEmulator } from "../../provider/emulator";
import { nightly } from "../core/files";

let emulator: Emulator;
let folder: string;
const home = process.cwd();
const registered = new Map<string, { type: string; inputs: Record<string, unknown>; aliases: unknown }>();

beforeEach(async () => {
  emulator = await startEmulator({ clock: manualClock() });
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-set-"));
  mkdirSync(join(folder, "triggers"));
  process.chdir(folder);
  registered.clear();
  pulumi.runtime.setAllConfig({
    "mixpeek:apiKey": "sk_test",
    "mixpeek:baseUrl": emulator.url,
    "mixpeek:namespace": "dev",
  });
  await pulumi.runtime.setMocks({
    newResource: ({ name, type, inputs }) => {
      registered.set(name, { type, inputs: inputs as Record<string, unknown>, aliases: undefined });
      return { id: `trg_${name}`, state: { ...inputs, trigger_id: `trg_${name}` } };
    },
    call: () => ({}),
  });
});
afterEach(async () => {
  process.chdir(home);
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** The triggers of a set, once they are registered. */
async function made(set: mixpeek.TriggerSet): Promise<Record<string, mixpeek.Trigger>> {
  const triggers = (await value(set.triggers)) as unknown as Record<string, mixpeek.Trigger>;
  for (const trigger of Object.values(triggers)) await value(trigger.urn);
  return triggers;
}

describe("TriggerSet", () => {
  test("creates one Trigger per definition, with references resolved and each name requested once", async () => {
    write(
      "triggers/a.yaml",
      nightly(
        'action_config: { cluster_id: "${cluster:product-clusters}", output_collection_ids: ["${collection:products}"] }',
      ),
    );
    write(
      "triggers/b.yaml",
      nightly('action_config: { cluster_id: "${cluster:product-clusters}" }', "status: active").replace(
        "nightly:",
        "hourly:",
      ),
    );
    const set = new mixpeek.TriggerSet("search", {
      environment: { status: "paused", overrides: { hourly: { description: "x" } } },
    });
    const triggers = await made(set);
    expect(Object.keys(triggers)).toEqual(["nightly", "hourly"]);
    expect(await value(triggers["nightly"]!.triggerId)).toBe("trg_search-nightly");
    expect(registered.get("search")!.type).toBe("mixpeek:index:TriggerSet");
    const { __provider: _, ...inputs } = registered.get("search-nightly")!.inputs;
    expect(inputs).toEqual({
      name: "nightly",
      namespace: "dev",
      action_type: "cluster",
      action_config: {
        cluster_id: "clust_dev_product_clusters",
        output_collection_ids: ["col_dev_products"],
      },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
      status: "paused",
      references: {
        "action_config.cluster_id": "${cluster:product-clusters}",
        "action_config.output_collection_ids.0": "${collection:products}",
      },
    });
    expect(registered.get("search-hourly")!.inputs).toMatchObject({
      name: "hourly",
      status: "paused",
      description: "x",
    });
    expect(
      emulator
        .requests()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(["GET /v1/clusters/product-clusters", "GET /v1/collections/products"]);
  });

  test("reads an environment file, and sends no request if there are no names", async () => {
    write("triggers/a.yaml", nightly());
    write("prod.yaml", "namespace: prod\n");
    await made(
      new mixpeek.TriggerSet("search", {
        definitions: "triggers/a.yaml",
        environment: "prod.yaml",
      }),
    );
    expect(registered.get("search-nightly")!.inputs).toMatchObject({ namespace: "prod" });
    expect(emulator.requests()).toEqual([]);
  });

  test("encrypts notification channels as a Trigger does", async () => {
    const channels = [{ channel_type: "slack", config: { webhook_url: "https://hooks.example.com/s3cret" } }];
    const config = { retriever_id: "ret_1", notification_config: { channels } };
    write(
      "triggers/a.yaml",
      nightly(`action_config: ${JSON.stringify(config)}`).replace(
        "action_type: cluster",
        "action_type: retriever_execution",
      ),
    );
    await made(new mixpeek.TriggerSet("search"));
    expect(JSON.stringify(registered.get("search-nightly")!.inputs["action_config"])).toContain(
      "4dabf18193072939515e22adb298388d",
    );
  });

  test("encrypts values from the environment", async () => {
    process.env["MIXPEEK_VAR_SET_TEST"] = "planted";
    try {
      const filters = '{ AND: [{ field: a, operator: eq, value: "${env:MIXPEEK_VAR_SET_TEST}" }] }';
      write(
        "triggers/a.yaml",
        nightly(
          'description: "for ${env:MIXPEEK_VAR_SET_TEST}"',
          `action_config: { cluster_id: clust_1, filters: ${filters} }`,
        ),
      );
      await made(new mixpeek.TriggerSet("search"));
    } finally {
      delete process.env["MIXPEEK_VAR_SET_TEST"];
    }
    const sealed = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": expect.any(String), value });
    expect(registered.get("search-nightly")!.inputs).toMatchObject({
      description: sealed("for planted"),
      // In a test, the SDK marks the whole property that contains a secret.
      action_config: sealed({
        cluster_id: "clust_1",
        filters: { AND: [{ field: "a", operator: "eq", value: "planted" }] },
      }),
      secret_paths: ["action_config.filters.AND.0.value", "description"],
    });
  });

  test("declares nothing if a file has errors, and reports all of them", () => {
    write("triggers/a.yaml", nightly("status: stopped", "colour: red"));
    write("triggers/b.yaml", nightly('description: "${var.x}"').replace("nightly:", "b:"));
    expect(() => new mixpeek.TriggerSet("search")).toThrow(
      [
        'triggers/a.yaml:7:13 VALUE_UNKNOWN nightly: status: "stopped" is not one of active, paused. Write one of them.',
        "triggers/a.yaml:8:5 KEY_UNKNOWN nightly: colour: is not a key of a trigger. Known: name, namespace, description, action_type, action_config, trigger_type, schedule_config, status, adopt, allow_unknown, replaces, protect, retain, spread.",
        "triggers/b.yaml:7:19 VARIABLE_UNDEFINED b: description: variable x is not defined in the environment. Add x under variables.",
      ].join("\n"),
    );
    expect([...registered.keys()].filter((name) => name.startsWith("search-"))).toEqual([]);
  });
});

describe("ref", () => {
  const cluster = (name: string, clusterId: pulumi.Input<string>, more: object = {}): mixpeek.Trigger =>
    new mixpeek.Trigger(name, {
      actionType: "cluster",
      actionConfig: { clusterId, ...more },
      schedule: mixpeek.cron("0 2 * * *"),
    });

  test("resolves names in the configured namespace, each once, and records where an id came from", async () => {
    cluster("a", mixpeek.ref.cluster("product-clusters"), {
      outputCollectionIds: [mixpeek.ref.collection("products"), mixpeek.ref.collection("col_dev_reviews")],
    });
    const b = cluster("b", mixpeek.ref.cluster("product-clusters"));
    await value(b.urn);
    await value(mixpeek.ref.cluster("product-clusters"));
    await pulumi.runtime.disconnect();
    expect(registered.get("a")!.inputs).toMatchObject({
      action_config: {
        cluster_id: "clust_dev_product_clusters",
        output_collection_ids: ["col_dev_products", "col_dev_reviews"],
      },
      references: {
        "action_config.cluster_id": "${cluster:product-clusters}",
        "action_config.output_collection_ids.0": "${collection:products}",
        "action_config.output_collection_ids.1": "${collection:col_dev_reviews}",
      },
    });
    expect(emulator.requests()).toHaveLength(2);
  });

  test("accepts another namespace", async () => {
    expect(await value(mixpeek.ref.taxonomy("product-categories", { namespace: "prod" }))).toBe(
      "tax_prod_product_categories",
    );
  });

  test("reports all missing names together, and returns none of the others, either", async () => {
    const script = join(home, "test/pulumi/missing-names.cjs");
    const run = await new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, [script, emulator.url], (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
    expect(run.code).not.toBe(0);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain(
      'there is no cluster "product-cluster" in namespace "dev" [REFERENCE_NOT_FOUND]. Did you mean ${cluster:product-clusters}?\nthere is no cluster "nowhere" in namespace "dev" [REFERENCE_NOT_FOUND]. Create it there, or write its clust_… id.',
    );
  });
});
