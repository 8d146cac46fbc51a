import { afterEach, describe, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { appliedOneOfEach } from "../applied-worlds";
import { nightly, oneOfEach } from "../definitions";
import { KEY } from "../key";
import { type Outcome, World } from "../world";

let world: World;
afterEach(() => world.close());

/** One clear error: reported once under Diagnostics, without a stack trace, and nothing was written. */
function expectOneError(outcome: Outcome, text: string | RegExp): void {
  expect(outcome.ok).toBe(false);
  // The SDK's exception repeats the whole output: only what comes before that counts.
  const printed = outcome.output.slice(0, outcome.output.indexOf("code: -2"));
  const diagnostics = printed.includes("Diagnostics:")
    ? printed.slice(printed.indexOf("Diagnostics:"))
    : printed;
  expect(diagnostics.split(text)).toHaveLength(2);
  expect(printed).not.toMatch(/\n\s+at /);
  expect(outcome.output).not.toContain(KEY);
}

describe("one clear error, and no partial write", () => {
  test.each<[string, Parameters<typeof World.start>[0], string]>([
    [
      "wrong key",
      { config: { apiKey: "sk_wrong_canary" } },
      'cannot list triggers in namespace "dev": the API rejected the request (401 UnauthorizedError: Invalid API key). Check mixpeek:apiKey (or MIXPEEK_API_KEY): the key may be mistyped, revoked or from another organization; `pulumi refresh` and `pulumi destroy` use the key of the last `pulumi up` [UNAUTHORIZED].',
    ],
    [
      "no key",
      { config: { apiKey: undefined } },
      "cannot reach the Mixpeek API: no API key is set. Run `pulumi config set --secret mixpeek:apiKey sk_…`, or set MIXPEEK_API_KEY [API_KEY_MISSING].",
    ],
    [
      "unknown namespace",
      { config: { namespace: "produktion" } },
      'cannot list triggers in namespace "produktion": the API rejected the request (404 NotFoundError: Namespace produktion not found). Check the trigger',
    ],
    [
      "no namespace",
      { config: { namespace: undefined } },
      "no namespace is given. Set namespace on the trigger, run `pulumi config set mixpeek:namespace …`, or set MIXPEEK_NAMESPACE [NAMESPACE_MISSING].",
    ],
    [
      "plain HTTP to another machine",
      { config: { baseUrl: "http://api.example.com" } },
      "http://api.example.com would send the key unencrypted",
    ],
  ])("%s", async (_, options, text) => {
    world = await World.start(options);
    const outcome = await world.up(async () => oneOfEach());
    expectOneError(outcome, text);
    expect(outcome.writes).toEqual([]);
    expect(world.live()).toEqual({});
    expect(outcome.output).not.toContain("sk_wrong_canary");
  });

  test("API down: preview, up, refresh and destroy report it once each", async () => {
    world = await appliedOneOfEach();
    await world.setConfig("baseUrl", "http://127.0.0.1:9");
    const text =
      /127\.0\.0\.1:9 refuses connections \(ECONNREFUSED\)(?: \(\d tries in \d+ s\))?\. Check mixpeek:baseUrl \(or MIXPEEK_BASE_URL\), the network and the proxy, then run again \[NETWORK\]\./;
    expectOneError(await world.preview(async () => oneOfEach()), text);
    expectOneError(await world.up(async () => oneOfEach()), text);
    expectOneError(await world.refresh(), text);
    expectOneError(await world.destroy(), text);
    expect(Object.keys(world.state().triggers)).toHaveLength(10);
  });

  test("an invalid key: up, refresh and destroy report it once each, and delete nothing", async () => {
    world = await appliedOneOfEach();
    await world.setConfig("apiKey", "sk_revoked");
    // Refresh and destroy use the key from the state, which only an up updates.
    expect((await world.refresh()).ok).toBe(true);
    for (const operate of [
      () => world.up(async () => oneOfEach()),
      () => world.refresh(),
      () => world.destroy(),
    ]) {
      const outcome = await operate();
      expectOneError(outcome, "Check mixpeek:apiKey (or MIXPEEK_API_KEY)");
      expect(new Set(outcome.statuses)).toEqual(new Set([401]));
    }
    expect(Object.keys(world.live())).toHaveLength(10);
    expect(Object.keys(world.state().triggers)).toHaveLength(10);
  });

  test("a 422 from the API", async () => {
    world = await World.start();
    const outcome = await world.up(async () => {
      new mixpeek.Trigger("future", {
        actionType: "cluster",
        actionConfig: { clusterId: "clust_dev_product_clusters" },
        triggerType: "sundial",
        scheduleConfig: { shadow: "north" },
        allowUnknown: ["trigger_type"],
      } as unknown as mixpeek.TriggerArgs);
    });
    expectOneError(
      outcome,
      'cannot create trigger "future" in namespace "dev": the API rejected the request (422 ValidationError: Validation error: trigger_type: Input should be',
    );
    expect(world.live()).toEqual({});
  });

  test("invalid input: every error of the trigger, with its fix, and no request", async () => {
    world = await World.start();
    const outcome = await world.up(
      nightly({ schedule: mixpeek.cron("61 * * * *", { timezone: "europe/paris" }), cluster: "" }),
    );
    expect(outcome).toMatchObject({ ok: false, requests: [] });
    for (const line of [
      'schedule_config.cron_expression: "61 * * * *": minute must be 0-59, not "61" [CRON_INVALID]. Write "1 * * * *" for one minute past each hour.',
      'schedule_config.timezone: "europe/paris" is not the IANA spelling [ZONE_SPELLING]. Write "Europe/Paris".',
      "action_config.cluster_id",
    ]) {
      expect(outcome.output).toContain(line);
    }
  });
});

test("Free plan, 10 requests per minute: six triggers are applied, and then unchanged, without a 429", async () => {
  world = await World.start({ plan: "free" });
  const six = async () => {
    for (let n = 1; n <= 6; n++) {
      new mixpeek.Trigger(`trigger-${n}`, {
        actionType: "cluster",
        actionConfig: { clusterId: "clust_dev_product_clusters" },
        schedule: mixpeek.cron(`${n} 2 * * *`),
      });
    }
  };
  expect((await world.up(six)).statuses).toEqual([200, ...Array(6).fill(200)]);
  expect((await world.up(six)).statuses).toEqual([200]);
  expect((await world.refresh()).statuses).toEqual([200]);
});

test("values that are unknown in a preview are skipped, not rejected", async () => {
  world = await World.start();
  const chained = async () => {
    const first = new mixpeek.Trigger("first", {
      actionType: "cluster",
      actionConfig: { clusterId: "clust_dev_product_clusters" },
      schedule: mixpeek.cron("0 2 * * *"),
    });
    new mixpeek.Trigger("second", {
      description: first.triggerId.apply((id) => `after ${id}`),
      actionType: "cluster",
      actionConfig: { clusterId: first.triggerId.apply(() => "clust_dev_customer_segments") },
      schedule: mixpeek.cron(first.triggerId.apply(() => "0 3 * * *")),
    });
  };
  expect(await world.preview(chained)).toMatchObject({ ok: true, writes: [] });
  expect(await world.up(chained)).toMatchObject({
    ok: true,
    writes: ["POST /v1/triggers", "POST /v1/triggers"],
  });
  expect(world.live()["second"]).toMatchObject({
    description: `after ${world.live()["first"]?.["trigger_id"]}`,
    schedule_config: { cron_expression: "0 3 * * *" },
  });
  expect(await world.up(chained)).toMatchObject({ ok: true, writes: [] });
});

describe("the key, planted as a canary, is nowhere", () => {
  test.each([
    ["from secret config", {}, {}],
    // At this verbosity, the engine itself logs secret config values. It never sees a key from the environment.
    [
      "from the environment, with the engine's most verbose log",
      { config: { apiKey: undefined }, env: { MIXPEEK_API_KEY: KEY } },
      { logToStdErr: true, logVerbosity: 9 },
    ],
  ])("%s: not in the state, not in outputs, logs or errors", async (_, options, flags) => {
    world = await World.start(options);
    const outcomes = [
      await world.up(nightly(), flags),
      await world.up(nightly({ cluster: "clust_nowhere" }), flags),
      await world.refresh(),
    ];
    const state = world.state();
    outcomes.push(await world.destroy());
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true, true]);
    for (const { output } of outcomes) expect(output.includes(KEY)).toBe(false);
    expect(state.text.includes(KEY)).toBe(false);
    expect(JSON.stringify(world.emulator.requests()).includes(KEY)).toBe(false);
    expect(state.triggers["nightly"]?.["inputs"]).toMatchObject({
      __provider: "exports.handler=()=>require('pulumi-mixpeek/runtime')",
    });
  });
});

test("a webhook's address, a secret inside action_config, is encrypted in the state and hidden in output", async () => {
  world = await World.start();
  const canary =
    (hook: string, minResults = 3) =>
    async () => {
      new mixpeek.Trigger("canary", {
        actionType: "retriever_execution",
        actionConfig: {
          retrieverId: "ret_dev_product_search",
          acceptance: { minResults },
          notificationConfig: {
            channels: [
              { channel_type: "slack", config: { webhook_url: `https://hooks.example.com/${hook}` } },
            ],
          },
        },
        schedule: mixpeek.every({ minutes: 10 }),
      });
    };
  const first = await world.up(canary("CANARY-1"));
  expect(first.ok).toBe(true);
  expect(world.live()["canary"]?.action_config).toMatchObject({
    notification_config: { channels: [{ config: { webhook_url: "https://hooks.example.com/CANARY-1" } }] },
  });
  const outcomes = [first, await world.up(canary("CANARY-1")), await world.refresh()];
  expect(outcomes.map(({ writes }) => writes.length)).toEqual([1, 0, 0]);
  expect(world.state().text.includes("CANARY")).toBe(false);
  // Nothing except the channels is encrypted.
  expect(world.state().triggers["canary"]?.["inputs"]).toMatchObject({
    action_config: { retriever_id: "ret_dev_product_search", acceptance: { min_results: 3 } },
  });
  // If a failed check names a property, the engine prints its value, with secrets unencrypted. So checks name none.
  const refused = await world.preview(canary("CANARY-3", -1));
  expect(refused.ok).toBe(false);
  expect(refused.output).toContain("has a problem: action_config.acceptance.min_results: -1 ");
  expect(refused.output.includes("CANARY")).toBe(false);
  // Changed manually and by the program.
  world.emulator.edit("dev", "canary", { schedule_config: { interval_seconds: 60 } });
  outcomes.push(
    await world.refresh(),
    await world.preview(canary("CANARY-2")),
    await world.up(canary("CANARY-2")),
  );
  expect(world.state().text.includes("CANARY")).toBe(false);
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  for (const { output } of outcomes) expect(output.includes("CANARY")).toBe(false);
  expect(outcomes.at(-1)?.output).toContain(
    "canary: action_config.notification_config.channels is [secret] live, [secret] desired (you edited)",
  );
  expect(world.live()["canary"]?.action_config).toMatchObject({
    notification_config: { channels: [{ config: { webhook_url: "https://hooks.example.com/CANARY-2" } }] },
  });
});
