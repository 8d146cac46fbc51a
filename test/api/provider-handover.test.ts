import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { HttpClient } from "../../provider/api/http";
import {
  decodeEvent,
  encodeEvent,
  type HandedOver,
  handOver,
  takeOver,
} from "../../provider/api/provider-handover";
import { TriggerLists } from "../../provider/api/trigger-lists";
import { TriggersApi } from "../../provider/api/triggers";
import { type Emulator, startEmulator } from "../../provider/emulator";

let folder: string;
let emulator: Emulator;
const lists = () => emulator.requests().filter(({ path }) => path === "/v1/triggers/list").length;
const liveOf = (handed?: HandedOver["lists"]) =>
  new TriggerLists(new TriggersApi(new HttpClient({ baseUrl: emulator.url, apiKey: "sk_test" })), handed);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-hand-over-"));
  emulator = await startEmulator();
  const api = new TriggersApi(new HttpClient({ baseUrl: emulator.url, apiKey: "sk_test" }));
  await api.create("dev", {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
  });
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

test("another process continues from a list, with one request for both, and lists itself once it learns that the list is stale", async () => {
  const own = liveOf();
  const snapshot = await own.snapshot("dev");
  const { env, end } = handOver(folder, { baseUrl: emulator.url, lists: own.lists() });
  const taken = takeOver(env)!.handedOver;
  end();
  const theirs = liveOf(taken.lists);
  expect((await theirs.snapshot("dev")).all()).toEqual(snapshot.all());
  expect((await theirs.snapshot("ns_dev")).names).toBe(true);
  expect(theirs.lists()).toHaveLength(1);
  expect(lists()).toBe(1);
  theirs.forget("dev");
  await theirs.snapshot("dev");
  expect(lists()).toBe(2);
});

test("the file is unreadable without the key, accessible only to its owner, and removed afterwards", () => {
  const listed: HandedOver = { baseUrl: "https://canary.example.com", lists: [] };
  const { env, end } = handOver(folder, listed);
  const [file] = readdirSync(folder);
  const path = join(folder, file!);
  expect(readFileSync(path).includes("canary")).toBe(false);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(takeOver(env)?.handedOver).toEqual(listed);
  const [variable, value] = Object.entries(env)[0]!;
  expect(
    takeOver({ [variable]: value.replace(/^./, (first) => (first === "0" ? "1" : "0")) }),
  ).toBeUndefined();
  end();
  expect(readdirSync(folder)).toEqual([]);
  expect(takeOver(env)).toBeUndefined();
});

test("an event of the provider's process is parsed from its line, without secret values", () => {
  const { env, marker } = handOver(folder, { baseUrl: emulator.url, lists: [] });
  expect(takeOver(env)?.marker).toBe(marker);
  const wait = { kind: "wait", seconds: 2.5, reason: "<{%reset%}>the\nlimit" } as const;
  const line = encodeEvent(wait, marker);
  expect(line).not.toMatch(/[\n<{]/);
  expect(decodeEvent(line, marker)).toEqual(wait);
  expect(decodeEvent(line, handOver(folder, { baseUrl: emulator.url, lists: [] }).marker)).toBeUndefined();
  const change = { path: ["name"], live: "canary", cause: "live drifted", rule: "patch" } as const;
  const event = (secret: boolean, desired?: string) =>
    ({ kind: "change", trigger: "nightly", change: { ...change, desired, secret } }) as const;
  expect(decodeEvent(encodeEvent(event(true), marker), marker)).toEqual({
    ...event(true),
    change: { ...change, live: "[secret]", secret: true },
  });
  expect(decodeEvent(encodeEvent(event(false, ""), marker), marker)).toEqual(event(false, ""));
});

test.each([undefined, "", "nonsense", "00 file"])("%j hands nothing over", (value) => {
  expect(takeOver({ MIXPEEK_HANDED_OVER: value })).toBeUndefined();
});

test("with a list that shows names, creates do not wait for the first one", async () => {
  const own = liveOf();
  await own.snapshot("dev");
  const api = new TriggersApi(new HttpClient({ baseUrl: emulator.url, apiKey: "sk_test" }));
  expect(api.namesSupported).toBeUndefined();
  await new TriggerLists(api, own.lists()).snapshot("dev");
  expect(api.namesSupported).toBe(true);
});
