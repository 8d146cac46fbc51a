import { describe, expect, test } from "@jest/globals";
import { limitFromHeaders, limitFromMe } from "../../../provider/api/limits/rate-limits";
import {
  type Headers,
  headerWaits,
  resetIn,
  shortest,
} from "../../../provider/api/limits/retry-after-headers";
import { clientOf, fakeClock, GET, ok, type Reply, serving, vendorError } from "../server";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);

describe("X-RateLimit-Reset two seconds in the future", () => {
  const skewed = new Date(NOW + 3_600_000).toUTCString();
  test.each<[string, Headers, number]>([
    ["as a time in seconds", { "x-ratelimit-reset": String(NOW / 1000 + 2) }, 2000],
    ["as a time in milliseconds", { "x-ratelimit-reset": String(NOW + 2000) }, 2000],
    ["as a duration in seconds", { "x-ratelimit-reset": "2" }, 2000],
    ["as a duration in milliseconds", { "x-ratelimit-reset": "2000" }, 2000],
    ["as in the IETF draft", { "ratelimit-reset": "2" }, 2000],
    [
      "with a clock an hour ahead, in seconds",
      { "x-ratelimit-reset": String(NOW / 1000 + 3602), date: skewed },
      2000,
    ],
    [
      "with a clock an hour ahead, in milliseconds",
      { "x-ratelimit-reset": String(NOW + 3_602_000), date: skewed },
      2000,
    ],
    ["of a shorter window", { "ratelimit-reset": "60", "x-ratelimit-window": "1" }, 1000],
    ["of a shorter window in milliseconds", { "ratelimit-reset": "60", "x-ratelimit-window": "2000" }, 2000],
    ["in the past", { "x-ratelimit-reset": String(NOW / 1000 - 5) }, 0],
  ])("%s", (_, headers, wait) => {
    expect(resetIn(headers, NOW)).toBe(wait);
  });

  test("of several waits, the shortest valid one counts", () => {
    expect(headerWaits({ "retry-after": "60", "x-ratelimit-reset": String(NOW + 2000) }, NOW)).toEqual([
      60_000, 2000,
    ]);
    expect(shortest([60_000, 2000, undefined])).toBe(2000);
    expect(shortest([0, 2000])).toBe(2000);
    expect(shortest([0])).toBe(0);
    expect(shortest([undefined, Number.NaN])).toBeUndefined();
  });
});

describe("the wait after a 429", () => {
  const refused = (headers: Record<string, string>, details: object = {}): Reply => ({
    ...vendorError(429, "TooManyRequestsError", "slow down", { details }),
    headers,
  });
  test.each<[string, Reply]>([
    ["Retry-After in seconds", refused({ "retry-after": "2" })],
    ["retry_after_seconds in the body", refused({}, { retry_after_seconds: 2 })],
    ["retry_after in the body", refused({}, { retry_after: "2" })],
    [
      "a body in the older format",
      { status: 429, json: { detail: { error: { details: { retry_after_seconds: 2 } } } } },
    ],
    ["a reset in epoch seconds", refused({ "x-ratelimit-reset": String(NOW / 1000 + 2) })],
    ["a reset in epoch milliseconds", refused({ "x-ratelimit-reset": String(NOW + 2000) })],
    [
      "nothing left until a reset in milliseconds",
      refused({
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(NOW + 2000),
        "retry-after": "120",
      }),
    ],
    ["a longer wait in the body", refused({ "retry-after": "2" }, { retry_after_seconds: 120 })],
  ])("is read from %s", async (_, reply) => {
    const server = await serving([reply, ok()]);
    const clock = fakeClock(0);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([2000]);
    expect(server.seen.map(({ url }) => url)).toEqual(["/v1/x", "/v1/x"]);
  });
});

describe("the rate limit of a key", () => {
  test.each<[Headers, unknown]>([
    [{ "x-ratelimit-limit": "60" }, { perMinute: 60 }],
    [{ "x-ratelimit-limit": "10", "x-ratelimit-window": "1" }, { perMinute: 600 }],
    [{ "x-ratelimit-limit": "60", "x-ratelimit-window": "60000" }, { perMinute: 60 }],
    [{ "x-ratelimit-limit": "600", "x-ratelimit-window": "3600" }, { perMinute: 10 }],
    [
      { "x-ratelimit-limit": "60", "x-ratelimit-remaining": "7" },
      { perMinute: 60, remaining: 7 },
    ],
    [{ "x-ratelimit-remaining": "7" }, { remaining: 7 }],
    [{ "x-ratelimit-limit": "0" }, undefined],
    [{ "x-ratelimit-limit": "many" }, undefined],
    [{}, undefined],
  ])("from the headers %j", (headers, limit) => {
    expect(limitFromHeaders(headers)).toEqual(limit);
  });

  const me = (rate_limits: unknown) => ({
    organization_id: "org_1",
    account_type: "BUILD",
    key: { name: "ci" },
    rate_limits,
  });
  test.each<[string, unknown, unknown]>([
    ["configuration", me({ metadata: 30, data: 60, search: 10 }), { perMinute: 30 }],
    ["only other categories", me({ data: 60, search: 10 }), { perMinute: 10 }],
    ["none", me({}), undefined],
    ["null", me(null), undefined],
    ["a limit that is not a number", me({ metadata: "30" }), undefined],
    ["zero", me({ metadata: 0 }), undefined],
    ["another response", ["x"], undefined],
  ])("from GET /v1/me: %s", (_, answer, limit) => {
    expect(limitFromMe(answer as never)).toEqual(limit);
  });

  /** Responds with 429 twice without headers, then with the response. */
  const silent = async (answer: Reply) => {
    let refusals = 2;
    const server = await serving(({ url }) => {
      if (url === "/v1/me") return answer;
      refusals -= 1;
      return refusals < 0 ? ok() : { status: 429 };
    });
    const clock = fakeClock(0);
    const client = clientOf(server, clock.options);
    await client.request(GET);
    const before = clock.since();
    for (let call = 0; call < 10; call += 1) await client.request(GET);
    const asked = server.seen.filter(({ url }) => url === "/v1/me");
    return { asked, took: clock.since() - before, client };
  };

  test("is requested once if a 429 says nothing, and then spreads the requests", async () => {
    const { asked, took, client } = await silent(ok(me({ metadata: 30 })));
    expect(asked).toHaveLength(1);
    expect(asked[0]!.headers["authorization"]).toMatch(/^Bearer /);
    expect(client.perMinute).toBe(30);
    // Two seconds per request.
    expect(took).toBe(20_000);
  });

  test.each<[string, Reply]>([
    ["404", { status: 404, json: { detail: "Not Found" } }],
    ["401", { status: 401 }],
    ["429", { status: 429 }],
    ["a page", { text: "<html>" }],
    ["no limits", ok(me(undefined))],
    ["a lost connection", (_, __, socket) => socket.destroy()],
  ])("is not needed if the response is %s", async (_, answer) => {
    const { asked, took, client } = await silent(answer);
    expect(asked).toHaveLength(1);
    expect(client.perMinute).toBeUndefined();
    expect(took).toBe(0);
  });
});
