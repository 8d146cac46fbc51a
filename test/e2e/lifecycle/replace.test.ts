import { afterEach, describe, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { appliedNightly } from "../applied-worlds";
import { nightly } from "../definitions";
import { World } from "../world";

let world: World;
afterEach(() => world.close());

const id = () => String(world.live()["nightly"]?.["trigger_id"]);
const OTHER = "clust_dev_customer_segments";

describe("action_config edited", () => {
  test("the new trigger is created before the old one is deleted, under the same name, and the old one is not adopted", async () => {
    world = await appliedNightly();
    const old = id();
    const preview = await world.preview(nightly({ cluster: OTHER }));
    expect(preview.output).toContain(
      `nightly: action_config.cluster_id is "clust_dev_product_clusters" live, "${OTHER}" desired (you edited)`,
    );
    const outcome = await world.up(nightly({ cluster: OTHER }));
    expect(outcome).toMatchObject({
      ok: true,
      lists: 1,
      writes: ["POST /v1/triggers", `DELETE /v1/triggers/${old}`],
    });
    expect(Object.keys(world.live())).toEqual(["nightly"]);
    expect(world.live()["nightly"]).toMatchObject({ action_config: { cluster_id: OTHER } });
    expect(id()).not.toBe(old);
    expect(await world.up(nightly({ cluster: OTHER }))).toMatchObject({
      ops: { nightly: "same" },
      writes: [],
    });
  });

  test("rejected by the API: one clear error, and the old trigger still runs", async () => {
    world = await appliedNightly();
    const old = id();
    const outcome = await world.up(nightly({ cluster: "clust_nowhere" }));
    expect(outcome).toMatchObject({ ok: false, writes: ["POST /v1/triggers"] });
    expect(outcome.output).toContain(
      'cannot create trigger "nightly" in namespace "dev": the API rejected the request (404 NotFoundError: Cluster clust_nowhere not found). Check the ids in action_config and schedule_config',
    );
    expect(outcome.output).not.toMatch(/\n\s+at /);
    expect(world.live()["nightly"]).toMatchObject({ trigger_id: old, status: "active" });
    expect(await world.up(nightly())).toMatchObject({ ok: true, ops: { nightly: "same" }, writes: [] });
  });

  test("forced with --replace, where the engine asks for no diff, nothing is lost: the trigger is kept, and that is reported", async () => {
    world = await appliedNightly();
    const before = id();
    const outcome = await world.up(nightly(), {
      replace: ["urn:pulumi:test::e2e::pulumi-nodejs:dynamic/mixpeek:Trigger::nightly"],
    });
    expect(outcome).toMatchObject({ ok: true, writes: [] });
    expect(outcome.output).toContain(
      `nightly: ${before} is kept: another resource of this program manages it now`,
    );
    expect(world.live()["nightly"]).toMatchObject({ trigger_id: before, status: "active" });
  });

  test("moved to another namespace: created there, then deleted here", async () => {
    world = await appliedNightly({ references: "any" });
    const old = id();
    const outcome = await world.up(nightly({ namespace: "prod" }));
    expect(outcome).toMatchObject({
      ok: true,
      lists: 2,
      writes: ["POST /v1/triggers", `DELETE /v1/triggers/${old}`],
    });
    expect(world.live("dev")).toEqual({});
    expect(Object.keys(world.live("prod"))).toEqual(["nightly"]);
    // The id of the same namespace is the same namespace.
    expect(await world.up(nightly({ namespace: "ns_prod" }))).toMatchObject({ ok: true, writes: [] });
  });
});

describe("identity", () => {
  const body = {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
  };
  async function byHand(change: object = {}): Promise<void> {
    await fetch(`${world.emulator.url}/v1/triggers`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_canary_5d1c9e77",
        "x-namespace": "dev",
        "content-type": "application/json",
      },
      body: JSON.stringify({ ...body, ...change }),
    });
  }

  test("same name and same content is adopted without a write, and the preview reports it", async () => {
    world = await World.start();
    await byHand();
    const before = id();
    expect((await world.preview(nightly())).output).toContain(
      `nightly: ${before} is live under this name: stored in the state, not created [ADOPTED]`,
    );
    const outcome = await world.up(nightly());
    expect(outcome).toMatchObject({ ok: true, lists: 1, writes: [] });
    expect(world.state().triggers["nightly"]).toMatchObject({ id: before });
    expect(await world.up(nightly())).toMatchObject({ ops: { nightly: "same" }, writes: [] });
  });

  test("same name and other content is an error already in the preview; with adopt: true, it is taken over", async () => {
    world = await World.start();
    await byHand({ schedule_config: { cron_expression: "0 7 * * *" } });
    const before = id();
    const refused = await world.preview(nightly());
    expect(refused).toMatchObject({ ok: false, writes: [] });
    expect(refused.output).toContain(
      `cannot create trigger "nightly" in namespace "dev": ${before} has this name but different content: schedule_config.cron_expression is "0 7 * * *" live, "0 2 * * *" desired. Set adopt: true to adopt and change it, or choose another name [NAME_TAKEN].`,
    );
    const adopted = await world.up(nightly({ adopt: true }));
    expect(adopted).toMatchObject({ ok: true, lists: 1, writes: [`PATCH /v1/triggers/${before}`] });
    expect(id()).toBe(before);
  });

  test("a renamed resource keeps its trigger: the new resource adopts it, and the old one does not delete it", async () => {
    world = await World.start();
    const named = (resource: string) => async () => {
      new mixpeek.Trigger(resource, {
        ...{ name: "nightly" },
        actionType: "cluster",
        actionConfig: { clusterId: "clust_dev_product_clusters" },
        schedule: mixpeek.cron("0 2 * * *"),
      });
    };
    await world.up(named("a"));
    const before = id();
    const outcome = await world.up(named("b"));
    expect(outcome).toMatchObject({ ok: true, writes: [] });
    expect(outcome.output).toContain(
      `nightly: ${before} is kept: another resource of this program manages it now`,
    );
    expect(world.live()["nightly"]).toMatchObject({ trigger_id: before, status: "active" });
    expect(Object.keys(world.state().triggers)).toEqual(["b"]);
  });

  test("an API without names: created without one, and nothing drifts", async () => {
    world = await World.start({ api: "0.81" });
    const first = await world.up(nightly());
    expect(first).toMatchObject({ ok: true, lists: 1 });
    expect(first.statuses).toEqual([200, 422, 201]);
    expect(await world.up(nightly())).toMatchObject({ ok: true, lists: 1, writes: [] });
    expect(await world.refresh()).toMatchObject({ ok: true, lists: 1, writes: [] });
  });
});
