import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../../../provider/cli/project/project";
import { holdsSame, readStackState, savedOwner, stackState } from "../../../provider/cli/stack/stack-state";
import type { JsonObject } from "../../../provider/core/schema/model";
import { OWNER_TYPE, SHIM, TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";

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
  outputs: { __provider: SHIM, ...outputs },
  ...more,
});
const state = (resources: JsonObject[], version: unknown = 3) =>
  JSON.stringify({ version, checkpoint: { stack: "organization/search/prod", latest: { resources } } });
const webhook = (address: JsonObject) => ({ action_config: { channels: [{ config: address }] } });
const SEALED = webhook({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" });
const OPENED = webhook({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", plaintext: '{"url":"https://x"}' });

/** How often the engine was asked for an export. */
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

const KEPT = { resource: "trg_1", triggerId: "trg_1", state: { name: "a", namespace: "dev" } };
const OWNER = {
  repository: "github.com/acme/search",
  environment: "environments/prod.yaml",
  namespace: "dev",
};
const owner = (more: JsonObject): JsonObject => ({
  urn: `urn:pulumi:prod::search::${OWNER_TYPE}::owner`,
  type: OWNER_TYPE,
  custom: false,
  ...more,
});
const never = async (): Promise<undefined> => {
  throw new Error("the engine was asked");
};

describe("a stack's contents", () => {
  test.each<[string, (path: string) => void, object]>([
    [
      "a state",
      (path) => writeFileSync(path, state([trigger("trg_1", { name: "a", namespace: "dev" })])),
      { triggers: [KEPT], foreign: [], programs: [] },
    ],
    [
      "a compressed one",
      (path) =>
        writeFileSync(`${path}.gz`, gzipSync(state([trigger("trg_1", { name: "a", namespace: "dev" })]))),
      { triggers: [KEPT], foreign: [], programs: [] },
    ],
    [
      "one with secrets of other resources, and a trigger that is not deleted yet",
      (path) =>
        writeFileSync(
          path,
          state([
            {
              urn: "urn:pulumi:prod::search::aws:s3/bucket:Bucket::logs",
              type: "aws:s3/bucket:Bucket",
              outputs: SEALED,
            },
            trigger("trg_1", { name: "a", namespace: "dev" }),
            trigger("trg_0", { name: "a", namespace: "dev" }, { delete: true }),
          ]),
        ),
      {
        triggers: [KEPT, { ...KEPT, resource: "trg_0", triggerId: "trg_0", replaced: true }],
        foreign: ["aws:s3/bucket:Bucket logs"],
        programs: [],
      },
    ],
    [
      "one whose triggers are protected and retained",
      (path) =>
        writeFileSync(
          path,
          state([trigger("trg_1", { name: "a", namespace: "dev" }, { protect: true, retainOnDelete: true })]),
        ),
      { triggers: [{ ...KEPT, protect: true, retain: true }], foreign: [], programs: [] },
    ],
    [
      "one with its owner, and resources of Pulumi itself",
      (path) =>
        writeFileSync(
          path,
          state([
            { urn: "urn:pulumi:prod::search::pulumi:pulumi:Stack::search-prod", type: "pulumi:pulumi:Stack" },
            {
              urn: "urn:pulumi:prod::search::pulumi:providers:pulumi-nodejs::default",
              type: "pulumi:providers:pulumi-nodejs",
            },
            owner({ inputs: OWNER, outputs: OWNER }),
          ]),
        ),
      { triggers: [], owner: OWNER, foreign: [], programs: [] },
    ],
    [
      "an owner of which an older SDK kept only inputs or outputs",
      (path) => writeFileSync(path, state([owner({ inputs: OWNER, outputs: {} })])),
      { triggers: [], owner: OWNER, foreign: [], programs: [] },
    ],
    [
      "a program's set, whose triggers are the program's",
      (path) =>
        writeFileSync(
          path,
          state([
            {
              ...trigger("trg_1", { name: "a", namespace: "dev" }),
              urn: `urn:pulumi:prod::search::mixpeek:index:TriggerSet$${TRIGGER_TYPE}::set-a`,
            },
          ]),
        ),
      {
        triggers: [],
        foreign: [`${TRIGGER_TYPE} set-a`],
        programs: [{ ...KEPT, resource: "a" }],
      },
    ],
    [
      "a stack that was created and never used",
      (path) => writeFileSync(path, JSON.stringify({ version: 3, checkpoint: { latest: null } })),
      { triggers: [], foreign: [], programs: [] },
    ],
  ])("are read from %s without the engine", async (_, write, expected) => {
    write(file);
    expect(await readStackState(project, never)).toEqual({ untrustedCode: [], ...expected });
  });

  test("are undefined if a file backend has no state, without the engine", async () => {
    expect(await readStackState(project, never)).toBeUndefined();
  });

  test.each<[string, () => void]>([
    ["a trigger has secrets", () => writeFileSync(file, state([trigger("trg_1", SEALED)]))],
    ["the state is in another format", () => writeFileSync(file, state([trigger("trg_1", {})], 4))],
    ["the state cannot be read", () => writeFileSync(file, "{")],
    // Not every supported Node can decompress zstd. Files in this format begin like this.
    ["the state is compressed with zstd", () => writeFileSync(`${file}.zst`, "\x28\xb5\x2f\xfd", "latin1")],
    [
      "the backend is not a file backend",
      () => {
        project.backend.url = "s3://bucket";
      },
    ],
  ])("are left to the engine if %s", async (_, arrange) => {
    arrange();
    const stack = engine(FROM_ENGINE);
    expect((await readStackState(project, async () => stack))?.triggers).toEqual([
      { resource: "trg_engine", triggerId: "trg_engine", state: webhook({ url: "https://x" }) },
    ]);
    expect(asked).toBe(1);
  });
});

describe("whether another run came between two reads", () => {
  const at = (cron: string, more: JsonObject = {}): JsonObject =>
    trigger("trg_1", { schedule_config: { cron_expression: cron } }, more);
  const other = trigger("trg_2", {});
  const before = stackState({ resources: [at("0 2 * * *"), other] });
  const changed: [string, JsonObject[]][] = [
    ["a value", [at("0 3 * * *"), other]],
    ["protect", [at("0 2 * * *", { protect: true }), other]],
    ["one more trigger", [at("0 2 * * *"), other, trigger("trg_3", {})]],
    ["one trigger fewer", [at("0 2 * * *")]],
    ["the owner", [at("0 2 * * *"), other, owner({ outputs: OWNER })]],
  ];
  test.each(changed)("%s is a different record", (_, resources) => {
    expect(holdsSame(before, stackState({ resources }))).toBe(false);
  });
  test("another order, pending operations, or a created but empty stack is not a different record", () => {
    const pending_operations = [{ resource: { urn: "urn:x", type: "t" }, type: "creating" }];
    expect(holdsSame(before, stackState({ resources: [other, at("0 2 * * *")], pending_operations }))).toBe(
      true,
    );
    expect(holdsSame(undefined, stackState({}))).toBe(true);
    expect(holdsSame(undefined, before)).toBe(false);
  });
});

describe("a state that is read again", () => {
  const one = state([trigger("trg_1", { name: "a", namespace: "dev" })]);
  const other = state([trigger("trg_2", { name: "a", namespace: "dev" })]);
  const past = new Date("2026-01-01T00:00:00Z");
  const save = (text: string): void => {
    writeFileSync(file, text);
    utimesSync(file, past, past);
  };

  test("is the same object while the file's content is the same", async () => {
    save(one);
    const first = await readStackState(project, never);
    expect(await readStackState(project, never)).toBe(first);
    // Its size and its time are the same as before.
    save(other);
    const second = await readStackState(project, never);
    expect(second?.triggers).toEqual([{ ...KEPT, resource: "trg_2", triggerId: "trg_2" }]);
    expect(holdsSame(first, second)).toBe(false);
  });

  test("is not another project's", async () => {
    save(one);
    const first = await readStackState(project, never);
    const again = await readStackState({ ...project }, never);
    expect(again).not.toBe(first);
    expect(holdsSame(first, again)).toBe(true);
  });

  test("has its current owner", async () => {
    save(state([owner({ inputs: OWNER })]));
    expect((await readStackState(project, never))?.owner).toEqual(OWNER);
    expect(savedOwner(project)).toEqual(OWNER);
    const moved = { ...OWNER, namespace: "pro" };
    save(state([owner({ inputs: moved })]));
    expect(savedOwner(project)).toEqual(moved);
  });
});
