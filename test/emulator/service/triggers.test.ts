import { afterEach, describe, expect, test } from "@jest/globals";
import { create, cronBody, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

const COLLECTION = { collection_id: "col_dev_products" };

describe("create", () => {
  test("responds with 200 and the whole trigger, defaults stored, times without a zone, in microseconds", async () => {
    const rig = await start({ at: "2026-10-05T12:00:00.250Z" });
    const { status, body } = await rig.call("POST", "/v1/triggers", cronBody({ description: "every night" }));
    expect(status).toBe(200);
    expect(body).toEqual({
      trigger_id: expect.stringMatching(/^trg_[0-9a-f]{16}$/),
      namespace_id: "ns_dev",
      internal_id: "org_emulator",
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters", mode: "full", assignment_threshold: 0.5 },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" },
      status: "active",
      last_triggered_at: null,
      last_execution_task_id: null,
      next_scheduled_at: "2026-10-06T02:00:00",
      execution_count: 0,
      consecutive_failures: 0,
      last_execution_status: null,
      last_execution_error: null,
      event_counter: 0,
      last_cooldown_at: null,
      baseline_snapshot: null,
      last_drift_measurement: null,
      last_volume_measurement: null,
      last_condition_check_at: null,
      name: "nightly",
      description: "every night",
      created_at: expect.stringMatching(/^2026-10-05T12:00:00\.250\d{3}$/),
      updated_at: expect.stringMatching(/^2026-10-05T12:00:00\.250\d{3}$/),
      created_by: "usr_emulator",
      is_overdue: false,
    });
    expect(body.created_at).not.toMatch(/000$/);
    const read = (await rig.call("GET", `/v1/triggers/${body.trigger_id}`)).body;
    expect(read.created_at).toBe("2026-10-05T12:00:00.250000Z");
    expect(read.next_scheduled_at).toBe("2026-10-06T02:00:00Z");
  });

  test("can be created paused, and keeps unknown config keys", async () => {
    const rig = await start();
    const id = await create(rig, {
      status: "paused",
      action_config: { cluster_id: "clust_dev_product_clusters", future_key: { a: 1 } },
    });
    const { body } = await rig.call("GET", `/v1/triggers/${id}`);
    expect(body.status).toBe("paused");
    expect(body.action_config.future_key).toEqual({ a: 1 });
  });

  test("stores no defaults, reorders keys and adds its own if configured to", async () => {
    const rig = await start({ storeDefaults: false, reorderKeys: true, addUnknownKeys: true });
    const id = await create(rig, {
      schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Berlin" },
    });
    const { body } = await rig.call("GET", `/v1/triggers/${id}`);
    expect(Object.keys(body.schedule_config)).toEqual(["timezone", "scheduler_version", "cron_expression"]);
    expect(Object.keys(body.action_config)).toEqual(["engine_version", "cluster_id"]);
  });

  test.each([
    ["cluster", { cluster_id: "clust_no" }, "Cluster clust_no not found"],
    ["cluster", { cluster_id: "product-clusters" }, "Cluster product-clusters not found"],
    [
      "cluster",
      { cluster_id: "clust_dev_product_clusters", output_collection_ids: ["col_dev_products", "col_no"] },
      "Collection col_no not found",
    ],
    ["taxonomy_enrichment", { taxonomy_id: "tax_no", ...COLLECTION }, "Taxonomy tax_no not found"],
    [
      "taxonomy_enrichment",
      { taxonomy_id: "tax_dev_product_categories", ...COLLECTION, target_collection_id: "col_no" },
      "Collection col_no not found",
    ],
    ["batch_rerun", { batch_id: "btch_no" }, "Batch btch_no not found"],
    ["collection_trigger", { ...COLLECTION, include_buckets: ["bkt_no"] }, "Bucket bkt_no not found"],
    ["collection_trigger", { ...COLLECTION, include_collections: ["col_no"] }, "Collection col_no not found"],
    ["retriever_execution", { retriever_id: "ret_no" }, "Retriever ret_no not found"],
    [
      "cluster",
      { cluster_id: "clust_prod_product_clusters" },
      "Cluster clust_prod_product_clusters not found",
    ],
  ])("responds with 404 for %s with %j", async (action_type, action_config, message) => {
    const rig = await start();
    const { status, body } = await rig.call("POST", "/v1/triggers", cronBody({ action_type, action_config }));
    expect(status).toBe(404);
    expect(body).toEqual({
      success: false,
      status: 404,
      error: {
        message,
        type: "NotFoundError",
        details: { resource: expect.any(String), id: expect.any(String) },
      },
    });
    expect(rig.emulator.triggers("dev")).toEqual([]);
  });

  test("accepts any id if references are not checked", async () => {
    const rig = await start({ references: "any" });
    const id = await create(rig, { action_config: { cluster_id: "clust_no" } });
    await rig.call("POST", `/v1/triggers/${id}/execute`);
    expect(rig.emulator.triggers("dev")[0]?.last_execution_status).toBe("COMPLETED");
  });
});

describe("list", () => {
  async function seeded(): Promise<Rig> {
    const rig = await start();
    await create(rig, { name: "a" });
    await create(rig, {
      name: "b",
      action_type: "collection_trigger",
      action_config: { ...COLLECTION, include_buckets: ["bkt_dev_catalog"] },
      status: "paused",
    });
    rig.emulator.advance(60);
    await create(rig, { name: "c", trigger_type: "interval", schedule_config: { interval_seconds: 600 } });
    return rig;
  }
  const names = (body: { results: { name: string }[] }): string[] => body.results.map(({ name }) => name);

  test.each([
    [{}, ["c", "b", "a"]],
    [{ direction: "asc" }, ["a", "b", "c"]],
    [{ action_type: "cluster" }, ["c", "a"]],
    [{ trigger_type: "interval" }, ["c"]],
    [{ status: "paused" }, ["b"]],
    [{ resource_id: "col_dev_products" }, ["b"]],
    [{ resource_id: "bkt_dev_catalog" }, ["b"]],
    [{ resource_id: "clust_dev_product_clusters" }, ["c", "a"]],
    [{ resource_id: "col_no" }, []],
    [{ sort_by: "name", direction: "asc" }, ["a", "b", "c"]],
    [{ sort_by: "status", direction: "desc" }, ["b", "c", "a"]],
    [{ sort_by: "last_triggered_at", direction: "asc" }, ["a", "b", "c"]],
  ])("%j gives %j, by body and by query", async (asked, expected) => {
    const rig = await seeded();
    const byBody = await rig.call("POST", "/v1/triggers/list", asked);
    expect(names(byBody.body)).toEqual(expected);
    expect(byBody.body).toMatchObject({ total: expected.length, offset: 0, limit: 50 });
    const byQuery = await rig.call(
      "GET",
      `/v1/triggers?${new URLSearchParams(asked as Record<string, string>)}`,
    );
    expect(byQuery.body).toEqual(byBody.body);
  });

  test("pages, with the total before paging", async () => {
    const rig = await seeded();
    const page = await rig.call("POST", "/v1/triggers/list", { offset: 1, limit: 1 });
    expect(names(page.body)).toEqual(["b"]);
    expect(page.body).toMatchObject({ total: 3, offset: 1, limit: 1 });
    const beyond = await rig.call("GET", "/v1/triggers?offset=9&limit=2");
    expect(beyond.body).toEqual({ results: [], total: 3, offset: 9, limit: 2 });
  });

  test("uses all defaults without a body", async () => {
    const rig = await seeded();
    expect(names((await rig.call("POST", "/v1/triggers/list")).body)).toEqual(["c", "b", "a"]);
  });

  test.each([
    [true, 2, 1],
    [false, 1, 1],
  ])("listDisabled %s: %d in all, %d if disabled ones are requested", async (listDisabled, all, disabled) => {
    const rig = await start({ listDisabled });
    const id = await create(rig, { name: "gone" });
    await create(rig, { name: "here" });
    await rig.call("DELETE", `/v1/triggers/${id}`);
    expect((await rig.call("POST", "/v1/triggers/list", {})).body.total).toBe(all);
    expect((await rig.call("POST", "/v1/triggers/list", { status: "disabled" })).body.total).toBe(disabled);
  });
});

describe("update", () => {
  test("replaces the whole schedule, recomputes the next run, and clears a null description", async () => {
    const rig = await start();
    const id = await create(rig, {
      description: "old",
      schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Berlin" },
    });
    rig.emulator.advance(1);
    const { status, body } = await rig.call("PATCH", `/v1/triggers/${id}`, {
      schedule_config: { cron_expression: "30 4 * * *" },
      description: null,
      name: "renamed",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: "renamed",
      description: null,
      schedule_config: { cron_expression: "30 4 * * *", timezone: "UTC" },
      next_scheduled_at: "2026-10-06T04:30:00Z",
      updated_at: "2026-10-05T12:00:01Z",
      created_at: "2026-10-05T12:00:00Z",
    });
  });

  test("sets paused and active like the calls with those names", async () => {
    const rig = await start();
    const id = await create(rig);
    expect((await rig.call("PATCH", `/v1/triggers/${id}`, { status: "paused" })).body.status).toBe("paused");
    rig.emulator.advance(86_400);
    const { body } = await rig.call("PATCH", `/v1/triggers/${id}`, { status: "active" });
    expect(body).toMatchObject({ status: "active", next_scheduled_at: "2026-10-07T02:00:00Z" });
  });

  test("an empty patch changes nothing", async () => {
    const rig = await start();
    const id = await create(rig);
    const before = (await rig.call("GET", `/v1/triggers/${id}`)).body;
    rig.emulator.advance(5);
    expect((await rig.call("PATCH", `/v1/triggers/${id}`, {})).body).toEqual(before);
  });

  test("a rejected schedule changes nothing", async () => {
    const rig = await start();
    const id = await create(rig);
    const before = rig.emulator.triggers("dev");
    const change = { description: "new", schedule_config: { cron_expression: "61 * * * *" } };
    expect((await rig.call("PATCH", `/v1/triggers/${id}`, change)).status).toBe(422);
    expect(rig.emulator.triggers("dev")).toEqual(before);
  });
});
