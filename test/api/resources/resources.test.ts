import { afterEach, describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { ResourcesApi } from "../../../provider/api/names-to-ids";
import { type Emulator, startEmulator } from "../../../provider/emulator";
import { isResourceKind, KINDS } from "../../../provider/emulator/model/kinds";
import { clientOf, failure, ok, type Reply, vendorError } from "../server";
import {
  type Answers,
  apiOf,
  asking,
  clusters,
  fillers,
  ids,
  LIST,
  PLURALS,
  type Server,
  sent,
  singular,
  start,
} from "./resource-server";

/** Reads by name (GET) and lists (POST), from two APIs. */
const split =
  (reads: Answers, lists: Answers): Answers =>
  (request) =>
    (request.method === "GET" ? reads : lists)(request);

describe("what is found, and the requests", () => {
  const there = apiOf([
    ...["clusters:a", "clusters:b", "clusters:c", "clusters:d/e", "collections:a=col_a"],
    ...["buckets:k", "buckets:l", "buckets:m", "taxonomies:t", "retrievers:r", "alerts:n", "alerts:m"],
  ]);
  const all = ["a", "b", "c", "d/e"];
  const klm = ["k", "l", "m"];

  test("a name that is another resource's id is requested: only the API knows which one it means", async () => {
    const { server, api } = await start(apiOf(["clusters:a=id_1", "clusters:id_1=id_2"]));
    expect(ids(await api.find("dev", asking("a id_1")), "a id_1")).toBe("id_1 id_2");
    expect(sent(server)).toEqual(["GET clusters/id_1", LIST]);
  });

  test.each<[asked: string, found: string, requests: string[], names?: string[]]>([
    ["", "", []],
    ["a", "id_a", ["GET clusters/a"]],
    // A reference may be an id, which a list also shows. One that is neither a name nor an id is requested.
    ["a id_b", "id_a id_b", [LIST], all],
    ["id_a id_b", "id_a id_b", [LIST], all],
    ["a id_z", "id_a -", ["GET clusters/id_z", LIST], all],
    ["d/e", "id_d/e", ["GET clusters/d%2Fe"]],
    ["a b", "id_a id_b", [LIST], all],
    ["a b c", "id_a id_b id_c", [LIST], all],
    ["a a a", "id_a id_a id_a", ["GET clusters/a"]],
    ["a a b a", "id_a id_a id_b id_a", [LIST], all],
    ["a collections:a", "id_a col_a", ["GET clusters/a", "GET collections/a"]],
    ["a buckets:k buckets:l buckets:m", "id_a id_k id_l id_m", ["GET clusters/a", "POST buckets/list"], klm],
    ["taxonomies:t retrievers:r", "id_t id_r", ["GET retrievers/r", "GET taxonomies/t"]],
    ["alerts:n", "id_n", ["GET alerts/n"]],
    ["alerts:m alerts:n", "id_m id_n", ["POST alerts/list"], ["n", "m"]],
    ["alerts:o", "-", ["GET alerts/o", "POST alerts/list"], ["n", "m"]],
    ["aa", "-", ["GET clusters/aa", LIST], all],
    ["aa a", "- id_a", ["GET clusters/aa", LIST], all],
    ["a b cc", "id_a id_b -", ["GET clusters/cc", LIST], all],
    ["a collections:z", "id_a -", ["GET clusters/a", "GET collections/z", "POST collections/list"], ["a"]],
  ])("%j", async (asked, found, requests, names = []) => {
    const { server, api } = await start(there);
    const result = await api.find("dev", asking(asked));
    expect(ids(result, asked)).toBe(found);
    expect(sent(server)).toEqual(requests);
    expect(PLURALS.flatMap((plural) => result.names(singular(plural)))).toEqual(names);
    if (asked === "") expect(ids(result, "a taxonomies:t")).toBe("- -");
  });

  test("a list is requested as documented, in the namespace", async () => {
    const { server, api } = await start(there);
    await api.find("dev", asking("a b c"));
    const { url, body, headers } = server.seen[0]!;
    expect([url, body]).toEqual(["/v1/clusters/list?limit=1000&offset=0", {}]);
    expect(headers["x-namespace"]).toBe("dev");
  });

  test("a transient failure is retried", async () => {
    const { server, api } = await start((request) =>
      server.seen.filter(({ url }) => url === request.url).length === 1 ? { status: 503 } : there(request),
    );
    expect(ids(await api.find("dev", asking("buckets:k a b c")), "buckets:k a b c")).toBe(
      "id_k id_a id_b id_c",
    );
    expect(server.seen).toHaveLength(4);
  });
});

describe("a list", () => {
  test.each<[string, Reply]>([
    ["404", vendorError(404, "NotFoundError", "Not Found")],
    ["405", { status: 405, json: { detail: "Method Not Allowed" } }],
    [
      "422",
      { status: 422, json: { detail: [{ loc: ["query", "limit"], msg: "no", type: "less_than_equal" }] } },
    ],
    [
      "422 extra",
      { status: 422, json: { detail: [{ loc: ["body", "x"], msg: "no", type: "extra_forbidden" }] } },
    ],
    ["404 of a router", { status: 404, json: { detail: "Not Found" } }],
    ["no results", ok({ clusters: [] })],
    ["results that are not resources", ok({ results: ["a"] })],
  ])("that is rejected (%s) is skipped, and requested once", async (_, reply) => {
    const { server, api } = await start(split(clusters("a b"), () => reply));
    const result = await api.find("dev", asking("a b gone"));
    expect(ids(result, "a b gone")).toBe("id_a id_b -");
    expect(sent(server)).toEqual(["GET clusters/a", "GET clusters/b", "GET clusters/gone", LIST]);
    expect(result.names("cluster")).toEqual([]);
  });

  test.each<[string, Reply]>([
    ["a web page", { text: "<html>", headers: { "content-type": "text/html" } }],
    ["a redirect", { status: 302, headers: { location: "https://login.example" } }],
    ["a proxy's login", { status: 403, text: "<html>Sign in</html>" }],
  ])("that is not the API's (%s) is an error: names would seem missing", async (_, reply) => {
    const { server, api } = await start(split(clusters("a b"), () => reply));
    expect((await failure(api.find("dev", asking("a b gone")), ApiError)).code).toBe("NOT_THE_API");
    expect(sent(server)).toEqual([LIST]);
  });

  test.each([
    ["two resources with one name", "a=id_1 a=id_2 b c"],
    ["one without an id", "a= b c"],
    ["a list without the newest resource", "b c"],
  ])("that shows %s leaves the decision to the API", async (_, listed) => {
    const { server, api } = await start(split(clusters("a=id_2"), clusters(listed)));
    expect(ids(await api.find("dev", asking("a b c")), "a b c")).toBe("id_2 id_b id_c");
    expect(sent(server)).toEqual(["GET clusters/a", LIST]);
  });

  test("may show a resource twice, or without a name", async () => {
    const { server, api } = await start(clusters("a a =id_nameless b c"));
    const result = await api.find("dev", asking("a b c"));
    expect(ids(result, "a b c")).toBe("id_a id_b id_c");
    expect(result.names("cluster")).toEqual(["a", "b", "c"]);
    expect(sent(server)).toEqual([LIST]);
  });

  test("finds a name if the API reads only by id, unless two resources have it", async () => {
    const { api } = await start(split(apiOf([]), clusters("k two=1 two=2")));
    expect(ids(await api.find("dev", asking("k two")), "k two")).toBe("id_k -");
  });
});

describe("pages of a list", () => {
  const count = (server: Server, verb: string) => sent(server).filter((one) => one.startsWith(verb)).length;
  const asked = "a b c d";
  const all = "id_a id_b id_c id_d";

  test.each<[what: string, there: string[], found: string, lists: number, reads: number]>([
    ["names on the second page are found there", [...fillers(1000), asked], all, 2, 0],
    ["one or two remaining names are requested", ["a b", ...fillers(998), "c d"], all, 1, 2],
    ["a page that is not full is the last", [...fillers(900), "a"], "id_a - - -", 1, 3],
    ["pages end at the maximum offset of the API", [...fillers(11_000), asked], all, 11, 4],
  ])("%s", async (_, there, found, lists, reads) => {
    const { server, api } = await start(clusters(there));
    expect(ids(await api.find("dev", asking(asked)), asked)).toBe(found);
    expect([count(server, "POST"), count(server, "GET")]).toEqual([lists, reads]);
  });

  test("end when a service returns the same page again", async () => {
    const same = "/v1/clusters/list?limit=1000&offset=0";
    const again: Answers = (request) => clusters(fillers(1000))({ ...request, url: same });
    const { server, api } = await start(split(clusters(asked), again));
    expect(ids(await api.find("dev", asking(asked)), asked)).toBe(all);
    expect(count(server, "POST")).toBe(2);
  });

  test("that were read count even if a later one is rejected", async () => {
    const there = clusters(["a", ...fillers(999), "b c d"]);
    const { server, api } = await start((request) =>
      request.url.endsWith("offset=1000") ? { status: 422, json: { detail: "no" } } : there(request),
    );
    expect(ids(await api.find("dev", asking(asked)), asked)).toBe(all);
    expect(sent(server)).toEqual(["GET clusters/b", "GET clusters/c", "GET clusters/d", LIST, LIST]);
  });
});

describe("failures", () => {
  const decisive: [string, Reply][] = [
    ["UNAUTHORIZED", vendorError(401, "UnauthorizedError", "no")],
    ["FORBIDDEN", vendorError(403, "ForbiddenError", "no")],
    ["NAMESPACE_NOT_FOUND", vendorError(404, "NotFoundError", "Namespace dev not found")],
  ];
  const warned = (...warnings: unknown[]) => ok({ results: [], warnings });
  const unresolved = warned("x", { resource: "namespace", reason: "unresolved", next_step: "…" });
  const none = apiOf([]);

  test.each<[string, Reply]>([
    ...decisive,
    ["SERVER_ERROR", { status: 500 }],
    ["BAD_REQUEST", vendorError(400, "BadRequestError", "no")],
    ["BAD_RESPONSE", ok({ cluster_name: "a" })],
    ["BAD_RESPONSE", ok([])],
    ["BAD_RESPONSE", { status: 204 }],
    ["NOT_THE_API", { status: 404, text: "<html>" }],
    ["NOT_THE_API", { status: 404, json: { detail: "Not Found" } }],
  ])("%s of a read by name (%#)", async (code, reply) => {
    const { api } = await start(split(() => reply, none));
    const error = await failure(api.find("dev", asking("a")), ApiError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^cannot look up cluster "a" in namespace "dev": .* \[[A-Z_]+\]\.$/);
  });

  test.each<[string, string, Reply]>([
    ...decisive.map(([code, reply]): [string, string, Reply] => [code, "a b c", reply]),
    // The list for similar names, after a name was not found.
    ...decisive.map(([code, reply]): [string, string, Reply] => [code, "a", reply]),
    ["NAMESPACE_NOT_FOUND", "a b c", unresolved],
    ["NAMESPACE_NOT_FOUND", "a", unresolved],
    ["SERVER_ERROR", "a b c", { status: 500 }],
  ])("%s of a list for %j", async (code, asked, reply) => {
    const { api } = await start(split(none, () => reply));
    const error = await failure(api.find("dev", asking(asked)), ApiError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^cannot list clusters in namespace "dev": .* \[[A-Z_]+\]\.$/);
  });

  test.each<[string, Reply]>([
    ["500", { status: 500 }],
    ["404", vendorError(404, "NotFoundError", "Not Found")],
    ["402", { status: 402 }],
    ["an unexpected response", ok([])],
    ["other warnings", warned({ resource: "namespace", reason: "x" }, { reason: "unresolved" })],
  ])("similar names are optional: %s", async (_, reply) => {
    const { api } = await start(split(clusters("b"), () => reply));
    const result = await api.find("dev", asking("a"));
    expect([ids(result, "a"), result.names("cluster")]).toEqual(["-", []]);
  });
});

describe("against the emulator", () => {
  let emulator: Emulator | undefined;
  afterEach(() => emulator?.close());

  test("every kind is found by name, few or many", async () => {
    emulator = await startEmulator();
    const kinds = PLURALS.filter(isResourceKind);
    for (const plural of kinds) emulator.addResource("prod", plural, { name: "x" });
    const api = new ResourcesApi(clientOf(emulator));
    const few = kinds.map((one) => `${one}:x`).join(" ");
    const many = `product-clusters customer-segments ${few} collections:products collections:reviews`;
    const found = kinds.map((one) => `${KINDS[one].prefix}_prod_x`).join(" ");
    for (const asked of [few, many]) {
      emulator.clearRequests();
      expect(ids(await api.find("prod", asking(asked)), few)).toBe(found);
      expect(emulator.requests()).toHaveLength(kinds.length);
    }
    const near = (await api.find("prod", asking("product-cluster"))).names("cluster");
    expect(near).toEqual(["product-clusters", "customer-segments", "x"]);
    expect((await failure(api.find("nowhere", asking("a")), ApiError)).code).toBe("NAMESPACE_NOT_FOUND");
  });
});
