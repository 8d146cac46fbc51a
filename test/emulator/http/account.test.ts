import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { create, findings, KEY, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

const types = (body: { results: { event_type: string }[] }): string[] =>
  body.results.map((one) => one.event_type.replace("trigger.", ""));

describe("the current user", () => {
  test.each([
    ["free", "FREE", 10],
    ["pro", "PRO", 60],
    ["none", "ENTERPRISE", undefined],
  ] as const)("of plan %s: tier %s, %p requests per minute in each category", async (plan, tier, limit) => {
    const rig = await start({ plan });
    const { status, body } = await rig.call("GET", "/v1/me", undefined, { "x-namespace": null });
    expect([status, body.account_type, JSON.stringify(body).includes(KEY)]).toEqual([200, tier, false]);
    const categories = ["metadata", "data", "search", "upload", "compute"];
    expect(body.rate_limits).toEqual(
      limit === undefined ? null : Object.fromEntries(categories.map((one) => [one, limit])),
    );
  });

  test("needs a key", async () => {
    const rig = await start();
    expect((await rig.call("GET", "/v1/me", undefined, { authorization: null })).status).toBe(401);
  });
});

describe("a task", () => {
  test("can be polled until its execution ends", async () => {
    const rig = await start();
    const id = await create(rig);
    const started = (await rig.call("POST", `/v1/triggers/${id}/execute`)).body;
    const { status, body } = await rig.call("GET", `/v1/tasks/${started.task_id}`);
    expect([status, started.status]).toEqual([200, "PENDING"]);
    expect(body).toEqual({
      ...started,
      status: "COMPLETED",
      outputs: [{ num_clusters: 8, num_documents: 0 }],
    });
  });

  test("contains the error of a run that failed", async () => {
    const rig = await start();
    const id = await create(rig);
    rig.emulator.failRuns("dev", "nightly", "out of memory", 1);
    const started = (await rig.call("POST", `/v1/triggers/${id}/execute`)).body;
    const { body } = await rig.call("GET", `/v1/tasks/${started.task_id}`);
    expect(body).toMatchObject({ status: "FAILED", outputs: null, error: "out of memory" });
  });

  test("that does not exist is 404", async () => {
    const rig = await start();
    const { status, body } = await rig.call("GET", "/v1/tasks/no");
    expect([status, body.error.details]).toEqual([404, { resource: "task", id: "no" }]);
  });
});

describe("the change feed", () => {
  const events = async (rig: Rig, query = "", headers: Record<string, string | null> = {}) =>
    (await rig.call("GET", `/v1/events${query}`, undefined, headers)).body;

  test("says what happened, in order, and who did it", async () => {
    const rig = await start();
    const id = await create(rig);
    const url = `/v1/triggers/${id}`;
    await rig.call("PATCH", url, { description: "x" });
    await rig.call("PATCH", url, { status: "paused" });
    await rig.call("POST", `${url}/resume`);
    await rig.call("POST", `${url}/pause`);
    rig.emulator.edit("dev", id, { status: "active" });
    rig.emulator.edit("dev", id, { schedule_config: { cron_expression: "0 5 * * *" } });
    await rig.call("POST", `${url}/execute`);
    rig.emulator.failRuns("dev", id, "boom", 1);
    rig.emulator.advance(86_400);
    rig.emulator.remove("dev", id);
    const { results, has_more } = await events(rig);
    expect(has_more).toBe(false);
    expect(
      results.map((one: Record<string, Record<string, string>>) => [
        one["event_type"],
        one["payload"]?.["actor_id"],
      ]),
    ).toEqual([
      ["trigger.created", "usr_emulator"],
      ["trigger.updated", "usr_emulator"],
      ["trigger.paused", "usr_emulator"],
      ["trigger.resumed", "usr_emulator"],
      ["trigger.paused", "usr_emulator"],
      ["trigger.resumed", "usr_console"],
      ["trigger.updated", "usr_console"],
      ["trigger.fired", "usr_emulator"],
      ["trigger.execution.completed", "system"],
      ["trigger.fired", "system"],
      ["trigger.execution.failed", "system"],
      ["trigger.deleted", "usr_console"],
    ]);
    expect(results[0]).toEqual({
      seq: 1,
      cursor: expect.any(String),
      namespace_id: "ns_dev",
      event_type: "trigger.created",
      resource_type: "trigger",
      operation: "insert",
      payload: expect.objectContaining({ trigger_id: id, name: "nightly", status: "active" }),
      trace_id: null,
      created_at: "2026-10-05T12:00:00Z",
    });
  });

  test("contains nothing if nothing changed", async () => {
    const rig = await start();
    const url = `/v1/triggers/${await create(rig)}`;
    await rig.call("PATCH", url, {});
    await rig.call("POST", `${url}/resume`);
    await rig.call("PATCH", url, { colour: 1 });
    await rig.call("DELETE", url);
    await rig.call("DELETE", url);
    await rig.call("POST", `${url}/pause`);
    expect(types(await events(rig))).toEqual(["created", "deleted"]);
  });

  test.each([
    ["?event_type=trigger.created", ["created", "created"]],
    ["?event_type=trigger.*", ["created", "created", "paused"]],
    ["?event_type=trigger.execution.*", []],
    ["?namespace_id=dev", ["created", "paused"]],
    ["?namespace_id=ns_prod", ["created"]],
    ["?limit=2", ["created", "created"]],
    ["?page_size=1", ["created"]],
  ])("responds to %s", async (query, expected) => {
    const rig = await start();
    const id = await create(rig);
    const prod = { action_config: { cluster_id: "clust_prod_product_clusters" } };
    const made = await rig.call("POST", "/v1/triggers", { ...(await body(rig, id)), ...prod }, PROD);
    expect(made.status).toBe(200);
    await rig.call("POST", `/v1/triggers/${id}/pause`);
    expect(types(await events(rig, query, { "x-namespace": null }))).toEqual(expected);
  });
  const PROD = { "x-namespace": "prod" };
  const body = async (rig: Rig, id: string) => {
    const { action_type, trigger_type, schedule_config } = (await rig.call("GET", `/v1/triggers/${id}`)).body;
    return { action_type, trigger_type, schedule_config };
  };

  test("continues after a cursor, and forgets after 90 days", async () => {
    const rig = await start();
    const first = await create(rig, { trigger_type: "event", schedule_config: EVENT });
    const page = await events(rig, "?limit=1");
    expect([types(page), page.has_more]).toEqual([["created"], false]);
    rig.emulator.advance(89 * 86_400);
    await rig.call("POST", `/v1/triggers/${first}/pause`);
    expect(types(await events(rig))).toEqual(["created", "paused"]);
    expect(types(await events(rig, `?after=${page.next_cursor}`))).toEqual(["paused"]);
    rig.emulator.advance(2 * 86_400);
    expect(types(await events(rig))).toEqual(["paused"]);
  });
  const EVENT = { event_type: "documents_added", event_threshold: 5 };

  test.each([
    ["?limit=0", 422],
    ["?event_type=trigger.exploded", 422],
    ["?cursor=zz", 400],
    ["?namespace_id=nowhere", 404],
    ["?namespace_id=prod", 400],
  ])("rejects %s with %i", async (query, status) => {
    const rig = await start();
    const answer = await rig.call("GET", `/v1/events${query}`);
    expect(answer.status).toBe(status);
    if (status === 422) expect(findings(answer)[0]?.location).toMatch(/^query\./);
  });
});

test("a state file keeps the feed; a file in the previous format can be read, and has no feed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-feed-"));
  try {
    const stateFile = join(folder, "state.json");
    const first = await start({ stateFile });
    await create(first);
    const feed = (await first.call("GET", "/v1/events")).body;
    await first.emulator.close();
    const second = await start({ stateFile });
    expect((await second.call("GET", "/v1/events")).body).toEqual(feed);
    await second.emulator.close();

    const { state, ...saved } = JSON.parse(readFileSync(stateFile, "utf8"));
    for (const key of ["events", "lastEvent"]) delete state[key];
    for (const { resources } of state.namespaces) delete resources.alerts;
    writeFileSync(stateFile, JSON.stringify({ ...saved, format: 1, state }));
    const third = await start({ stateFile });
    expect(third.emulator.triggers("dev")).toHaveLength(1);
    expect((await third.call("GET", "/v1/events")).body.results).toEqual([]);
    expect((await third.call("POST", "/v1/alerts/list", {})).body.results).toEqual([]);
    await third.call("POST", `/v1/triggers/${third.emulator.triggers("dev")[0]?.trigger_id}/pause`);
    expect(types((await third.call("GET", "/v1/events")).body)).toEqual(["paused"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("the scheduler's health", () => {
  test("beats each minute, and can be read without a key", async () => {
    const rig = await start({ at: "2026-10-05T12:00:30Z" });
    const { body } = await rig.call("GET", "/v1/health/beat", undefined, { authorization: null });
    expect(body).toEqual({ beat_running: true, last_heartbeat: "2026-10-05T12:00:00Z", age_seconds: 30 });
  });

  test("if stopped, it is stale after five minutes and triggers become overdue; when started again, it fires what is due", async () => {
    const rig = await start();
    const id = await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 60 } });
    const runs = async () => (await rig.call("GET", `/v1/triggers/${id}`)).body;
    const beat = async () => (await rig.call("GET", "/v1/health/beat")).body;
    expect((await rig.control("POST", "/_emulator/scheduler", { running: false })).status).toBe(204);
    rig.emulator.advance(300);
    expect([await beat(), await runs()]).toMatchObject([
      { beat_running: true, age_seconds: 300 },
      { execution_count: 0, is_overdue: true },
    ]);
    rig.emulator.advance(1);
    expect((await beat()).beat_running).toBe(false);
    rig.emulator.setScheduler(true);
    expect([await beat(), await runs()]).toMatchObject([
      { beat_running: true },
      { execution_count: 1, is_overdue: false },
    ]);
  });
});

test.each([
  ["GET", "/v1/me", 404],
  ["GET", "/v1/tasks/x", 404],
  ["GET", "/v1/events", 404],
  ["GET", "/v1/health/beat", 404],
  ["GET", "/v1/alerts/low-stock", 404],
  ["POST", "/v1/alerts/list", 404],
  ["POST", "/v1/namespaces/list", 405],
  ["GET", "/v1/clusters", 404],
])("0.81 has no %s %s", async (method, path, status) => {
  const rig = await start({ api: "0.81" });
  const answer = await rig.call(method, path);
  expect([answer.status, Object.keys(answer.body)]).toEqual([status, ["detail"]]);
  const newer = await start();
  expect(Object.keys((await newer.call(method, path)).body)).not.toEqual(["detail"]);
});
