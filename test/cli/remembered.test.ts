import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../../provider/cli/project";
import { remembered, rememberedIn, resourcesOf } from "../../provider/cli/remembered";
import type { JsonObject } from "../../provider/core/model";
import { TRIGGER_TYPE } from "../../provider/pulumi/shim";

let folder: string;
let project: Project;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-remembered-"));
  project = { name: "search", stack: "prod", backend: { url: pathToFileURL(folder).href } } as Project;
  mkdirSync(join(folder, ".pulumi/stacks/search"), { recursive: true });
  file = join(folder, ".pulumi/stacks/search/prod.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = "4dabf18193072939515e22adb298388d";
const trigger = (id: string, outputs: JsonObject, more: JsonObject = {}): JsonObject => ({
  urn: `urn:pulumi:prod::search::${TRIGGER_TYPE}::${id}`,
  type: TRIGGER_TYPE,
  id,
  outputs: { __provider: "exports…", ...outputs },
  ...more,
});
const state = (resources: JsonObject[], version: unknown = 3) =>
  JSON.stringify({ version, checkpoint: { stack: "organization/search/prod", latest: { resources } } });
const webhook = (address: JsonObject) => ({ action_config: { channels: [{ config: address }] } });
const SEALED = webhook({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" });
const OPENED = webhook({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", plaintext: '{"url":"https://x"}' });

/** What the engine would export, when it is asked. */
let asked = 0;
const engine = (resources: JsonObject[]): Stack => {
  asked = 0;
  const exportStack = async () => {
    asked++;
    return { version: 3, deployment: { resources } };
  };
  return { exportStack } as unknown as Stack;
};
const FROM_ENGINE = [trigger("trg_engine", OPENED)];

describe("what a stack remembers", () => {
  test.each<[string, (path: string) => void]>([
    ["a state", (path) => writeFileSync(path, state([trigger("trg_1", { name: "a", namespace: "dev" })]))],
    [
      "a packed one",
      (path) =>
        writeFileSync(`${path}.gz`, gzipSync(state([trigger("trg_1", { name: "a", namespace: "dev" })]))),
    ],
    [
      "one with secrets of other resources",
      (path) =>
        writeFileSync(
          path,
          state([
            { urn: "urn:x", type: "aws:s3/bucket:Bucket", outputs: SEALED },
            trigger("trg_1", { name: "a", namespace: "dev" }),
            trigger("trg_0", { name: "a", namespace: "dev" }, { delete: true }),
          ]),
        ),
    ],
  ])("is read from %s without the engine", async (_, write) => {
    write(file);
    const stack = engine(FROM_ENGINE);
    const found = rememberedIn(await resourcesOf(project, stack));
    expect(found).toEqual([{ triggerId: "trg_1", state: { name: "a", namespace: "dev" } }]);
    expect(asked).toBe(0);
    expect(await remembered(project, () => {})).toEqual(found);
  });

  test("is nothing where a stack was made and never used", async () => {
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: null } }));
    expect(await remembered(project, () => {})).toEqual([]);
  });

  test.each<[string, () => void]>([
    ["a trigger has secrets", () => writeFileSync(file, state([trigger("trg_1", SEALED)]))],
    ["the state is in another format", () => writeFileSync(file, state([trigger("trg_1", {})], 4))],
    ["the state cannot be read", () => writeFileSync(file, "{")],
    ["no state is saved there", () => {}],
    [
      "the backend is not one of files",
      () => {
        project.backend.url = "s3://bucket";
      },
    ],
  ])("is the engine's to tell where %s", async (_, arrange) => {
    arrange();
    const stack = engine(FROM_ENGINE);
    expect(rememberedIn(await resourcesOf(project, stack))).toEqual([
      { triggerId: "trg_engine", state: webhook({ url: "https://x" }) },
    ]);
    expect(asked).toBe(1);
  });
});
