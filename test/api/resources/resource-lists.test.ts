import { afterEach, describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { ResourcesApi } from "../../../provider/api/names-to-ids";
import { type Emulator, startEmulator } from "../../../provider/emulator";
import { clientOf, failure, ok, type Reply, vendorError } from "../server";
import {
  type Answers,
  apiOf,
  clusters,
  fillers,
  LIST,
  PLURALS,
  sent,
  singular,
  start,
} from "./resource-server";

describe("all names of some kinds", () => {
  const there = apiOf(["clusters:a", "clusters:b=id_b", "collections:d/e", "buckets:k"]);
  const onlyClusters = async (answers: Answers) => {
    const started = await start(answers);
    return { ...started, listed: await started.api.byId("dev", ["cluster"]) };
  };

  test("one list per kind, whatever it contains, and nothing else", async () => {
    const { server, api } = await start(there);
    const listed = await api.byId("dev", ["cluster", "collection", "taxonomy", "cluster"]);
    expect(["id_a", "id_b", "id_c"].map((id) => listed.name("cluster", id))).toEqual(["a", "b", undefined]);
    expect([listed.name("collection", "id_d/e"), listed.name("bucket", "id_k")]).toEqual(["d/e", undefined]);
    expect([[...listed.owners], [...listed.unread]]).toEqual([[], []]);
    expect(sent(server)).toEqual([LIST, "POST collections/list", "POST taxonomies/list"]);
    const { url, body, headers } = server.seen[0]!;
    expect([url, body, headers["x-namespace"]]).toEqual(["/v1/clusters/list?limit=1000&offset=0", {}, "dev"]);
  });

  test("no kind means no request", async () => {
    const { server, api } = await start(there);
    expect((await api.byId("dev", [])).name("cluster", "id_a")).toBeUndefined();
    expect(server.seen).toEqual([]);
  });

  test.each<[what: string, listed: string, names: (string | undefined)[]]>([
    ["one name, one id", "a=1 b=2", ["a", "b"]],
    ["the same resource twice", "a=1 a=1 b=2", ["a", "b"]],
    ["a name of two resources resolves to neither", "a=1 a=2", [undefined, undefined]],
    ["a name that is another resource's id may resolve to that one", "2=1 b=2", [undefined, "b"]],
    ["a name that is its own id", "1=1 b=2", ["1", "b"]],
    ["resources without a name or an id", "=1 b=", [undefined, undefined]],
  ])("%s", async (_, text, names) => {
    const { listed } = await onlyClusters(clusters(text));
    expect(["1", "2"].map((id) => listed.name("cluster", id))).toEqual(names);
    expect([...listed.unread]).toEqual([]);
  });

  test.each<[what: string, count: number, lists: number, complete: boolean]>([
    ["a page that is not full is the last", 999, 1, true],
    ["a full one may have a next", 1000, 2, true],
    ["names on the second page count", 1001, 2, true],
    ["more than the API lists: a name might belong to another resource, too", 11_000, 11, false],
  ])("pages: %s", async (_, count, lists, complete) => {
    const { server, listed } = await onlyClusters(clusters(fillers(count)));
    expect(server.seen).toHaveLength(lists);
    expect(listed.name("cluster", `id_filler-${count - 1}`)).toBe(
      complete ? `filler-${count - 1}` : undefined,
    );
    expect([...listed.unread.keys()]).toEqual(complete ? [] : ["cluster"]);
  });

  test("pages: a service that returns the same page again", async () => {
    const again: Answers = (request) =>
      clusters(fillers(1000))({ ...request, url: "/v1/clusters/list?limit=1000" });
    const { server, listed } = await onlyClusters(again);
    expect(server.seen).toHaveLength(2);
    expect([...listed.unread]).toEqual([["cluster", "the API does not list all of them"]]);
  });

  test("which trigger a collection's schedule created", async () => {
    const one = (id: string, more: object) => ({ collection_id: id, ...more });
    const schedule = { trigger_type: "interval", schedule_config: { interval_seconds: 60 } };
    const { api } = await start(() =>
      ok({
        results: [
          one("col_1", { collection_name: "docs", schedule, trigger_id: "trg_1" }),
          one("col_2", { schedule, trigger_id: "trg_2" }),
          one("col_3", { collection_name: "once", schedule: null, trigger_id: "trg_3" }),
          one("col_4", { collection_name: "soon", schedule, trigger_id: null }),
        ],
      }),
    );
    expect([...(await api.byId("dev", ["collection"])).owners]).toEqual([
      ["trg_1", "docs"],
      ["trg_2", "col_2"],
    ]);
  });

  test.each<[string, Reply]>([
    ["403", vendorError(403, "ForbiddenError", "no")],
    ["404", vendorError(404, "NotFoundError", "Not Found")],
    ["405", { status: 405 }],
    ["402", { status: 402 }],
    ["400", vendorError(400, "BadRequestError", "no")],
    ["422", { status: 422, json: { detail: "no" } }],
    ["404 of a router", { status: 404, json: { detail: "Not Found" } }],
    ["an unexpected response", ok({ clusters: [] })],
  ])("a list that is rejected (%s) gives no names, and the others do", async (_, reply) => {
    const { server, api } = await start((request) =>
      request.url.includes("clusters") ? reply : there(request),
    );
    const listed = await api.byId("dev", ["cluster", "collection"]);
    expect(listed.name("collection", "id_d/e")).toBe("d/e");
    expect(listed.name("cluster", "id_a")).toBeUndefined();
    expect([...listed.unread]).toEqual([
      ["cluster", expect.stringMatching(/^cannot list clusters in namespace "dev": .* \[[A-Z_]+\]\.$/)],
    ]);
    expect(server.seen).toHaveLength(2);
  });

  test("a partial list gives none, either", async () => {
    const { listed } = await onlyClusters((request) =>
      request.url.endsWith("offset=1000")
        ? { status: 422, json: { detail: "no" } }
        : clusters(fillers(1000))(request),
    );
    expect([listed.name("cluster", "id_filler-1"), listed.unread.size]).toEqual([undefined, 1]);
  });

  test.each<[string, Reply]>([
    ["UNAUTHORIZED", vendorError(401, "UnauthorizedError", "no")],
    ["NAMESPACE_NOT_FOUND", vendorError(404, "NotFoundError", "Namespace dev not found")],
    ["NAMESPACE_NOT_FOUND", ok({ results: [], warnings: [{ resource: "namespace", reason: "unresolved" }] })],
    ["SERVER_ERROR", { status: 500 }],
  ])("%s stops it (%#)", async (code, reply) => {
    const { api } = await start(() => reply);
    expect((await failure(api.byId("dev", ["cluster"]), ApiError)).code).toBe(code);
  });
});

describe("against the emulator", () => {
  let emulator: Emulator | undefined;
  afterEach(() => emulator?.close());

  test("every kind is listed by id, with the triggers that collections own", async () => {
    emulator = await startEmulator();
    const schedule = { trigger_type: "interval", schedule_config: { interval_seconds: 60 } };
    const own = emulator.addResource("prod", "collections", { name: "crawled", schedule });
    emulator.addResource("prod", "clusters", { name: "d/e", id: "clust_1" });
    const api = new ResourcesApi(clientOf(emulator));
    const listed = await api.byId("prod", PLURALS.map(singular));
    expect(emulator.requests()).toHaveLength(PLURALS.length);
    expect(
      (
        ["clust_1", "tax_prod_product_categories", "bkt_prod_catalog", "ret_prod_product_search"] as const
      ).map((id, at) => listed.name((["cluster", "taxonomy", "bucket", "retriever"] as const)[at]!, id)),
    ).toEqual(["d/e", "product-categories", "catalog", "product-search"]);
    expect([...listed.owners]).toEqual([[own["trigger_id"], "crawled"]]);
    expect((await failure(api.byId("nowhere", ["cluster"]), ApiError)).code).toBe("NAMESPACE_NOT_FOUND");
  });
});
