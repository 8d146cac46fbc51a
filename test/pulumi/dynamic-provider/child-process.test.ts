import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { decodeEvent, disableProcess, handOver } from "../../../provider/api/provider-handover";
import { type Emulator, startEmulator } from "../../../provider/emulator";
import { childProvider } from "../../../provider/pulumi/dynamic-provider/child-process";

const INPUTS = {
  name: "nightly",
  namespace: "dev",
  action_type: "cluster",
  action_config: { cluster_id: "clust_dev_product_clusters" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};

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

test("a process that runs beside the command's own provider does nothing, and says so to the command alone", async () => {
  const { outs: state, id } = await child().create(INPUTS);
  emulator.clearRequests();
  const { env, marker } = disableProcess();
  const idle = child(env);
  const { failures } = await idle.check({}, INPUTS);
  expect(failures).toMatchObject([{ reason: expect.stringContaining("[NOT_ATTACHED]") }]);
  for (const call of [
    () => idle.create(INPUTS),
    () => idle.diff(id, { ...state }, INPUTS),
    () => idle.update(id, { ...state }, INPUTS),
    () => idle.read(id, { ...state }),
    () => idle.delete(id, { ...state }),
  ])
    await expect(call()).rejects.toMatchObject({ code: "NOT_ATTACHED" });
  expect(emulator.requests()).toEqual([]);
  expect(new Set(printed.map((line) => decodeEvent(line, marker)?.kind))).toEqual(new Set(["not attached"]));
});

test("findings are lines for a person, and events for the command that handed its plan over", async () => {
  await child().create(INPUTS);
  await child().create(INPUTS);
  expect(printed).toEqual([expect.stringMatching(/^nightly: trg_\w+ is live under this name: stored/)]);
  printed.length = 0;
  const { env, marker, end } = handOver(folder, { baseUrl: emulator.url, lists: [] });
  await child(env).create(INPUTS);
  end();
  expect(printed.map((line) => decodeEvent(line, marker))).toMatchObject([
    { kind: "report", trigger: "nightly", report: { kind: "adopted" } },
  ]);
});
