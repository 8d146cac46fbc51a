import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../provider/api/errors/api-error";
import type { TriggersApi } from "../../provider/api/triggers";
import { failure, ok, type Reply, vendorError, wireTrigger } from "./server";
import { BODY, NAMELESS, startTriggers as start } from "./triggers-client";

describe("the endpoints", () => {
  test.each<[string, (api: TriggersApi) => Promise<unknown>, string, string, unknown, unknown]>([
    [
      "listPage",
      (api) =>
        api.listPage({
          namespace: "dev",
          offset: 5,
          limit: 10,
          sort_by: "created_at",
          direction: "asc",
          status: "paused",
          resource_id: "clust_1",
        }),
      "POST",
      "/v1/triggers/list",
      {
        offset: 5,
        limit: 10,
        sort_by: "created_at",
        direction: "asc",
        status: "paused",
        resource_id: "clust_1",
      },
      { results: [], total: 0 },
    ],
    ["get", (api) => api.get("dev", "trg/1"), "GET", "/v1/triggers/trg%2F1", undefined, wireTrigger()],
    ["create", (api) => api.create("dev", BODY), "POST", "/v1/triggers", BODY, wireTrigger()],
    [
      "patch",
      (api) => api.patch("dev", "trg_1", { description: "x" }),
      "PATCH",
      "/v1/triggers/trg_1",
      { description: "x" },
      wireTrigger(),
    ],
    [
      "pause",
      (api) => api.pause("dev", "trg_1"),
      "POST",
      "/v1/triggers/trg_1/pause",
      undefined,
      wireTrigger(),
    ],
    [
      "resume",
      (api) => api.resume("dev", "trg_1"),
      "POST",
      "/v1/triggers/trg_1/resume",
      undefined,
      wireTrigger(),
    ],
    [
      "delete",
      (api) => api.delete("dev", "trg_1"),
      "DELETE",
      "/v1/triggers/trg_1",
      undefined,
      wireTrigger({ trigger_id: "trg_1", status: "disabled" }),
    ],
    [
      "execute",
      (api) => api.execute("dev", "trg_1"),
      "POST",
      "/v1/triggers/trg_1/execute",
      undefined,
      { task_id: "task_1" },
    ],
    [
      "history",
      (api) => api.history("dev", "trg_1", { offset: 0, limit: 1000 }),
      "GET",
      "/v1/triggers/trg_1/history?offset=0&limit=1000",
      undefined,
      { trigger_id: "trg_1", executions: [], total: 0, offset: 0, limit: 1000 },
    ],
  ])("%s", async (_, call, method, url, body, answer) => {
    const { server, api } = await start([ok(answer)]);
    await call(api);
    expect(server.seen).toEqual([expect.objectContaining({ method, url, body })]);
    expect(server.seen[0]!.headers["x-namespace"]).toBe("dev");
  });

  test("history and execute return what the API says", async () => {
    const executions = [
      {
        task_id: "task_1",
        triggered_at: "2026-11-24T02:00:00",
        status: "COMPLETED",
        execution_time_ms: 12.5,
        error: null,
      },
      {
        job_id: "job_2",
        triggered_at: null,
        status: "FAILED",
        error: "boom",
        num_clusters: 3,
        num_documents: 0,
      },
    ];
    const { api } = await start([ok({ executions, total: 9 }), ok({ task_id: "task_3", status: "PENDING" })]);
    expect(await api.history("dev", "trg_1", { offset: 0, limit: 2 })).toEqual({
      executions: [
        {
          task_id: "task_1",
          triggered_at: "2026-11-24T02:00:00.000Z",
          status: "COMPLETED",
          execution_time_ms: 12.5,
        },
        { task_id: "job_2", status: "FAILED", error: "boom", num_clusters: 3, num_documents: 0 },
      ],
      total: 9,
    });
    expect(await api.execute("dev", "trg_1")).toEqual({ task_id: "task_3" });
  });

  test("execute is not retried: it would run twice", async () => {
    const { server, api } = await start([{ status: 503 }]);
    expect(await failure(api.execute("dev", "trg_1"), ApiError)).toMatchObject({ ambiguous: true });
    expect(server.seen).toHaveLength(1);
  });

  test("errors name the action and its target", async () => {
    const { api } = await start([vendorError(404, "NotFoundError", "Cluster clust_x not found")]);
    const message = async (call: Promise<unknown>) => (await failure(call, ApiError)).message;
    expect(await message(api.create("dev", BODY))).toMatch(
      /^cannot create trigger "nightly" in namespace "dev": the API rejected the request \(404 /,
    );
    expect(await message(api.create("dev", { ...NAMELESS, description: "d" }))).toMatch(
      /^cannot create trigger "d" in /,
    );
    expect(await message(api.create("dev", NAMELESS))).toMatch(/^cannot create trigger "cluster" in /);
    expect(await message(api.pause("dev", "trg_1"))).toMatch(
      /^cannot pause trigger "trg_1" in namespace "dev": /,
    );
    expect(await message(api.listPage({ namespace: "dev", offset: 0, limit: 1 }))).toMatch(
      /^cannot list triggers in namespace "dev": /,
    );
  });
});

describe("a trigger that does not exist", () => {
  test.each([
    vendorError(404, "NotFoundError", "Trigger trg_1 not found"),
    vendorError(404, "NotFoundError", "Trigger trg_1 not found in namespace dev"),
  ])("reads as undefined and counts as deleted (%#)", async (reply) => {
    const { api } = await start([reply]);
    expect(await api.get("dev", "trg_1")).toBeUndefined();
    await api.delete("dev", "trg_1");
  });

  test("is an error if the namespace is missing", async () => {
    const { api } = await start([
      vendorError(404, "NotFoundError", "Not found", { details: { resource: "namespace", id: "dev" } }),
    ]);
    expect((await failure(api.get("dev", "trg_1"), ApiError)).code).toBe("NAMESPACE_NOT_FOUND");
    expect((await failure(api.delete("dev", "trg_1"), ApiError)).code).toBe("NAMESPACE_NOT_FOUND");
  });

  test("is an error if something in between says so", async () => {
    const { api } = await start([{ status: 404, text: "<html>nginx</html>" }]);
    expect((await failure(api.get("dev", "trg_1"), ApiError)).code).toBe("NOT_THE_API");
    expect((await failure(api.delete("dev", "trg_1"), ApiError)).code).toBe("NOT_THE_API");
  });
});

describe("a delete", () => {
  const trigger = wireTrigger({ trigger_id: "trg_1" });
  test.each<[string, Reply, string | undefined]>([
    ["204", { status: 204 }, undefined],
    ["the trigger, disabled", ok({ ...trigger, status: "disabled" }), undefined],
    ["the trigger, as it was", ok(trigger), undefined],
    ["another trigger", ok({ ...trigger, trigger_id: "trg_2" }), "BAD_RESPONSE"],
    ["an empty object", ok({}), "BAD_RESPONSE"],
    ["another service's response", ok({ ok: true }), "BAD_RESPONSE"],
    ["an empty list", ok([]), "BAD_RESPONSE"],
    ["null", { text: "null", headers: { "content-type": "application/json" } }, "BAD_RESPONSE"],
    ["a page", { text: "<html>" }, "NOT_THE_API"],
  ])("with the response %s", async (_, reply, code) => {
    const { api } = await start([reply]);
    const error = await api.delete("dev", "trg_1").catch((thrown: unknown) => thrown);
    expect((error as ApiError | undefined)?.code).toBe(code);
  });
});

describe("whether the API has names", () => {
  const page: Reply = { text: "<html>" };
  test.each<[string, Reply, boolean | string]>([
    ["a list", ok({ results: [], total: 0 }), true],
    ["405", { status: 405, json: { detail: "Method Not Allowed" } }, false],
    ["404 of a router", { status: 404, json: { detail: "Not Found" } }, false],
    ["a page", page, "NOT_THE_API"],
    ["a proxy's login", { ...page, status: 403 }, "NOT_THE_API"],
    ["a redirect", { status: 302, headers: { location: "https://login.example" } }, "NOT_THE_API"],
  ])("is read from GET /v1/triggers: %s", async (_, reply, expected) => {
    const { api } = await start([reply]);
    const known = await api.hasNames("dev").catch(({ code }: ApiError) => code);
    expect(known).toBe(expected);
  });
});

describe("an unexpected response", () => {
  test.each([
    ["not an object", []],
    ["no results", { total: 0 }],
    ["results that are not a list", { results: {}, total: 0 }],
    ["no total", { results: [] }],
    ["a total that is negative", { results: [], total: -1 }],
    ["a total that is not a whole number", { results: [], total: 1.5 }],
    ["a total that is a string", { results: [], total: "0" }],
    ["a result that is not an object", { results: [null], total: 1 }],
    ["a result without an id", { results: [{ ...wireTrigger(), trigger_id: undefined }], total: 1 }],
  ])("is BAD_RESPONSE for a list: %s", async (_, answer) => {
    const { api } = await start([ok(answer)]);
    const error = await failure(api.listPage({ namespace: "dev", offset: 0, limit: 1 }), ApiError);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", ambiguous: false });
    expect(error.reason).toMatch(/^the API's response is not as documented: /);
  });

  test("is ambiguous for a create: the trigger was created in some form", async () => {
    const { server, api } = await start([{ status: 201, json: { trigger_id: "trg_1" } }]);
    expect(await failure(api.create("dev", BODY), ApiError)).toMatchObject({
      code: "BAD_RESPONSE",
      ambiguous: true,
    });
    expect(server.seen).toHaveLength(1);
  });
});
