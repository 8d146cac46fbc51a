import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type LoggedRequest, startEmulator } from "../../../provider/emulator";
import { create, cronBody, KEY, start, stopAll } from "../harness";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(stopAll);

describe("rate limit", () => {
  test.each([
    ["free", 10],
    ["pro", 60],
  ] as const)("%s: %d requests in any minute, then 429 with Retry-After", async (plan, limit) => {
    const rig = await start({ plan });
    for (let n = 1; n <= limit; n += 1) {
      expect((await rig.call("GET", "/v1/triggers")).status).toBe(200);
      if (n === 1) rig.emulator.advance(20);
    }
    const refused = await rig.call("GET", "/v1/triggers");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("40");
    expect(refused.body).toMatchObject({
      success: false,
      status: 429,
      error: { type: "TooManyRequestsError" },
    });
    expect(rig.emulator.requests().at(-1)).toMatchObject({ n: limit + 1, status: 429 });

    rig.emulator.advance(39.999);
    expect((await rig.call("GET", "/v1/triggers")).headers.get("retry-after")).toBe("1");
    rig.emulator.advance(0.001);
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(200);
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(429);
  });

  test("is per key, and neither control calls nor rejected keys count", async () => {
    const rig = await start({ plan: "free" });
    for (let n = 0; n < 10; n += 1) await rig.call("GET", "/v1/triggers");
    for (let n = 0; n < 20; n += 1) expect((await rig.control("GET", "/_emulator")).status).toBe(200);
    expect((await rig.call("GET", "/v1/triggers", undefined, { authorization: null })).status).toBe(401);
    expect(
      (await rig.call("GET", "/v1/triggers", undefined, { authorization: "Bearer sk_other" })).status,
    ).toBe(200);
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(429);
  });
});

describe("state file", () => {
  test("a restart keeps ids, history, resources, failures, drift and the time", async () => {
    const stateFile = join(folder, "deep", "state.json");
    const first = await start({ stateFile });
    const id = await create(first, { trigger_type: "interval", schedule_config: { interval_seconds: 60 } });
    first.emulator.failRuns("dev", "nightly", "boom", 2);
    first.emulator.addResource("dev", "clusters", { name: "new-clusters" });
    first.emulator.advance(90);
    const before = {
      trigger: (await first.call("GET", `/v1/triggers/${id}`)).body,
      history: (await first.call("GET", `/v1/triggers/${id}/history`)).body,
    };
    await first.emulator.close();
    expect(readdirSync(join(folder, "deep"))).toEqual(["state.json"]);

    const second = await start({ stateFile, seed: { namespaces: { other: {} } } });
    expect((await second.call("GET", `/v1/triggers/${id}`)).body).toEqual(before.trigger);
    expect((await second.call("GET", `/v1/triggers/${id}/history`)).body).toEqual(before.history);
    expect((await second.call("GET", "/v1/clusters/new-clusters")).body.cluster_id).toBe(
      "clust_dev_new_clusters",
    );
    second.emulator.advance(90);
    expect(second.emulator.triggers("dev")[0]).toMatchObject({
      last_triggered_at: "2026-10-05T12:03:00Z",
      execution_count: 1,
      consecutive_failures: 0,
    });
    expect(readFileSync(stateFile, "utf8")).not.toContain(KEY);
  });

  test("a collection's own trigger is created once, not at every restart", async () => {
    const stateFile = join(folder, "owned.json");
    const seed = `
namespaces:
  dev:
    collections:
      - name: products
        schedule: { trigger_type: cron, schedule_config: { cron_expression: "0 3 * * *" } }
`;
    const ids = async (): Promise<string[]> => {
      const rig = await start({ stateFile, seed });
      const found = rig.emulator.triggers("dev").map((one) => one.trigger_id);
      await rig.emulator.close();
      return found;
    };
    const once = await ids();
    expect(once).toHaveLength(1);
    expect(await ids()).toEqual(once);
  });

  test.each(["{", "[]", '{"format":0,"state":{}}'])(
    "a file with other content (%s) is rejected and not changed",
    async (content) => {
      const stateFile = join(folder, "foreign.json");
      writeFileSync(stateFile, content);
      await expect(startEmulator({ stateFile })).rejects.toMatchObject({
        code: "STATE_INVALID",
        message: expect.stringMatching(
          /state file .*foreign\.json .*\. Remove it to start from the seed, or use another file \[STATE_INVALID\]\.$/s,
        ),
      });
      expect(readFileSync(stateFile, "utf8")).toBe(content);
    },
  );
});

describe("resources", () => {
  test.each([
    ["clusters", "product-clusters", "clust_dev_product_clusters", "cluster"],
    ["clusters", "customer-segments", "clust_dev_customer_segments", "cluster"],
    ["collections", "documents", "col_dev_documents", "collection"],
    ["taxonomies", "product-categories", "tax_dev_product_categories", "taxonomy"],
    ["buckets", "uploads", "bkt_dev_uploads", "bucket"],
    ["retrievers", "product-search", "ret_dev_product_search", "retriever"],
    ["namespaces", "dev", "ns_dev", "namespace"],
  ])("%s/%s is %s", async (kind, name, id, singular) => {
    const rig = await start();
    const byName = await rig.call("GET", `/v1/${kind}/${name}`);
    expect(byName.status).toBe(200);
    expect(byName.body).toMatchObject({ [`${singular}_id`]: id, [`${singular}_name`]: name });
    expect((await rig.call("GET", `/v1/${kind}/${id}`)).body).toEqual(byName.body);
    const missing = await rig.call("GET", `/v1/${kind}/nothing`);
    expect([missing.status, missing.body.error.type]).toEqual([404, "NotFoundError"]);
  });

  test("one name has different ids in different namespaces", async () => {
    const rig = await start();
    const prod = await rig.call("GET", "/v1/clusters/product-clusters", undefined, { "x-namespace": "prod" });
    expect(prod.body.cluster_id).toBe("clust_prod_product_clusters");
    const foreign = await rig.call("GET", "/v1/clusters/clust_prod_product_clusters");
    expect(foreign.status).toBe(404);
  });

  test("a namespace is found without a namespace header", async () => {
    const rig = await start();
    expect((await rig.call("GET", "/v1/namespaces/prod", undefined, { "x-namespace": null })).status).toBe(
      200,
    );
  });
});

describe("seed", () => {
  const text = `
namespaces:
  live:
    id: ns_7f
    clusters: [Product Groups, { name: other, id: clust_9 }]
    collections:
      - name: docs
        document_count: 12
        schedule:
          trigger_type: cron
          schedule_config: { cron_expression: "0 3 * * *" }
          description: Re-crawl
`;

  test("text, file and object are read alike; a collection owns its trigger", async () => {
    const path = join(folder, "seed.yaml");
    writeFileSync(path, text);
    for (const seed of [text, path]) {
      const rig = await start({ seed });
      const live = { "x-namespace": "ns_7f" };
      const docs = (await rig.call("GET", "/v1/collections/docs", undefined, live)).body;
      expect(docs).toMatchObject({ collection_id: "col_live_docs", document_count: 12 });
      const trigger = (await rig.call("GET", `/v1/triggers/${docs.trigger_id}`, undefined, live)).body;
      expect(trigger).toMatchObject({
        action_type: "collection_trigger",
        action_config: { collection_id: "col_live_docs" },
        trigger_type: "cron",
        description: "Re-crawl",
        name: null,
      });
      const groups = await rig.call("GET", "/v1/clusters/Product%20Groups", undefined, live);
      expect(groups.body.cluster_id).toBe("clust_live_product_groups");
      expect((await rig.call("GET", "/v1/clusters/other", undefined, live)).body.cluster_id).toBe("clust_9");
    }
    const rig = await start({ seed: { namespaces: { live: null } } });
    expect((await rig.call("GET", "/v1/namespaces/live")).body.namespace_id).toBe("ns_live");
  });

  test.each([
    ["namespaces: [a]", "the seed: namespaces: expected a map"],
    ["spaces: {}", 'the seed: unknown key "spaces"; accepted keys: namespaces'],
    ["namespaces: { a: { cluster: [x] } }", 'the seed: namespaces.a: unknown key "cluster"'],
    ["namespaces: { a: { clusters: x } }", "the seed: namespaces.a.clusters: expected a list"],
    [
      "namespaces: { a: { clusters: [{ id: x }] } }",
      "the seed: namespaces.a.clusters[0]: a resource needs a name",
    ],
    [
      "namespaces: { a: { clusters: [x, x] } }",
      'the seed: namespaces.a.clusters: id "clust_a_x" is a duplicate',
    ],
    ["namespaces: { a: { clusters: [{ name: x, schedule: {} }] } }", "only a collection has a schedule"],
    [
      "namespaces: { a: { collections: [{ name: x, schedule: { trigger_type: event } }] } }",
      "trigger_type of a collection's schedule is cron or interval",
    ],
    [
      "namespaces: { a: { collections: [{ name: x, schedule: { trigger_type: interval, schedule_config: {} } }] } }",
      "schedule.schedule_config.interval_seconds: Field required",
    ],
    ["no-such-file.yaml", "there is no file"],
    ["namespaces: {", "seed: Flow map"],
  ])("%s is rejected: %s", async (seed, message) => {
    await expect(startEmulator({ seed })).rejects.toThrow(message);
  });
});

describe("api 0.81", () => {
  test("has no names, no newer actions, no GET list, no newer trigger keys", async () => {
    const rig = await start({ api: "0.81" });
    const named = await rig.call("POST", "/v1/triggers", cronBody());
    expect(named.status).toBe(422);
    expect(named.body.detail[0]).toMatchObject({ loc: ["body", "name"], type: "extra_forbidden" });
    expect(named.body.detail[0].msg).not.toMatch(/keys:.*\bname\b/);

    const { name: _name, ...body } = cronBody();
    const made = await rig.call("POST", "/v1/triggers", body);
    expect(made.status).toBe(201);
    for (const key of ["name", "is_overdue", "last_volume_measurement"])
      expect(made.body).not.toHaveProperty(key);
    expect(made.body.action_config).toEqual({ cluster_id: "clust_dev_product_clusters" });
    expect(made.body.schedule_config.timezone).toBe("UTC");

    for (const action_type of ["retriever_execution", "alert_evaluation"]) {
      const newer = await rig.call("POST", "/v1/triggers", { ...body, action_type });
      expect(newer.body.detail[0]).toMatchObject({ loc: ["body", "action_type"], type: "enum" });
    }
    const patched = await rig.call("PATCH", `/v1/triggers/${made.body.trigger_id}`, { name: "x" });
    expect(patched.body.detail[0].type).toBe("extra_forbidden");
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(405);
    expect((await rig.call("POST", "/v1/triggers/list", { sort_by: "name" })).status).toBe(422);
    expect((await rig.call("POST", "/v1/triggers/list", {})).body.total).toBe(1);
  });

  test("action_config is free except for the ids", async () => {
    const rig = await start({ api: "0.81" });
    const { name: _name, ...body } = cronBody({
      action_config: { cluster_id: "clust_dev_product_clusters", mode: 3 },
    });
    expect((await rig.call("POST", "/v1/triggers", body)).status).toBe(201);
    const idless = await rig.call("POST", "/v1/triggers", { ...body, action_config: {} });
    expect(idless.body.detail[0]).toMatchObject({
      loc: ["body", "action_config", "cluster_id"],
      type: "missing",
    });
  });
});

describe("the surrounding process", () => {
  test("onRequest is called for each API request", async () => {
    const heard: LoggedRequest[] = [];
    const rig = await start({ onRequest: (request) => heard.push(request) });
    await rig.call("GET", "/v1/triggers?limit=5");
    await rig.control("GET", "/_emulator/requests");
    expect(heard).toEqual([
      {
        n: 1,
        at: "2026-10-05T12:00:00Z",
        method: "GET",
        path: "/v1/triggers",
        namespace: "dev",
        status: 200,
      },
    ]);
  });

  test("latency delays the API, not the control plane", async () => {
    const rig = await start({ latencyMs: 50 });
    const slow = rig.call("GET", "/v1/triggers");
    expect((await rig.control("GET", "/_emulator/requests")).body.count).toBe(0);
    const from = performance.now();
    await slow;
    await rig.call("GET", "/v1/triggers");
    expect(performance.now() - from).toBeGreaterThan(45);
  });

  test("a port in use is an error, and close ends open connections, even if called twice", async () => {
    const rig = await start();
    await rig.call("GET", "/v1/triggers");
    await expect(startEmulator({ port: rig.emulator.port })).rejects.toThrow("EADDRINUSE");
    await rig.emulator.close();
    await rig.emulator.close();
    await expect(rig.call("GET", "/v1/triggers")).rejects.toThrow();
  });
});
