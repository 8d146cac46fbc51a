import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";
import { stateFiles } from "../../../provider/cli/stack/state-file";

const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the files of a stack's state", () => {
  test.each<[string, Record<string, string>, boolean]>([
    ["are known in a folder without a store", {}, true],
    ["are known in a store with a folder per project", { "meta.yaml": "version: 1\n" }, true],
    ["are known if only other projects have stacks", { "stacks/other/dev.json": "{}" }, true],
    ["are left to the engine in a store without a folder per project", { "stacks/dev.json": "{}" }, false],
    ["are left to the engine if that store is compressed", { "stacks/dev.json.gz": "" }, false],
    ["are left to the engine in a store of version 0", { "meta.yaml": "version: 0\n" }, false],
    ["are left to the engine in a store of a later version", { "meta.yaml": "version: 2\n" }, false],
    ["are left to the engine if the store cannot be read", { "meta.yaml/x": "" }, false],
  ])("%s", (name, files, isKnown) => {
    const store = join(folder, name);
    mkdirSync(store);
    for (const [path, text] of Object.entries(files)) {
      const file = join(store, ".pulumi", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const file = join(store, ".pulumi", "stacks", "search", "dev.json");
    expect(stateFiles(pathToFileURL(store).href, "search", "dev")).toEqual(
      isKnown ? [file, `${file}.gz`, `${file}.zst`] : [],
    );
  });

  test("are left to the engine on other backends", () => {
    expect(stateFiles("s3://bucket", "search", "dev")).toEqual([]);
  });
});
