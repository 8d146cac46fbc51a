import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { KEY } from "../key";
import { Repo } from "../repo";
import { ALL, ENVIRONMENTS, nightlyInAll } from "./three-environments";

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ENVIRONMENTS });
  nightlyInAll(repo);
});
afterEach(() => repo.close());

describe("a namespace given by its id and by its name", () => {
  const idOf = async (name: string): Promise<string> => {
    const answer = await fetch(`${repo.emulator.url}/v1/namespaces/${name}`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    return String(((await answer.json()) as Record<string, unknown>)["namespace_id"]);
  };
  const lookUps = (requests: readonly string[]): string[] =>
    requests.filter((each) => each.includes("namespaces"));

  test.each([
    ["dev", "staging"],
    ["staging", "dev"],
  ])("is the same: %s and %s are rejected", async (first, second) => {
    const id = await idOf("dev");
    repo.write("environments/staging.yaml", `namespace: ${id}\n`);
    const up = await repo.run("up", "--env", first, "--env", second, "--yes");
    expect([up.code, up.requests]).toEqual([1, [`GET /v1/namespaces/${id}`]]);
    const [own, other] = first === "dev" ? ["dev", id] : [id, "dev"];
    expect(up.stderr).toBe(
      `environments/${first}.yaml and environments/${second}.yaml both declare nightly in namespace "${own}", which is "${other}": two stacks would manage one trigger. Give one of them another namespace, or exclude it [NAMESPACE_SHARED].\n`,
    );
  });

  test("is different: one request, and all are run", async () => {
    const id = await idOf("prod");
    repo.write("environments/prod.yaml", `namespace: ${id}\n`);
    const up = await repo.run("up", ...ALL, "--yes");
    expect([up.code, lookUps(up.requests)]).toEqual([0, [`GET /v1/namespaces/${id}`]]);
  });

  test("whose lookup the API rejects is reported", async () => {
    const id = await idOf("prod");
    repo.write("environments/prod.yaml", `namespace: ${id}\n`);
    repo.emulator.faults.add({ kind: "status", operation: "namespace", status: 403 });
    const preview = await repo.run("preview", ...ALL);
    expect([preview.code, preview.stderr]).toEqual([
      2,
      expect.stringContaining(
        `cannot tell whether namespace "${id}" of environments/prod.yaml is "dev" of environments/dev.yaml: `,
      ),
    ]);
  });
});

describe("a trigger that moves between two environments of one namespace", () => {
  const exclude = (staging: string, prod: string): void => {
    repo.write("environments/staging.yaml", `namespace: staging\n${staging}`);
    repo.write("environments/prod.yaml", `namespace: staging\n${prod}`);
  };
  const up = (...names: string[]) => repo.run("up", ...names.flatMap((name) => ["--env", name]), "--yes");

  beforeEach(async () => {
    repo.edit("triggers/all.yaml", "  nightly", "  other: { adopt: false }\n  nightly");
    const [, definition] = /nightly: (.*)/.exec(repo.read("triggers/all.yaml"))!;
    repo.edit("triggers/all.yaml", "{ adopt: false }", definition!);
    exclude("exclude: [nightly]\n", "exclude: [other]\n");
    expect(await up("staging", "prod")).toMatchObject({ code: 0 });
    exclude("", "exclude: [nightly, other]\n");
  });

  test.each([
    ["staging", "prod"],
    ["prod", "staging"],
  ])("%s and %s: neither is written; the advice keeps the trigger", async (...order) => {
    const id = repo.live("staging")["nightly"]!.trigger_id;
    const refusal = `cannot delete ${id}, trigger "nightly": environments/staging.yaml adopts it. To keep it, declare it in environments/prod.yaml again, with retain: true, and run up --env environments/prod.yaml alone. Then undo that, and run this command again. To delete it, run up --env environments/prod.yaml alone [TRIGGER_SHARED].\n`;
    const options = order.flatMap((name) => ["--env", name]);
    const preview = await repo.run("preview", ...options);
    expect([preview.code, preview.stderr]).toEqual([1, expect.stringContaining(refusal)]);
    const both = await up(...order);
    expect([both.code, both.writes, both.stderr]).toEqual([1, [], expect.stringContaining(refusal)]);
    expect(both.stdout).toContain("2 environments: 2 failed.\n");

    exclude("", "exclude: [other]\noverrides: { nightly: { retain: true } }\n");
    expect(await up("prod")).toMatchObject({ code: 0, writes: [] });
    exclude("", "exclude: [nightly, other]\n");
    expect(await up(...order)).toMatchObject({ code: 0, writes: [] });
    expect(repo.live("staging")["nightly"]!.trigger_id).toBe(id);
    expect(await up(...order)).toMatchObject({ code: 0, writes: [] });
  });

  test("is deleted and created again if the environment that it leaves runs alone first", async () => {
    expect((await up("prod")).writes).toEqual([expect.stringMatching(/^DELETE /)]);
    expect(await up("staging", "prod")).toMatchObject({ code: 0, writes: ["POST /v1/triggers"] });
  });
});
