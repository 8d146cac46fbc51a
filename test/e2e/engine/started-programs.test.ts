import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PRELOADED = resolve(__dirname, "started-programs.cjs");

let repo: Repo;
beforeAll(async () => {
  repo = await Repo.open();
  search(repo);
  repo.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 2 }\n");
  expect(await repo.run("up", "--env", "dev", "--yes")).toMatchObject({ code: 0 });
});
afterAll(() => repo.close());

async function startedBy(...args: string[]): Promise<string[]> {
  repo.write("../started", "");
  repo.env = {
    NODE_OPTIONS: `--require ${JSON.stringify(PRELOADED)}`,
    STARTED_PROGRAMS: resolve(repo.folder, "../started"),
  };
  expect([0, 2]).toContain((await repo.run(...args)).code);
  return repo.read("../started").split("\n").filter(Boolean);
}

test("a command starts only the engine, and only if there is something to apply", async () => {
  const up = ["up", "--env", "dev", "--yes"];
  expect(await startedBy(...up)).toEqual([]);
  repo.write("environments/dev.yaml", "namespace: dev\nvariables: { hour: 3 }\n");
  expect(await startedBy("preview", "--env", "dev")).toEqual([]);
  expect(await startedBy(...up)).toEqual(["pulumi up"]);
});

test("a first up creates the stack and applies, without checking whether it exists", async () => {
  repo.write("environments/prod.yaml", "namespace: prod\nvariables: { hour: 2 }\n");
  expect(await startedBy("up", "--env", "prod", "--yes")).toEqual(["pulumi stack", "pulumi up"]);
});
