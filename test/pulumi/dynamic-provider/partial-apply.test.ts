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
/** A new provider process: nothing is remembered from the operation before. */
const provider = () =>
  new TriggerProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url }, (event) =>
    said.push(eventText(event)),
  );

beforeEach(async () => {
  said.length = 0;
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z"), disabledCanBeResumed: true });
});
afterEach(() => emulator.close());

/** What a failed write tells the engine. */
interface Kept {
  id: string;
  message: string;
  properties: JsonObject;
}

/** Runs a create or an update of which one operation is refused. Out: what the engine keeps of the trigger. */
async function refused(operation: Operation, write: () => Promise<unknown>): Promise<Kept> {
  emulator.faults.add({ kind: "status", status: 422, operation, times: 1 });
  const failed = (await write().then(
    () => undefined,
    (error) => error,
  )) as Kept | undefined;
  expect(failed?.properties).toMatchObject({ trigger_id: failed?.id, __provider: "shim" });
  return failed!;
}

/** What the next run says of the difference between state, definition and live trigger. */
async function nextDiff(id: string, state: JsonObject, news: Inputs): Promise<string[]> {
  said.length = 0;
  const next = provider();
  await next.check(state, news);
  await next.diff(id, state, news);
  // What a change means in time is none of its cause.
  return said.filter((line) => / live, /.test(line)).map((line) => line.slice(line.indexOf(": ") + 2));
}

const CRON = 'schedule_config.cron_expression is "0 2 * * *" live, "0 * * * *" desired (you edited)';

/** Before, after, the call that is refused, and what of it the next run shows. */
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
    "PATCH, then resume, of one that had no status",
    nightly,
    { ...hourly, status: "active" },
    "resume",
    ['status is "paused" live, "active" desired (you edited)'],
  ],
];

test.each(EDITS)(
  "%s: what was not done is an edit again, and no drift",
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

    // The next run does the rest, and remembers as much as one that went well at once.
    const { outs: done } = await provider().update(id, state.properties, after);
    await provider().delete(id, done);
    const { outs: whole } = await provider().create(after);
    const own = ({ trigger_id: _id, created_at: _at, ...rest }: JsonObject): JsonObject => rest;
    expect(own(done)).toEqual(own(whole));
  },
);

/** Of a trigger that somebody else made: what is there, what is declared, the call that is refused, what is left. */
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

test("one without a name is adopted by its id in part: it keeps the name of its definition", async () => {
  const { id } = await provider().create(nightly);
  emulator.edit("dev", id, { name: null });
  const after: Inputs = { ...hourly, adopt: id, status: "paused" };
  const { properties } = await refused("patch", () => provider().create(after));
  expect(properties).toMatchObject({ name: "nightly", schedule_config: nightly["schedule_config"] });
});

test("resumed where the service had given up, and its PATCH refused: an edit again", async () => {
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

test("replaced, and the delete of the old one refused: the new one is whole", async () => {
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

test.each(EDITS)("%s: taken back, only what was done is undone", async (_, before, after, call) => {
  const { id, outs } = await provider().create(before);
  if (call === "resume") emulator.edit("dev", id, { status: "paused" });
  const { properties } = await refused(call, () => provider().update(id, outs, after));
  const lines = await nextDiff(id, properties, before);
  expect(lines.join("\n")).not.toMatch(/live drifted|both changed/);
  expect(lines.filter((line) => line.startsWith("schedule_config"))).toHaveLength(call === "resume" ? 1 : 0);
});
