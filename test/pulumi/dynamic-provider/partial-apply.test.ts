import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventText } from "../../../provider/core/report/provider-event";
import type { JsonObject } from "../../../provider/core/schema/model";
import { type Emulator, manualClock, type Operation, startEmulator } from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { INPUTS } from "../nightly";

type Inputs = Parameters<TriggerProvider["create"]>[0];

const nightly: Inputs = INPUTS;
const hourly: Inputs = { ...nightly, schedule_config: { cron_expression: "0 * * * *" } };

let emulator: Emulator;
const said: string[] = [];
/** A new provider process, which remembers nothing from the previous operation. */
const provider = () =>
  new TriggerProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url }, (event) =>
    said.push(eventText(event)),
  );

beforeEach(async () => {
  said.length = 0;
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z"), disabledCanBeResumed: true });
});
afterEach(() => emulator.close());

/** What a failed write reports to the engine. */
interface Kept {
  id: string;
  message: string;
  properties: JsonObject;
}

/** Runs a create or an update with one rejected operation. Out: what the engine keeps of the trigger. */
async function refused(operation: Operation, write: () => Promise<unknown>): Promise<Kept> {
  emulator.faults.add({ kind: "status", status: 422, operation, times: 1 });
  const failed = (await write().then(
    () => undefined,
    (error) => error,
  )) as Kept | undefined;
  expect(failed?.properties).toMatchObject({ trigger_id: failed?.id, __provider: "shim" });
  return failed!;
}

/** What the next run reports about differences between state, definition and live trigger. */
async function nextDiff(id: string, state: JsonObject, news: Inputs): Promise<string[]> {
  said.length = 0;
  const next = provider();
  await next.check(state, news);
  await next.diff(id, state, news);
  // The meaning of a schedule change is not part of its cause.
  return said.filter((line) => / live, /.test(line)).map((line) => line.slice(line.indexOf(": ") + 2));
}

const CRON = 'schedule_config.cron_expression is "0 2 * * *" live, "0 * * * *" desired (you edited)';

/** Before, after, the rejected call, and which part of it the next run reports. */
const EDITS: [string, Inputs, Inputs, Operation, string[]][] = [
  ["pause, then PATCH", nightly, { ...hourly, status: "paused" }, "patch", [CRON]],
  [
    "pause, then PATCH of three fields",
    nightly,
    { ...hourly, name: "hourly", description: "new", status: "paused" },
    "patch",
    ['name is "nightly" live, "hourly" desired', 'description is absent live, "new" desired', CRON],
  ],
  [
    "PATCH, then resume",
    { ...nightly, status: "paused" },
    { ...hourly, status: "active" },
    "resume",
    ['status is "paused" live, "active" desired (you edited)'],
  ],
  [
    "PATCH, then resume, of a trigger without a status",
    nightly,
    { ...hourly, status: "active" },
    "resume",
    ['status is "paused" live, "active" desired (you edited)'],
  ],
];

test.each(EDITS)(
  "%s: what was not done is an edit again, and not drift",
  async (_, before, after, call, shown) => {
    const { id, outs } = await provider().create(before);
    if (call === "resume") emulator.edit("dev", id, { status: "paused" });
    const state = await refused(call, () => provider().update(id, outs, after));
    const lines = await nextDiff(id, state.properties, after);
    expect(lines).toHaveLength(shown.length);
    for (const [at, line] of shown.entries()) expect(lines[at]).toContain(line);
    expect(lines.join("\n")).not.toMatch(/live drifted|both changed/);

    // A refresh finds what was applied, and keeps it.
    said.length = 0;
    const read = await provider().read(id, state.properties);
    expect(said.filter((line) => / live, /.test(line))).toEqual([]);
    const { __provider: _shim, ...kept } = state.properties;
    expect(read).toMatchObject({ id, props: kept });

    // The next run does the rest, and records as much as one that succeeded at once.
    const { outs: done } = await provider().update(id, state.properties, after);
    await provider().delete(id, done);
    const { outs: whole } = await provider().create(after);
    const own = ({ trigger_id: _id, created_at: _at, ...rest }: JsonObject): JsonObject => rest;
    expect(own(done)).toEqual(own(whole));
  },
);

/** For a trigger that somebody else created: what is live, what is declared, the rejected call, and what is left. */
const ADOPTIONS: [string, JsonObject, Inputs, Operation, string[]][] = [
  ["pause, then PATCH", {}, { ...hourly, status: "paused" }, "patch", [CRON]],
  [
    "PATCH, then resume",
    { status: "paused" },
    { ...hourly, status: "active" },
    "resume",
    ['status is "paused" live, "active" desired (you edited)'],
  ],
];

test.each(ADOPTIONS)("adopted, %s: what was not done is an edit", async (_, live, after, call, shown) => {
  const { id } = await provider().create({ ...nightly, ...live });
  const state = await refused(call, () => provider().create({ ...after, adopt: true }));
  expect(state).toMatchObject({ id, properties: { adopted: true } });
  expect(await nextDiff(id, state.properties, { ...after, adopt: true })).toEqual(shown);
  const { outs } = await provider().update(id, state.properties, { ...after, adopt: true });
  expect(await nextDiff(id, { ...outs, __provider: "shim" }, { ...after, adopt: true })).toEqual([]);
});

test("a partly adopted trigger without a name keeps its definition's name", async () => {
  const { id } = await provider().create(nightly);
  emulator.edit("dev", id, { name: null });
  const after: Inputs = { ...hourly, adopt: id, status: "paused" };
  const { properties } = await refused("patch", () => provider().create(after));
  expect(properties).toMatchObject({ name: "nightly", schedule_config: nightly["schedule_config"] });
});

test("a resume that succeeds before its PATCH is rejected: an edit again", async () => {
  const { id, outs } = await provider().create(nightly);
  emulator.edit("dev", id, { status: "disabled", consecutive_failures: 5 });
  const state = { ...outs, __provider: "shim" };
  const run = provider();
  await run.check(state, hourly);
  await run.diff(id, state, hourly);
  const { properties, message } = await refused("patch", () => run.create(hourly));
  expect(properties).toMatchObject({ trigger_id: id, status: "active" });
  expect(message).toMatch(new RegExp(`Already done for ${id}: resume\\.$`));
  expect(await nextDiff(id, properties, hourly)).toEqual([CRON]);
});

test("a replacement whose delete of the old trigger is rejected: the new one is complete", async () => {
  const { id, outs } = await provider().create(nightly);
  const news = { ...nightly, action_config: { cluster_id: "clust_dev_customer_segments" } };
  const run = provider();
  await run.check(outs, news);
  await run.diff(id, outs, news);
  const made = await run.create(news);
  emulator.faults.add({ kind: "status", status: 422, operation: "delete", times: 1 });
  await expect(run.delete(id, outs)).rejects.toThrow("[VALIDATION]");
  expect(await nextDiff(made.id, made.outs, news)).toEqual([]);
});

test.each(EDITS)("%s: if reverted, only what was done is undone", async (_, before, after, call) => {
  const { id, outs } = await provider().create(before);
  if (call === "resume") emulator.edit("dev", id, { status: "paused" });
  const { properties } = await refused(call, () => provider().update(id, outs, after));
  const lines = await nextDiff(id, properties, before);
  expect(lines.join("\n")).not.toMatch(/live drifted|both changed/);
  expect(lines.filter((line) => line.startsWith("schedule_config"))).toHaveLength(call === "resume" ? 1 : 0);
});
