import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startEmulator } from "../../../provider/emulator";
import { create, cronBody, findings, KEY, start, stopAll } from "../harness";

afterEach(stopAll);

describe("requests", () => {
  test("counts the API's responses of any kind, until cleared", async () => {
    const rig = await start();
    await rig.call("POST", "/v1/triggers", cronBody());
    rig.emulator.advance(2);
    await rig.call("GET", "/v1/triggers/trg_no", undefined, { "x-namespace": "ns_prod" });
    await rig.call("GET", "/v1/triggers", undefined, { authorization: null });
    await rig.call("GET", "/nowhere");
    const { body } = await rig.control("GET", "/_emulator/requests");
    expect(body).toEqual({
      count: 4,
      requests: [
        {
          n: 1,
          at: "2026-10-05T12:00:00Z",
          method: "POST",
          path: "/v1/triggers",
          namespace: "dev",
          status: 200,
        },
        {
          n: 2,
          at: "2026-10-05T12:00:02Z",
          method: "GET",
          path: "/v1/triggers/trg_no",
          namespace: "prod",
          status: 404,
        },
        {
          n: 3,
          at: "2026-10-05T12:00:02Z",
          method: "GET",
          path: "/v1/triggers",
          namespace: null,
          status: 401,
        },
        { n: 4, at: "2026-10-05T12:00:02Z", method: "GET", path: "/nowhere", namespace: null, status: 404 },
      ],
    });
    expect((await rig.control("DELETE", "/_emulator/requests")).status).toBe(204);
    expect(rig.emulator.requests()).toEqual([]);
    await rig.call("GET", "/v1/triggers");
    expect(rig.emulator.requests()).toMatchObject([{ n: 1 }]);
    rig.emulator.clearRequests();
    expect(rig.emulator.requests()).toEqual([]);
  });
});

describe("the service's state", () => {
  test("documents, drift and failures are set over HTTP", async () => {
    const rig = await start();
    const event = { event_type: "documents_added", event_threshold: 5 };
    await create(rig, { name: "ingest", trigger_type: "event", schedule_config: event });
    const drift = { condition_type: "drift", threshold: 0.5, check_interval_seconds: 60 };
    await create(rig, { name: "drift", trigger_type: "conditional", schedule_config: drift });

    const where = { namespace: "dev" };
    const failure = { ...where, trigger: "ingest", error: "disk full", count: 1 };
    expect((await rig.control("POST", "/_emulator/failures", failure)).status).toBe(204);
    const documents = { ...where, collection_id: "col_dev_products", count: 5 };
    expect((await rig.control("POST", "/_emulator/documents", documents)).status).toBe(204);
    expect((await rig.call("GET", "/v1/collections/products")).body.document_count).toBe(5);
    const value = { ...where, cluster_id: "clust_dev_product_clusters", value: 0.9 };
    expect((await rig.control("POST", "/_emulator/drift", value)).status).toBe(204);
    expect((await rig.control("POST", "/_emulator/clock", { advance_seconds: 60 })).body).toEqual({
      now: "2026-10-05T12:01:00Z",
      manual: true,
      movable: true,
    });
    expect(rig.emulator.triggers("dev")).toMatchObject([
      { name: "ingest", last_execution_error: "disk full", consecutive_failures: 1 },
      { name: "drift", execution_count: 1, last_drift_measurement: { value: 0.9 } },
    ]);
  });

  test("failures stop over HTTP without an error text, which is required only for runs that fail", async () => {
    const rig = await start();
    const id = await create(rig, { name: "nightly" });
    const of = { namespace: "dev", trigger: "nightly" };
    const set = async (failure: object): Promise<number> =>
      (await rig.control("POST", "/_emulator/failures", { ...of, ...failure })).status;
    expect([await set({ count: 1 }), await set({}), await set({ error: "" })]).toEqual([422, 422, 422]);
    expect([await set({ error: "disk full" }), await set({ count: 0 })]).toEqual([204, 204]);
    await rig.call("POST", `/v1/triggers/${id}/execute`);
    expect(rig.emulator.triggers("dev")).toMatchObject([{ execution_count: 1, consecutive_failures: 0 }]);
  });

  test.each([
    ["trigger", "nightly"],
    ["resource", "clust_dev_product_clusters"],
  ])("how long runs take is set with %s", async (kind, target) => {
    const rig = await start();
    const id = await create(rig, { name: "nightly" });
    const body = { namespace: "dev", [kind]: target, milliseconds: 432_000 };
    expect((await rig.control("POST", "/_emulator/run-times", body)).status).toBe(204);
    await rig.call("POST", `/v1/triggers/${id}/execute`);
    const { executions } = (await rig.call("GET", `/v1/triggers/${id}/history?limit=1`)).body;
    expect(executions).toMatchObject([{ status: "COMPLETED", execution_time_ms: 432_000 }]);
  });

  test.each([
    ["/_emulator/documents", { collection_id: "x", count: 1 }, 422],
    ["/_emulator/documents", { namespace: "dev", collection_id: "col_no", count: 1 }, 404],
    ["/_emulator/documents", { namespace: "dev", collection_id: "products", count: 0 }, 422],
    ["/_emulator/documents", { namespace: "qa", collection_id: "products", count: 1 }, 404],
    ["/_emulator/drift", { namespace: "dev", value: 1 }, 422],
    ["/_emulator/drift", { namespace: "dev", cluster_id: "a", trigger: "b", value: 1 }, 422],
    ["/_emulator/drift", { namespace: "dev", cluster_id: "clust_typo", value: 1 }, 404],
    ["/_emulator/failures", { namespace: "dev", trigger: "nothing", error: "x" }, 404],
    ["/_emulator/failures", { namespace: "dev", resource: "col_dev_products" }, 422],
    ["/_emulator/run-times", { namespace: "dev", trigger: "nothing", milliseconds: 1 }, 404],
    ["/_emulator/run-times", { namespace: "dev", resource: "col_dev_products", milliseconds: -1 }, 422],
    ["/_emulator/clock", {}, 422],
    ["/_emulator/clock", { advance_seconds: 1, set: "2027-01-01T00:00:00Z" }, 422],
    ["/_emulator/clock", { advance_seconds: -1 }, 422],
    ["/_emulator/clock", { set: "2020-01-01T00:00:00Z" }, 400],
    ["/_emulator/resources", { namespace: "dev", kind: "cluster", name: "x" }, 422],
    ["/_emulator/resources", { namespace: "dev", kind: "clusters", name: "product-clusters" }, 409],
    ["/_emulator/resources", { namespace: "dev", kind: "clusters", name: "x", schedule: {} }, 400],
    ["/_emulator/resources", "[]", 422],
  ])("POST %s %j responds with %d", async (path, body, status) => {
    const rig = await start();
    expect((await rig.control("POST", path, body)).status).toBe(status);
  });

  test("control calls about triggers report the missing parameter", async () => {
    const rig = await start();
    const [first] = findings(await rig.control("GET", "/_emulator/triggers"));
    expect(first?.location).toBe("query.namespace");
  });

  test("resources are added and removed; a collection added with a schedule owns a trigger", async () => {
    const rig = await start();
    const added = await rig.control("POST", "/_emulator/resources", {
      namespace: "dev",
      kind: "collections",
      name: "crawl",
      document_count: 3,
      schedule: { trigger_type: "interval", schedule_config: { interval_seconds: 3600 } },
    });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ collection_id: "col_dev_crawl", document_count: 3 });
    expect(rig.emulator.triggers("dev")[0]?.trigger_id).toBe(added.body.trigger_id);
    expect((await rig.call("GET", "/v1/collections/crawl")).body).toEqual(added.body);
    const gone = await rig.control("DELETE", "/_emulator/resources/collections/crawl?namespace=dev");
    expect(gone.status).toBe(204);
    expect((await rig.call("GET", "/v1/collections/crawl")).status).toBe(404);
    expect((await rig.control("DELETE", "/_emulator/resources/rooms/x?namespace=dev")).status).toBe(400);
  });

  test("the time is set to an instant, and the default clock can be moved ahead, too", async () => {
    const rig = await start();
    const set = await rig.control("POST", "/_emulator/clock", { set: "2026-10-06T00:00:00Z" });
    expect(set.body.now).toBe("2026-10-06T00:00:00Z");
    const real = await startEmulator();
    try {
      const before = Date.now();
      real.advance(86_400);
      const { now, manual } = (await (await fetch(`${real.url}/_emulator/clock`)).json()) as {
        now: string;
        manual: boolean;
      };
      expect(manual).toBe(false);
      // Times are written in whole seconds.
      expect(Date.parse(now)).toBeGreaterThan(before + 86_400_000 - 1_000);
      expect(Date.parse(now)).toBeLessThanOrEqual(Date.now() + 86_400_000);
    } finally {
      await real.close();
    }
  });

  test("GET /_emulator lists every call", async () => {
    const rig = await start();
    const { body } = await rig.control("GET", "/_emulator");
    expect(body.calls.map((call: { method: string; path: string }) => `${call.method} ${call.path}`)).toEqual(
      [
        "GET /_emulator/requests",
        "DELETE /_emulator/requests",
        "GET /_emulator/triggers",
        "PATCH /_emulator/triggers/:id",
        "DELETE /_emulator/triggers/:id",
        "POST /_emulator/documents",
        "POST /_emulator/drift",
        "POST /_emulator/failures",
        "POST /_emulator/run-times",
        "POST /_emulator/scheduler",
        "POST /_emulator/resources",
        "DELETE /_emulator/resources/:kind/:id",
        "GET /_emulator/clock",
        "POST /_emulator/clock",
        "GET /_emulator/faults",
        "POST /_emulator/faults",
        "DELETE /_emulator/faults",
        "DELETE /_emulator/faults/:id",
        "POST /_emulator/faults/:id/release",
        "POST /_emulator/faults/:id/drop",
        "GET /_emulator",
      ],
    );
  });
});

test("the key is in no output: responses, log, control plane, state file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-key-"));
  const stateFile = join(folder, "state.json");
  const rig = await start({ stateFile, plan: "pro" });
  const id = await create(rig);
  const answers = [
    await rig.call("GET", `/v1/triggers/${id}`),
    await rig.call("POST", `/v1/triggers/${id}/execute`),
    // The key in every place where it does not belong.
    await rig.call("GET", "/v1/triggers", undefined, { "x-namespace": KEY }),
    await rig.call("GET", `/v1/triggers/${KEY}`),
    await rig.call("GET", `/v1/clusters/${KEY}?namespace=${KEY}`),
    await rig.call("GET", `/nowhere/${KEY}`),
    await rig.call("POST", "/v1/triggers", cronBody({ [KEY]: 1, action_config: { cluster_id: KEY } })),
    await rig.control("GET", "/_emulator/requests"),
    await rig.control("GET", "/_emulator/triggers?namespace=dev"),
    await rig.control("GET", "/_emulator"),
  ];
  const output = [
    ...answers.map((answer) => answer.text + JSON.stringify([...answer.headers])),
    readFileSync(stateFile, "utf8"),
    JSON.stringify([rig.emulator.requests(), rig.emulator.triggers("dev")]),
  ].join("\n");
  rmSync(folder, { recursive: true });
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 404, 404, 404, 404, 422, 200, 200, 200]);
  expect(output).not.toContain(KEY);
  expect(output).toContain("sk_redacted");
});
