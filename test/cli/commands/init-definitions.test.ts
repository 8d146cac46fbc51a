import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import Ajv from "ajv";
import picomatch from "picomatch";
import { parse } from "yaml";
import { readSeed } from "../../../provider/emulator/seed/seed";
import { loadSet } from "../../../provider/files/load";
import { rootOf } from "../../../provider/files/read";
import { ALWAYS, OWN, ROOT, Written } from "../written";

const repo = Written.each();

describe("the definitions that init writes", () => {
  const SEED = readSeed();
  const KINDS = {
    cluster: "clusters",
    collection: "collections",
    taxonomy: "taxonomies",
    bucket: "buckets",
    retriever: "retrievers",
    // The examples contain no alert.
    alert: undefined,
  } as const;

  const setOf = (environment: string) =>
    loadSet({ root: rootOf(repo.folder), env: {}, environment: `environments/${environment}.yaml` });

  test.each([
    [
      "dev",
      [
        "crawl-documents",
        "enrich-new-products",
        "experimental-segments",
        "nightly-clusters",
        "search-canary",
      ],
    ],
    [
      "staging",
      [
        "crawl-documents",
        "enrich-new-products",
        "experimental-segments",
        "nightly-clusters",
        "search-canary",
      ],
    ],
    ["prod", ["crawl-documents", "enrich-new-products", "nightly-clusters", "search-canary"]],
  ])("are valid in %s, and refer to resources that the emulator has there", async (environment, names) => {
    await repo.run();
    const { declarations, issues } = setOf(environment);
    expect(issues).toEqual([]);
    expect(declarations.map(({ name }) => name).sort()).toEqual(names);
    const seeded = SEED.find(({ name }) => name === environment)!;
    expect(new Set(declarations.map(({ trigger }) => trigger.namespace))).toEqual(new Set([environment]));
    for (const { name: trigger, references } of declarations) {
      expect(references.length).toBeGreaterThan(0);
      for (const { kind, name } of references) {
        const plural = KINDS[kind];
        const there = plural && seeded.resources[plural].map((resource) => resource.name);
        expect({ trigger, there }).toEqual({ trigger, there: expect.arrayContaining([name]) });
      }
    }
  });

  test("show every kind of schedule, and the use of environments", async () => {
    await repo.run();
    const triggers = (environment: string) =>
      Object.fromEntries(setOf(environment).declarations.map(({ name, trigger }) => [name, trigger]));
    const dev = triggers("dev");
    const prod = triggers("prod");
    expect(new Set(Object.values(dev).map(({ trigger_type }) => trigger_type))).toEqual(
      new Set(["cron", "interval", "event", "conditional"]),
    );
    const { "search-canary": canary, ...others } = dev;
    expect(canary!.status).toBe("active");
    expect(new Set(Object.values(others).map(({ status }) => status))).toEqual(new Set(["paused"]));
    expect(Object.values(prod).map(({ status }) => status)).toEqual(Array(4).fill(undefined));
    expect(dev["nightly-clusters"]!.schedule_config).toEqual({
      cron_expression: "0 4 * * *",
      timezone: "Europe/Paris",
    });
    expect(prod["nightly-clusters"]!.schedule_config["cron_expression"]).toBe("0 3 * * *");
    expect(prod["enrich-new-products"]!.action_config["batch_size"]).toBe(2000);
  });

  test("are valid with the commented lines, too", async () => {
    await repo.run();
    const before = repo.read("triggers/search.yaml");
    const lines = before.replaceAll(/^( +)# (notification_config:| .*)$/gm, "$1$2");
    expect(lines).not.toBe(before);
    writeFileSync(join(repo.folder, "triggers/search.yaml"), lines);
    const { declarations, issues } = loadSet({
      root: rootOf(repo.folder),
      env: { MIXPEEK_VAR_SLACK_WEBHOOK_URL: "https://hooks.example/1" },
      environment: "environments/prod.yaml",
    });
    expect(issues).toEqual([]);
    const canary = declarations.find(({ name }) => name === "search-canary");
    expect(canary!.trigger.action_config["notification_config"]).toEqual({
      channels: [{ channel_type: "slack", config: { webhook_url: "https://hooks.example/1" } }],
    });
  });

  test("match the editor's schema, which accepts them", async () => {
    await repo.run();
    const schemas = JSON.parse(repo.read(".vscode/settings.json"))["yaml.schemas"] as Record<
      string,
      string[]
    >;
    const [path] = Object.keys(schemas);
    expect(path).toBe(`./node_modules/${OWN.name}/schema.json`);
    expect(OWN.exports["./schema.json"]).toBe("./schema.json");
    const schema = JSON.parse(readFileSync(join(ROOT, "schema.json"), "utf8"));
    const accepts = new Ajv({ strict: false }).compile(schema);
    const isMet = picomatch(schemas[path!]!);
    const met = ALWAYS.filter((file) => isMet(file));
    expect(met).toEqual(ALWAYS.filter((file) => /^(triggers|environments)\//.test(file)));
    for (const file of met) expect({ file, ok: accepts(parse(repo.read(file))) }).toEqual({ file, ok: true });
  });
});
