import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Project } from "../../../provider/cli/project/project";
import { dropPending, hasPending } from "../../../provider/cli/stack/pending-operations";
import { removeStaleLocks, whileLocked } from "../../../provider/cli/stack/stack-lock";
import { TRIGGER_TYPE } from "../../../provider/pulumi/resource/shim";

let folder: string;
let project: Project;
let locks: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-pending-"));
  project = { name: "search", stack: "prod", backend: { url: pathToFileURL(folder).href } } as Project;
  locks = join(folder, ".pulumi/locks/organization/search/prod");
  mkdirSync(locks, { recursive: true });
  mkdirSync(join(folder, ".pulumi/stacks/search"), { recursive: true });
  file = join(folder, ".pulumi/stacks/search/prod.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const operation = (type: string, name: string) => ({
  type: "creating",
  resource: { urn: `urn:pulumi:prod::search::${type}::${name}`, type },
});
const OURS = operation(TRIGGER_TYPE, "nightly");
const THEIRS = operation("aws:s3/bucket:Bucket", "logs");
const state = (pending_operations: unknown[]) => ({
  version: 3,
  checkpoint: {
    stack: "organization/search/prod",
    latest: { resources: [{ urn: "urn:pulumi:prod::search::t::n", id: "trg_1" }], pending_operations },
  },
});
const somebody = (lock: object = {}) =>
  writeFileSync(
    join(locks, "11111111-2222-4333-8444-555555555555.json"),
    JSON.stringify({
      pid: process.ppid,
      username: "ann",
      hostname: hostname(),
      timestamp: "2026-11-24T12:00:00Z",
      ...lock,
    }),
  );

describe("pending operations", () => {
  test.each<[what: string, text: string, has: boolean]>([
    ["ours", JSON.stringify(state([THEIRS, OURS])), true],
    ["others'", JSON.stringify(state([THEIRS])), false],
    ["none", JSON.stringify(state([])), false],
    ["a file that is not JSON", "{", false],
  ])("%s are detected without a write", (_what, text, has) => {
    writeFileSync(file, text);
    expect(hasPending(project)).toBe(has);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("of this package are dropped, others and the rest of the state stay, and the lock is released", () => {
    writeFileSync(file, JSON.stringify(state([OURS, THEIRS])));
    writeFileSync(`${file}.attrs`, "{}");
    expect(dropPending(project)).toEqual(["nightly"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(state([THEIRS]));
    expect(readdirSync(join(folder, ".pulumi/stacks/search"))).toEqual(["prod.json"]);
    expect(readdirSync(locks)).toEqual([]);
  });

  test("are dropped in a compressed state, too", () => {
    writeFileSync(`${file}.gz`, gzipSync(JSON.stringify(state([OURS]))));
    expect(dropPending(project)).toEqual(["nightly"]);
    expect(JSON.parse(gunzipSync(readFileSync(`${file}.gz`)).toString())).toEqual(state([]));
  });

  test.each([
    ["there is no state", () => undefined],
    [
      "there are only pending operations of others",
      () => writeFileSync(file, JSON.stringify(state([THEIRS]))),
    ],
  ])("nothing is written if %s", (_, given) => {
    given();
    const before = readdirSync(join(folder, ".pulumi/stacks/search"));
    expect(dropPending(project)).toEqual([]);
    expect(readdirSync(join(folder, ".pulumi/stacks/search"))).toEqual(before);
  });

  test("stay while another run uses the stack: its write would be undone", () => {
    const text = JSON.stringify(state([OURS]));
    writeFileSync(file, text);
    somebody();
    expect(dropPending(project)).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(readdirSync(locks)).toHaveLength(1);
  });
});

describe("the lock during the work", () => {
  test("is in the engine's own format, and keeps other runs of this package out", () => {
    const seen = whileLocked(project, () => {
      const [own] = readdirSync(locks);
      return {
        lock: JSON.parse(readFileSync(join(locks, own!), "utf8")),
        second: whileLocked(project, () => 1),
      };
    });
    const lock = {
      pid: process.pid,
      username: expect.any(String),
      hostname: hostname(),
      timestamp: expect.any(String),
    };
    expect(seen).toEqual({ lock, second: undefined });
    expect(readdirSync(locks)).toEqual([]);
  });

  test("is released if the work fails", () => {
    const fail = () => {
      throw new Error("no");
    };
    expect(() => whileLocked(project, fail)).toThrow("no");
    expect(readdirSync(locks)).toEqual([]);
  });

  test("of a killed run is removed like any other, but not that of a running one", () => {
    somebody({ pid: 2 ** 22 + 1 });
    expect(removeStaleLocks(project)).toHaveLength(1);
    somebody();
    expect(removeStaleLocks(project)).toEqual([]);
  });
});
