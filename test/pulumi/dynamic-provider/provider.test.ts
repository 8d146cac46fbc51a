import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventText } from "../../../provider/core/report/provider-event";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { INPUTS as inputs } from "../nightly";

let emulator: Emulator;
const said: string[] = [];
/** A new provider process, which remembers nothing from the previous operation. */
const provider = () =>
  new TriggerProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url }, (event) =>
    said.push(eventText(event)),
  );
const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && path !== "/v1/triggers/list").length;

beforeEach(async () => {
  said.length = 0;
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z") });
});
afterEach(() => emulator.close());

describe("states of older releases", () => {
  test("a state of the first release can be read: its keys are kept forever", async () => {
    const made = await provider().create(inputs);
    // Written out, so that this test fails if a later release renames a key.
    const state = {
      __provider: "exports.handler=()=>require('pulumi-mixpeek/runtime')",
      name: "nightly",
      namespace: "dev",
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
      trigger_id: made.id,
      namespace_id: "ns_dev",
      status: "active",
      created_at: "2026-11-24T12:00:00.000Z",
      created_by: "usr_emulator",
    };
    const { __provider, ...outs } = state;
    expect(made.outs).toEqual(outs);
    const next = provider();
    expect(await next.diff(made.id, state, inputs)).toEqual({ changes: false });
    const read = await next.read(made.id, state);
    const { __provider: _, ...declared } = inputs;
    expect(read).toEqual({ id: made.id, props: outs, inputs: declared });
  });

  test("a trigger that is live as declared, but was applied differently, is an update of the state only, once", async () => {
    const made = await provider().create(inputs);
    const schedule_config = { cron_expression: "0 3 * * *" };
    emulator.edit("dev", made.id, { schedule_config });
    const news = { ...inputs, schedule_config };
    const next = provider();
    await next.check(made.outs, news);
    expect(await next.diff(made.id, made.outs, news)).toEqual({ changes: true });
    const before = writes();
    const { outs } = await next.update(made.id, made.outs, news);
    expect(outs["schedule_config"]).toEqual(schedule_config);
    expect(writes()).toBe(before);
    const again = provider();
    await again.check(outs, news);
    expect(await again.diff(made.id, outs, news)).toEqual({ changes: false });
  });

  test("a value that has become secret is an update of the state only, once", async () => {
    const made = await provider().create(inputs);
    const news = { ...inputs, secret_paths: ["schedule_config.cron_expression"] };
    const next = provider();
    expect(await next.diff(made.id, made.outs, news)).toEqual({ changes: true });
    const before = writes();
    const { outs } = await next.update(made.id, made.outs, news);
    expect(outs["secret_paths"]).toEqual(news.secret_paths);
    expect(writes()).toBe(before);
    expect(await provider().diff(made.id, outs, news)).toEqual({ changes: false });
  });
});

test("a trigger that a collection's schedule created is never adopted, by name or by id", async () => {
  const schedule = { trigger_type: "cron", schedule_config: { cron_expression: "0 1 * * *" } };
  const { collection_id, trigger_id } = emulator.addResource("dev", "collections", {
    name: "crawled",
    schedule,
  }) as Record<"collection_id" | "trigger_id", string>;
  const own = {
    ...inputs,
    action_type: "collection_trigger",
    action_config: { collection_id },
    schedule_config: { cron_expression: "0 1 * * *" },
  };
  const told = `${trigger_id} belongs to collection "crawled", whose schedule created and manages it. Change the collection's schedule, or choose another name [TRIGGER_OWNED].`;
  const byId = await provider().check({}, { ...own, adopt: trigger_id });
  expect(byId.failures).toEqual([{ property: "", reason: expect.stringContaining(told) }]);
  emulator.edit("dev", trigger_id, { name: "nightly" });
  expect((await provider().check({}, own)).failures).toEqual([
    { property: "", reason: expect.stringContaining(told) },
  ]);
  await expect(provider().create({ ...own, adopt: true })).rejects.toThrow("[TRIGGER_OWNED]");
  // A trigger with another name is not the collection's.
  expect((await provider().check({}, { ...own, name: "another" })).failures).toEqual([]);
  expect(emulator.triggers("dev")).toHaveLength(1);
});

describe("an adopted trigger", () => {
  const adopted = async () => {
    const first = await provider().create(inputs);
    return { first, second: await provider().create(inputs) };
  };

  test("is distinguished from a created one, which is not a difference", async () => {
    const { first, second } = await adopted();
    expect(second).toEqual({ id: first.id, outs: { ...first.outs, adopted: true } });
    const state = { ...second.outs, __provider: "shim" };
    expect(await provider().diff(second.id, state, inputs)).toEqual({ changes: false });
    expect((await provider().read(second.id, state)).props).toEqual(second.outs);
    const changed = { ...inputs, description: "mine" };
    expect((await provider().update(second.id, state, changed)).outs).toMatchObject({ adopted: true });
  });

  test("is reported as gone for others, too, when it is deleted; a created one is not", async () => {
    const { first, second } = await adopted();
    said.length = 0;
    await provider().delete(first.id, { ...first.outs, __provider: "shim" });
    expect(said).toEqual([]);
    const { first: again, second: taken } = await adopted();
    said.length = 0;
    await provider().delete(taken.id, { ...second.outs, __provider: "shim" });
    expect(said).toEqual([
      `nightly: ${again.id} is deleted, though it was adopted and not created by this resource: if another stack also declares it, its next \`up\` recreates it. To keep such a trigger live, set retainOnDelete (in YAML retain: true) before the delete [ADOPTED_DELETED]`,
    ]);
  });
});

describe("values that are unknown in a preview", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  test.each([
    ["a config value", { action_config: { cluster_id: unknown } }],
    ["a whole config", { schedule_config: unknown }],
    ["the type", { action_type: unknown }],
    ["the namespace", { namespace: unknown }],
    ["the status", { status: unknown }],
  ])("%s is skipped by check", async (_, change) => {
    expect((await provider().check({}, { ...inputs, ...change })).failures).toEqual([]);
  });

  test("counts as a change in diff, and the known values are still checked", async () => {
    const { id, outs } = await provider().create(inputs);
    expect(
      await provider().diff(id, outs, { ...inputs, action_config: { cluster_id: unknown } }),
    ).toMatchObject({ changes: true, replaces: ["action_config"] });
    const checked = await provider().check(
      {},
      { ...inputs, action_config: { cluster_id: unknown, mod: "full" } },
    );
    expect(checked.failures.map(({ reason }) => reason)).toEqual([
      "action_config.mod: is not a key of action_config [KEY_UNKNOWN]. Did you mean mode?",
    ]);
  });
});

test("one list serves many diffs, reads and creates at once", async () => {
  const first = provider();
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, n) => first.create({ ...inputs, name: `trigger-${n}` })),
  );
  emulator.clearRequests();
  const next = provider();
  await Promise.all(
    made.flatMap(({ id, outs }, n) => [
      next.check(outs, { ...inputs, name: `trigger-${n}` }),
      next.diff(id, outs, { ...inputs, name: `trigger-${n}` }),
      next.read(id, outs),
    ]),
  );
  expect(emulator.requests().map(({ path }) => path)).toEqual(["/v1/triggers/list"]);
});

test("a partial update keeps the id and reports what was done", async () => {
  const event = { event_type: "documents_added", event_threshold: 10 };
  const { id, outs } = await provider().create({ ...inputs, trigger_type: "event", schedule_config: event });
  // The pause succeeds; the PATCH names a collection that does not exist.
  const news = {
    ...inputs,
    trigger_type: "event",
    schedule_config: { ...event, collection_id: "col_nowhere" },
    status: "paused",
  };
  const error = await provider()
    .update(id, outs, news)
    .then(
      () => undefined,
      (reason: Error) => reason,
    );
  expect(error?.message).toMatch(
    new RegExp(`^cannot change trigger "${id}" .*col_nowhere not found.* Already done for ${id}: pause\\.$`),
  );
  expect(error).toMatchObject({
    id,
    properties: { trigger_id: id, status: "paused", __provider: "shim" },
    reasons: [error?.message],
  });
});

test("deleting a trigger that is already gone succeeds, and needs no request if that is known", async () => {
  const { id, outs } = await provider().create(inputs);
  emulator.remove("dev", "nightly");
  const next = provider();
  await next.diff(id, outs, inputs);
  const before = writes();
  await next.delete(id, outs);
  expect(writes()).toBe(before);
  await expect(provider().delete("trg_never", { ...outs, trigger_id: "trg_never" })).resolves.toBeUndefined();
});

test("two creates of one name in one run: the second is rejected, neither duplicated nor adopted", async () => {
  const run = provider();
  await run.create(inputs);
  await expect(run.create(inputs)).rejects.toThrow("[NAME_CLAIMED_TWICE]");
  expect(emulator.triggers("dev")).toHaveLength(1);
});

test.each([
  ["trg_of_nothing", "ADOPT_NOT_FOUND"],
  [true, undefined],
])("adopt: %s if nothing is live", async (adopt, code) => {
  const { failures } = await provider().check({}, { ...inputs, adopt });
  expect(failures.map(({ reason }) => /\[(\w+)\]/.exec(reason)?.[1])).toEqual(code ? [code] : []);
});

test("adopt by id adopts a trigger of another name, and renames it", async () => {
  const old = await provider().create({ ...inputs, name: "old name" });
  const run = provider();
  const { id } = await run.create({ ...inputs, adopt: old.id });
  expect(id).toBe(old.id);
  expect(emulator.triggers("dev")).toMatchObject([{ trigger_id: id, name: "nightly" }]);
});

test("a trigger that the service disabled after failures is resumed, or recreated if that is rejected", async () => {
  const made = await provider().create(inputs);
  const outs = { ...made.outs, __provider: "shim" };
  emulator.edit("dev", made.id, {
    status: "disabled",
    consecutive_failures: 5,
    last_execution_error: "no such cluster",
  });
  const refreshed = await provider().read(made.id, outs);
  expect(refreshed).toMatchObject({ id: made.id, props: { status: "disabled" } });
  const next = provider();
  await next.check(outs, inputs);
  expect(await next.diff(made.id, outs, inputs)).toMatchObject({ changes: true, replaces: ["trigger_id"] });
  expect(said).toContain(
    'nightly: disabled by the service after 5 failed runs, last error: "no such cluster"; resumed if the service allows it, otherwise created again',
  );
  const before = emulator.requests().length;
  const again = await next.create(inputs);
  await next.delete(made.id, outs);
  expect(again.id).not.toBe(made.id);
  const requests = emulator.requests().slice(before);
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `POST /v1/triggers/${made.id}/resume`,
    "POST /v1/triggers",
  ]);
});
