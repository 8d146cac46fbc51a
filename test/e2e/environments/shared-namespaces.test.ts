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
