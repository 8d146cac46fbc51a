import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { boundedJson, weightOf } from "../../../provider/api/json/bounded-json";
import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import { asked, type Wire } from "../lists/namespace";
import { clientOf, failure, ok, type Reply, type Seen, serving, wireTrigger } from "../server";

const JSON_HEADERS = { "content-type": "application/json" };
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const LIMITS = { pages: 5, triggers: 100, bytes: 100_000 };

async function listOf(script: (request: Seen, n: number) => Reply) {
  const server = await serving(script);
  const live = new TriggerLists(new TriggersApi(clientOf(server)), [], 10, LIMITS);
  return { server, live };
}

describe("an endless list", () => {
  test.each<
    [what: string, page: (n: number) => { results: Wire[]; total: number }, requests: number, reason: string]
  >([
    [
      "in pages",
      (n) => ({ results: [wireTrigger()], total: n + 2 }),
      6,
      "the list does not end after 5 pages",
    ],
    [
      "in its total",
      () => ({ results: [wireTrigger()], total: 1e12 }),
      1,
      "the list has 1000000000000 triggers; at most 100 are read",
    ],
    [
      "in the triggers of one page",
      () => ({ results: Array.from({ length: 101 }, () => wireTrigger()), total: 5 }),
      1,
      "the list has 101 triggers; at most 100 are read",
    ],
    [
      "in bytes",
      (n) => ({ results: [wireTrigger({ description: "x".repeat(60_000) })], total: n + 2 }),
      2,
      "the list is larger than 100000 bytes",
    ],
  ])("%s ends with one error", async (_, page, requests, reason) => {
    const { server, live } = await listOf((_request, n) => ok(page(n)));
    const error = await failure(live.snapshot("dev"), ApiError);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", reason });
    expect(error.message).toContain('cannot list triggers in namespace "dev"');
    expect(server.seen).toHaveLength(requests);
  });

  test("within the limits, it is read", async () => {
    const { live } = await listOf((request) => {
      const { offset } = asked(request) as { offset: number };
      return ok({
        results: Array.from({ length: 10 }, (_, at) => wireTrigger({ trigger_id: `trg_l${offset + at}` })),
        total: 50,
      });
    });
    expect((await live.snapshot("dev")).all()).toHaveLength(50);
  });
});

describe("a response that is too deep or has too many values", () => {
  test.each<[what: string, text: string, reason: RegExp]>([
    ["deep", `{"results":${nested(100_000)},"total":0}`, /nested deeper than 100 levels/],
    ["deep and cut off", "[".repeat(100_000), /nested deeper than 100 levels/],
    ["of empty lists", `{"results":[${"[],".repeat(600_000)}[]],"total":0}`, /more than 1000000 values/],
  ])("%s ends with one error, and is not requested again", async (_, text, reason) => {
    const server = await serving([{ headers: JSON_HEADERS, text }]);
    const call = new TriggersApi(clientOf(server)).listPage({ namespace: "dev", offset: 0, limit: 10 });
    const error = await failure(call, ApiError);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", reason: expect.stringMatching(reason) });
    expect(error.reason).toContain("the API's response is not as documented");
    expect(server.seen).toHaveLength(1);
  });

  test("as an API error, too", async () => {
    const server = await serving([
      { status: 422, headers: JSON_HEADERS, text: `{"detail":${nested(100_000)}}` },
    ]);
    const call = new TriggersApi(clientOf(server)).listPage({ namespace: "dev", offset: 0, limit: 10 });
    expect(await failure(call, ApiError)).toMatchObject({ code: "VALIDATION" });
  });

  test("a create with such a response may have been handled", async () => {
    const server = await serving([{ status: 201, headers: JSON_HEADERS, text: nested(200) }]);
    const call = new TriggersApi(clientOf(server)).create("dev", { name: "a" });
    expect(await failure(call, ApiError)).toMatchObject({ code: "BAD_RESPONSE", ambiguous: true });
  });

  test.each([
    [nested(100), 100],
    [`"${"[".repeat(500)}"`, 0],
    [`["\\"${"{".repeat(500)}\\\\"]`, 1],
  ])("a response that only looks like that is read", (text) => {
    expect(boundedJson(text)).toEqual(JSON.parse(text));
  });

  test.each(["", "{", '"', '"\\', "]]]]", "<html>"])("%j is not JSON", (text) => {
    expect(boundedJson(text)).toBeUndefined();
  });

  test("a value counts at least the length of its text", () => {
    const value = { a: ["xyz", 1, null, { b: "é".repeat(100) }] };
    expect(weightOf(value)).toBeGreaterThan(JSON.stringify(value).length);
  });
});
