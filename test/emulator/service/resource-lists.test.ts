import { afterEach, describe, expect, test } from "@jest/globals";
import { type Answer, type Body, findings, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

const list = (rig: Rig, body?: Body, query = "", kind = "clusters"): Promise<Answer> =>
  rig.call("POST", `/v1/${kind}/list${query}`, body);

const names = ({ body }: Answer, singular = "cluster"): string[] =>
  body.results.map((result: Body) => result[singular === "alert" ? "name" : `${singular}_name`]);

/** Clusters c1 … c`count` in the namespace dev. */
const seed = (count: number) => ({
  namespaces: { dev: { clusters: Array.from({ length: count }, (_, at) => `c${at + 1}`) }, empty: {} },
});

describe("a list", () => {
  test.each([
    ["clusters", "cluster", ["product-clusters", "customer-segments"], "total_count"],
    ["collections", "collection", ["products", "reviews", "documents"], "total_count"],
    ["taxonomies", "taxonomy", ["product-categories"], "total_count"],
    ["buckets", "bucket", ["catalog", "uploads"], "total_count"],
    ["retrievers", "retriever", ["product-search"], "total"],
    ["alerts", "alert", ["low-stock"], "total_count"],
    ["namespaces", "namespace", ["dev", "staging", "prod"], "total_count"],
  ])("of %s is what GET returns for each, in order of creation", async (kind, singular, there, total) => {
    const rig = await start();
    const answer = await list(rig, {}, "", kind);
    expect(answer.status).toBe(200);
    const one = async (name: string) => (await rig.call("GET", `/v1/${kind}/${name}`)).body;
    expect(answer.body).toEqual({
      results: await Promise.all(there.map(one)),
      pagination: {
        total: null,
        page: 1,
        page_size: 10,
        total_pages: null,
        next_page: null,
        previous_page: null,
        next_cursor: null,
      },
      [total]: there.length,
    });
    expect(names(answer, singular)).toEqual(there);
    expect((await rig.call("GET", `/v1/${kind}`)).body).toEqual(answer.body);
  });

  test("by GET has its search and its paging in the query", async () => {
    const rig = await start();
    const found = async (query: string) =>
      names(await rig.call("GET", `/v1/collections?${query}`), "collection");
    expect(await found("search=R")).toEqual(["products", "reviews"]);
    expect(await found("search=r&limit=1&offset=1")).toEqual(["reviews"]);
    expect((await rig.call("GET", "/v1/collections?limit=0")).status).toBe(422);
  });

  test("of namespaces needs no namespace, and contains all of the organization", async () => {
    const rig = await start({ seed: seed(1) });
    const answer = await rig.call("POST", "/v1/namespaces/list", { search: "EMP" }, { "x-namespace": null });
    expect(names(answer, "namespace")).toEqual(["empty"]);
  });

  test("of alerts contains those of a seed, by id and name", async () => {
    const alerts = ["low-stock", { name: "dark", id: "alt_9", enabled: false }];
    const rig = await start({ seed: { namespaces: { dev: { alerts } } } });
    expect((await list(rig, {}, "", "alerts")).body.results).toMatchObject([
      { alert_id: "alt_dev_low_stock", name: "low-stock", namespace_id: "ns_dev", enabled: true },
      { alert_id: "alt_9", name: "dark", enabled: false },
    ]);
    expect((await rig.call("GET", "/v1/alerts/alt_9")).body).toEqual(
      (await rig.call("GET", "/v1/alerts/dark")).body,
    );
  });

  test("belongs to its namespace, grows, shrinks, and needs no body", async () => {
    const rig = await start({ seed: seed(2) });
    rig.emulator.addResource("dev", "clusters", { name: "a-new-one" });
    rig.emulator.removeResource("dev", "clusters", "c1");
    expect(names(await list(rig))).toEqual(["c2", "a-new-one"]);
    const empty = await rig.call("POST", "/v1/clusters/list", {}, { "x-namespace": "empty" });
    expect(empty.body).toMatchObject({ results: [], total_count: 0 });
    const missing = await rig.call("POST", "/v1/clusters/list", {}, { "x-namespace": "none" });
    expect([missing.status, missing.body.error.details.resource]).toEqual([404, "namespace"]);
    expect((await rig.call("POST", "/v1/clusters/list", {}, { authorization: null })).status).toBe(401);
  });

  test("does not exist for batches, nor with another method", async () => {
    const rig = await start();
    expect((await list(rig, {}, "", "batches")).status).toBe(404);
    const patched = await rig.call("PATCH", "/v1/clusters/list", {});
    expect([patched.status, patched.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });
});

describe("a page of a list", () => {
  test.each<[string, Body, string[], number]>([
    ["", {}, ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10"], 1],
    ["?limit=2", {}, ["c1", "c2"], 1],
    ["?limit=2&offset=10", {}, ["c11", "c12"], 6],
    ["?limit=1000&offset=0", {}, Array.from({ length: 12 }, (_, at) => `c${at + 1}`), 1],
    ["?page_size=3&page=2", {}, ["c4", "c5", "c6"], 2],
    ["?limit=1&page_size=3&offset=1&page=3", {}, ["c2"], 2],
    ["?limit=1&offset=1", { limit: 2, offset: 4 }, ["c5", "c6"], 3],
    ["?limit=1&offset=1", { page_size: 2, page: 2 }, ["c3", "c4"], 2],
    ["?limit=1&offset=1", { limit: null, offset: null }, ["c2"], 2],
    ["?offset=12", {}, [], 2],
  ])("%s with the body %j", async (query, body, expected, page) => {
    const rig = await start({ seed: seed(12) });
    const answer = await list(rig, body, query);
    expect(names(answer)).toEqual(expected);
    expect(answer.body.total_count).toBe(12);
    expect(answer.body.pagination.page).toBe(page);
  });

  test.each<[string, Body]>([
    ["?include_total=true", {}],
    ["", { include_total: true }],
  ])("has a total on request: %s %j", async (query, body) => {
    const rig = await start({ seed: seed(12) });
    const { pagination } = (await list(rig, { ...body, limit: 5 }, query)).body;
    expect(pagination).toMatchObject({ total: 12, total_pages: 3, page_size: 5 });
  });

  test.each(["cursor", "next_cursor", "after"])(
    "can be followed by %s, and both ways by its links",
    async (key) => {
      const rig = await start({ seed: seed(5) });
      const first = await list(rig, {}, "?limit=2");
      const second = await list(rig, {}, `?limit=2&${key}=${first.body.pagination.next_cursor}`);
      const third = await list(rig, {}, `?limit=2&${key}=${second.body.pagination.next_cursor}`);
      expect([first, second, third].flatMap((page) => names(page))).toEqual(["c1", "c2", "c3", "c4", "c5"]);
      expect(third.body.pagination).toMatchObject({ next_cursor: null, next_page: null, page: 3 });
      const follow = (link: string) => rig.call("POST", link, {});
      expect((await follow(first.body.pagination.next_page)).body).toEqual(second.body);
      expect((await follow(second.body.pagination.previous_page)).body).toEqual(first.body);
      expect((await follow(third.body.pagination.previous_page)).body).toEqual(second.body);
    },
  );

  test("does not accept an unknown cursor", async () => {
    const rig = await start();
    expect((await list(rig, {}, "?cursor=bm9uc2Vuc2U")).status).toBe(400);
  });
});

describe("search, sort and count", () => {
  const chosen = {
    namespaces: {
      dev: {
        retrievers: [
          { name: "Product-Search", id: "ret_1", description: null },
          { name: "reviews", id: "ret_PRODUCT" },
          { name: "faq", id: "ret_3", description: "Answers on products" },
          { name: "other", id: "ret_4" },
        ],
      },
    },
  };

  test.each<[Body, string[]]>([
    [{ search: "product" }, ["Product-Search", "reviews", "faq"]],
    [{ search: "product", case_sensitive: true }, ["faq"]],
    [{ search: "ret_4" }, ["other"]],
    [{ search: "nothing" }, []],
    [{ search: "" }, ["Product-Search", "reviews", "faq", "other"]],
    [{ filters: {} }, ["Product-Search", "reviews", "faq", "other"]],
    [{ sort: { field: "retriever_name" } }, ["Product-Search", "faq", "other", "reviews"]],
    [{ sort: { field: "retriever_name", direction: "desc" } }, ["reviews", "other", "faq", "Product-Search"]],
    [
      { sort: { field: "retriever_name" }, sorts: [{ field: "retriever_id", direction: "desc" }] },
      ["reviews", "other", "faq", "Product-Search"],
    ],
    [{ sorts: [{ field: "version", direction: "desc" }] }, ["Product-Search", "reviews", "faq", "other"]],
  ])("%j", async (body, expected) => {
    const rig = await start({ seed: chosen });
    const answer = await list(rig, body, "", "retrievers");
    expect(names(answer, "retriever")).toEqual(expected);
    expect(answer.body.total).toBe(expected.length);
  });

  test("filters are rejected, not ignored", async () => {
    const rig = await start();
    const answer = await list(rig, { filters: { cluster_name: "x" } });
    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      expect.stringContaining("does not filter"),
    ]);
  });

  test.each<[string, string, Body | string, (string | number)[], string]>([
    ["clusters", "?limit=0", {}, ["query", "limit"], "greater_than_equal"],
    ["clusters", "?limit=1001", {}, ["query", "limit"], "less_than_equal"],
    ["clusters", "?limit=ten", {}, ["query", "limit"], "int_type"],
    ["clusters", "?offset=10001", {}, ["query", "offset"], "less_than_equal"],
    ["clusters", "?include_total=maybe", {}, ["query", "include_total"], "bool_type"],
    ["clusters", "", { limit: 1001 }, ["body", "limit"], "less_than_equal"],
    ["clusters", "", { offset: 10_001 }, ["body", "offset"], "less_than_equal"],
    ["clusters", "", { page: 0 }, ["body", "page"], "greater_than_equal"],
    ["clusters", "", { search: 1 }, ["body", "search"], "string_type"],
    ["clusters", "", { sorts: [{ direction: "asc" }] }, ["body", "sorts", 0, "field"], "missing"],
    ["clusters", "", { sort: { field: "a", direction: "up" } }, ["body", "sort", "direction"], "enum"],
    ["clusters", "", { cluster_name: "x" }, ["body", "cluster_name"], "extra_forbidden"],
    ["clusters", "", { case_sensitive: true }, ["body", "case_sensitive"], "extra_forbidden"],
    ["retrievers", "", { limit: 5 }, ["body", "limit"], "extra_forbidden"],
    ["alerts", "", { sorts: [] }, ["body", "sorts"], "extra_forbidden"],
    ["namespaces", "", { include_system: true }, ["body", "include_system"], "extra_forbidden"],
    ["buckets", "", { include_system: true }, ["body", "include_system"], "extra_forbidden"],
    ["clusters", "", "[]", ["body"], "model_attributes_type"],
  ])("%s%s with %j is rejected", async (kind, query, body, loc, type) => {
    const rig = await start();
    const answer = await rig.call("POST", `/v1/${kind}/list${query}`, body);
    expect(findings(answer)).toEqual([expect.objectContaining({ location: loc.join("."), type })]);
  });

  test("a collection's list accepts its own keys", async () => {
    const rig = await start();
    const body = { include_system: true, case_sensitive: true, search: "rev" };
    expect(names(await list(rig, body, "", "collections"), "collection")).toEqual(["reviews"]);
  });

  test("unknown query parameters change nothing", async () => {
    const rig = await start();
    expect((await list(rig, {}, "?search=product&filters=x")).body.total_count).toBe(2);
  });
});
