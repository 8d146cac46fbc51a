import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Repo, search } from "../repo";

const PRELOADED = resolve(__dirname, "loaded-packages.cjs");

let repo: Repo;
beforeAll(async () => {
  repo = await Repo.open();
  search(repo);
  expect(await repo.run("up", "--env", "dev", "--yes")).toMatchObject({ code: 0 });
});
afterAll(() => repo.close());

async function loadedBy(...args: string[]): Promise<unknown> {
  const file = join(repo.folder, "..", "loaded.json");
  repo.env = { NODE_OPTIONS: `--require ${JSON.stringify(PRELOADED)}`, LOADED_PACKAGES: file };
  expect(await repo.run(...args)).toMatchObject({ code: 0 });
  return JSON.parse(repo.read("../loaded.json"));
}

const READING = ["js-yaml"];

test.each<[string[], string[]]>([
  [["--help"], []],
  [["--version"], []],
  [["validate", "--help"], READING],
  [["validate", "--env", "dev"], READING],
  [["preview", "--env", "dev"], READING],
  [["up", "--env", "dev", "--yes"], READING],
])("with no errors and nothing to do, %j loads no package except %j", async (args, packages) => {
  expect(await loadedBy(...args)).toEqual(packages);
});
