import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { decodeEvent, disableProcess, handOver } from "../../../provider/api/provider-handover";
import { type Emulator, startEmulator } from "../../../provider/emulator";
import { childProvider } from "../../../provider/pulumi/dynamic-provider/child-process";
import { NIGHTLY } from "../nightly";

let emulator: Emulator;
let folder: string;
const printed: string[] = [];
const child = (env: Record<string, string> = {}) =>
  childProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url, ...env }, (line) =>
    printed.push(line),
  );

beforeEach(async () => {
  printed.length = 0;
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-child-"));
  emulator = await startEmulator();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

test("a process that runs next to the command's own provider does nothing, and reports that only to the command", async () => {
  const { outs: state, id } = await child().create(NIGHTLY);
  emulator.clearRequests();
  const { env, marker } = disableProcess();
  const idle = child(env);
  const { failures } = await idle.check({}, NIGHTLY);
  expect(failures).toMatchObject([{ reason: expect.stringContaining("[NOT_ATTACHED]") }]);
  for (const call of [
    () => idle.create(NIGHTLY),
    () => idle.diff(id, { ...state }, NIGHTLY),
    () => idle.update(id, { ...state }, NIGHTLY),
    () => idle.read(id, { ...state }),
    () => idle.delete(id, { ...state }),
  ])
    await expect(call()).rejects.toMatchObject({ code: "NOT_ATTACHED" });
  expect(emulator.requests()).toEqual([]);
  expect(new Set(printed.map((line) => decodeEvent(line, marker)?.kind))).toEqual(new Set(["not attached"]));
});

test("events are printed as lines for a person, or passed as data to a command that handed over its plan", async () => {
  await child().create(NIGHTLY);
  await child().create(NIGHTLY);
  expect(printed).toEqual([expect.stringMatching(/^nightly: trg_\w+ is live under this name: stored/)]);
  printed.length = 0;
  const { env, marker, end } = handOver(folder, { baseUrl: emulator.url, lists: [] });
  await child(env).create(NIGHTLY);
  end();
  expect(printed.map((line) => decodeEvent(line, marker))).toMatchObject([
    { kind: "report", trigger: "nightly", report: { kind: "adopted" } },
  ]);
});
