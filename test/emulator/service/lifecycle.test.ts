import { afterEach, describe, expect, test } from "@jest/globals";
import { create, findings, start, stopAll } from "../harness";

afterEach(stopAll);

describe("pause, resume, delete", () => {
  test("pausing twice equals pausing once; resuming recomputes the next run from now and clears failures", async () => {
    const rig = await start();
    const id = await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 600 } });
    rig.emulator.edit("dev", id, { consecutive_failures: 3 });
    const once = await rig.call("POST", `/v1/triggers/${id}/pause`);
    rig.emulator.advance(3600);
    const twice = await rig.call("POST", `/v1/triggers/${id}/pause`);
    expect(twice.body).toEqual(once.body);
    expect(once.body).toMatchObject({ status: "paused", consecutive_failures: 3, execution_count: 0 });
    const { body } = await rig.call("POST", `/v1/triggers/${id}/resume`);
    expect(body).toMatchObject({
      status: "active",
      consecutive_failures: 0,
      next_scheduled_at: "2026-10-05T13:10:00Z",
    });
    expect((await rig.call("POST", `/v1/triggers/${id}/resume`)).body).toEqual(body);
  });

  test("a delete is soft, repeatable and final", async () => {
    const rig = await start();
    const id = await create(rig);
    const gone = await rig.call("DELETE", `/v1/triggers/${id}`);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await rig.call("DELETE", `/v1/triggers/${id}`)).status).toBe(204);
    expect((await rig.call("GET", `/v1/triggers/${id}`)).body.status).toBe("disabled");
    for (const [method, path, body] of [
      ["POST", "/pause"],
      ["POST", "/resume"],
      ["POST", "/execute"],
      ["PATCH", "", { description: "x" }],
    ] as const) {
      const refused = await rig.call(method, `/v1/triggers/${id}${path}`, body);
      expect(refused.status).toBe(400);
      expect(refused.body.error.type).toBe("BadRequestError");
    }
    rig.emulator.advance(7 * 86_400);
    expect(rig.emulator.triggers("dev")[0]).toMatchObject({ status: "disabled", execution_count: 0 });
  });

  test("if a disabled trigger can be resumed, it runs again from now; pausing, changing and executing it stay 400", async () => {
    const rig = await start({ disabledCanBeResumed: true });
    const id = await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 600 } });
    rig.emulator.edit("dev", id, { status: "disabled", consecutive_failures: 5 });
    for (const [method, path, body] of [
      ["POST", "/pause"],
      ["POST", "/execute"],
      ["PATCH", "", { status: "active" }],
    ] as const)
      expect((await rig.call(method, `/v1/triggers/${id}${path}`, body)).status).toBe(400);
    rig.emulator.advance(3600);
    expect(rig.emulator.triggers("dev")[0]).toMatchObject({ execution_count: 0 });
    expect((await rig.call("POST", `/v1/triggers/${id}/resume`)).body).toMatchObject({
      trigger_id: id,
      status: "active",
      consecutive_failures: 0,
      next_scheduled_at: "2026-10-05T13:10:00Z",
    });
    rig.emulator.advance(600);
    expect(rig.emulator.triggers("dev")[0]).toMatchObject({ execution_count: 1 });
  });

  test.each([
    ["GET", ""],
    ["PATCH", ""],
    ["DELETE", ""],
    ["POST", "/pause"],
    ["POST", "/resume"],
    ["POST", "/execute"],
    ["GET", "/history"],
  ])("%s of an unknown trigger%s is 404", async (method, path) => {
    const rig = await start();
    const { status, body } = await rig.call(
      method,
      `/v1/triggers/trg_no${path}`,
      method === "PATCH" ? {} : undefined,
    );
    expect(status).toBe(404);
    expect(body.error.message).toBe("Trigger trg_no not found");
  });
});

describe("execute and history", () => {
  test("execute runs at once, whether paused or not, and does not change the schedule", async () => {
    const rig = await start();
    const id = await create(rig, { status: "paused" });
    const { status, body } = await rig.call("POST", `/v1/triggers/${id}/execute`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      task_type: "engine_cluster_build",
      status: "PENDING",
      inputs: ["clust_dev_product_clusters"],
      error: null,
    });
    const after = (await rig.call("GET", `/v1/triggers/${id}`)).body;
    expect(after).toMatchObject({
      status: "paused",
      execution_count: 1,
      last_execution_task_id: body.task_id,
      last_execution_status: "COMPLETED",
      last_triggered_at: "2026-10-05T12:00:00Z",
      next_scheduled_at: "2026-10-06T02:00:00Z",
    });
    const history = (await rig.call("GET", `/v1/triggers/${id}/history`)).body;
    expect(history).toEqual({
      trigger_id: id,
      total: 1,
      offset: 0,
      limit: 50,
      executions: [
        {
          task_id: body.task_id,
          job_id: body.task_id,
          triggered_at: "2026-10-05T12:00:00Z",
          status: "COMPLETED",
          execution_time_ms: 800,
          error: null,
          num_clusters: 8,
          num_documents: 0,
        },
      ],
    });
  });

  test("history pages from the newest", async () => {
    const rig = await start();
    const id = await create(rig, { trigger_type: "interval", schedule_config: { interval_seconds: 60 } });
    rig.emulator.advance(300);
    const { body } = await rig.call("GET", `/v1/triggers/${id}/history?offset=1&limit=2`);
    expect(body).toMatchObject({ total: 5, offset: 1, limit: 2 });
    expect(body.executions.map((one: { triggered_at: string }) => one.triggered_at)).toEqual([
      "2026-10-05T12:04:00Z",
      "2026-10-05T12:03:00Z",
    ]);
  });

  test.each(["limit=0", "limit=1001", "offset=-1", "limit=x"])("history rejects %s", async (query) => {
    const rig = await start();
    const id = await create(rig);
    const answer = await rig.call("GET", `/v1/triggers/${id}/history?${query}`);
    expect(findings(answer)[0]?.location).toBe(`query.${query.split("=")[0]}`);
  });
});
