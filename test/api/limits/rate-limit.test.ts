import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import type { Wait } from "../../../provider/api/limits/pace";
import { retryAfter, usedUp } from "../../../provider/api/limits/retry-after-headers";
import { crowdClock } from "../crowd";
import { clientOf, failure, fakeClock, GET, ok, type Reply, serving } from "../server";

const refused = (after?: string): Reply => ({
  status: 429,
  json: { detail: "Too many requests" },
  ...(after === undefined ? {} : { headers: { "retry-after": after } }),
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 24, 10, 0, 0);
  test.each([
    ["30", 30_000],
    ["0", 0],
    [" 1.5 ", 1500],
    ["Tue, 24 Nov 2026 10:00:20 GMT", 21_000],
    ["Tue, 24 Nov 2026 09:00:00 GMT", 1000],
    ["soon", undefined],
    ["maybe 12", undefined],
    ["-5", undefined],
    ["2026-11-24T10:00:20Z", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j means %p ms", (header, milliseconds) => {
    expect(retryAfter(header, now)).toBe(milliseconds);
    expect(retryAfter(header === undefined ? undefined : [header, "99"], now)).toBe(milliseconds);
  });
});

describe("a call that gets a 429", () => {
  test("waits as long as requested, plus some jitter, and reports that once", async () => {
    const server = await serving([refused("30"), ok({ n: 2 })]);
    const clock = fakeClock(1);
    const told: Wait[] = [];
    const client = clientOf(server, { ...clock.options, onWait: (wait) => told.push(wait) });
    expect(await client.request(GET)).toEqual({ n: 2 });
    expect(clock.slept).toEqual([30_250]);
    expect(told).toEqual([{ seconds: 30, reason: "the API's rate limit is reached" }]);
  });

  test("waits until a date, plus one second", async () => {
    const server = await serving([refused("Tue, 24 Nov 2026 10:00:20 GMT"), ok()]);
    const clock = fakeClock(0);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([21_000]);
  });

  test.each([undefined, "soon"])("backs off if Retry-After is %p", async (header) => {
    const answers = [refused(header), refused(header), ok()];
    const server = await serving(({ url }) => (url === "/v1/me" ? { status: 404 } : answers.shift()!));
    const clock = fakeClock(0.5);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([1500 + 125, 3000 + 125]);
  });

  test("accepts a wait of 0 once", async () => {
    const server = await serving([refused("0"), refused("0"), ok()]);
    const clock = fakeClock(0.5);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([3000 + 125]);
  });

  test("is retried more often than after other errors, and past the total deadline", async () => {
    const server = await serving([...Array.from({ length: 9 }, () => refused("60")), ok({ n: 10 })]);
    const clock = fakeClock(0);
    expect(await clientOf(server, clock.options).request(GET)).toEqual({ n: 10 });
    expect(clock.since()).toBe(9 * 60_000);
  });

  test("is given up when the maximum wait is over", async () => {
    const server = await serving([refused("60")]);
    const clock = fakeClock(0);
    const error = await failure(
      clientOf(server, { ...clock.options, rateLimitPatience: 150_000 }).request(GET),
      ApiError,
    );
    expect(error).toMatchObject({ code: "RATE_LIMITED", status: 429, ambiguous: false });
    expect(error.reason).toBe(
      "the API's rate limit does not reset for another 60 s; a call waits at most 150 s in total",
    );
    expect(clock.since()).toBe(120_000);
    expect(server.seen).toHaveLength(3);
  });

  test("is given up at once if the requested wait exceeds the maximum, and so are later calls", async () => {
    const server = await serving([refused("86400")]);
    const clock = fakeClock(0);
    const told: Wait[] = [];
    const client = clientOf(server, { ...clock.options, onWait: (wait) => told.push(wait) });
    await failure(client.request(GET), ApiError);
    await failure(client.request(GET), ApiError);
    expect(server.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
    expect(told).toEqual([]);
  });
});

describe("parallel calls", () => {
  test("all wait for the same time instead of wasting requests", async () => {
    const clock = crowdClock();
    const server = await serving(() => (clock.since() < 30_000 ? refused("30") : ok({ done: true })));
    const told: Wait[] = [];
    const client = clientOf(server, { ...clock.options, onWait: (wait) => told.push(wait) });
    const answers = await clock.all(40, () => client.request(GET));
    expect(answers).toEqual(Array.from({ length: 40 }, () => ({ done: true })));
    expect(told).toHaveLength(1);
    // At most as many get a 429 as were in progress at once.
    expect(server.seen.length).toBeLessThanOrEqual(45);
    expect(clock.since()).toBe(30_125);
  });

  test("complete under a limit of 10 per minute with few 429s", async () => {
    const clock = crowdClock();
    let window = -1;
    let left = 0;
    let refusals = 0;
    const server = await serving(() => {
      const minute = Math.floor(clock.since() / 60_000);
      if (minute !== window) [window, left] = [minute, 10];
      if (left > 0) {
        left -= 1;
        return ok({});
      }
      refusals += 1;
      return refused(String(60 - (Math.floor(clock.since() / 1000) % 60)));
    });
    const client = clientOf(server, clock.options);
    await clock.all(200, () => client.request(GET));
    expect(clock.since()).toBeLessThan(21 * 60_000);
    expect(refusals).toBeLessThan(200);
  });

  test.each([
    ["at most five at a time", {}, 5],
    ["not more with a limit that small plans have, too", { "x-ratelimit-limit": "60" }, 5],
    ["at most ten once the service reports a large limit", { "x-ratelimit-limit": "600" }, 10],
    ["as many as are left", { "x-ratelimit-limit": "600", "x-ratelimit-remaining": "3" }, 3],
  ])("are %s", async (_, headers, expected) => {
    let most = 0;
    const held: (() => void)[] = [];
    const release = (ticks: number): void => {
      most = Math.max(most, held.length);
      // Allows one more tick, for the case that the client sends one more.
      if (ticks > 0) setImmediate(() => release(ticks - 1));
      else for (const answer of held.splice(0)) answer();
    };
    const server = await serving((_, n) => (_, response) => {
      held.push(() => {
        response.writeHead(200, { "content-type": "application/json", ...headers });
        response.end("{}");
      });
      if (n === 0) release(0);
      else if (held.length === expected) release(50);
    });
    const client = clientOf(server);
    await client.request(GET);
    await Promise.all(Array.from({ length: 60 }, () => client.request(GET)));
    expect(most).toBe(expected);
    expect(server.seen).toHaveLength(61);
  });
});

describe("what headers say about the limit", () => {
  const NOW = Date.UTC(2026, 10, 24);
  test.each([
    [{ "ratelimit-remaining": "0", "ratelimit-reset": "30" }, 30_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 20) }, 20_000],
    [{ "ratelimit-remaining": "1", "ratelimit-reset": "30" }, 0],
    [{ "ratelimit-remaining": "0" }, 0],
    [{ "ratelimit-remaining": "0", "ratelimit-reset": "soon" }, 0],
    [{ "ratelimit-remaining": "0", "ratelimit-reset": "86400" }, 120_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 - 20) }, 0],
    [{}, 0],
  ])("%j", (headers, wait) => {
    expect(usedUp(headers, NOW)).toBe(wait);
  });

  test("is obeyed, without a 429", async () => {
    const clock = crowdClock();
    let left = 3;
    let refusals = 0;
    const server = await serving(() => {
      if (clock.since() >= 60_000) left = 10;
      if (left === 0) refusals += 1;
      left = Math.max(0, left - 1);
      const headers = { "ratelimit-remaining": String(left), "ratelimit-reset": "60" };
      return { ...ok({}), headers: { "content-type": "application/json", ...headers } };
    });
    const client = clientOf(server, clock.options);
    for (let call = 0; call < 5; call += 1) await clock.all(1, () => client.request(GET));
    expect(refusals).toBe(0);
    expect(clock.since()).toBeGreaterThanOrEqual(60_000);
  });
});

test("two pipelines that share a budget of 10 per minute both finish", async () => {
  const clock = crowdClock();
  const times: number[] = [];
  const server = await serving(() => {
    const now = clock.since();
    while (times.length > 0 && times[0]! <= now - 60_000) times.shift();
    if (times.length >= 10) return refused(String(Math.ceil((times[0]! + 60_000 - now) / 1000)));
    times.push(now);
    return ok({ done: true });
  });
  const clients = [clientOf(server, clock.options), clientOf(server, clock.options)];
  const answers = await clock.all(60, (at) => clients[at % 2]!.request(GET), 2);
  expect(answers).toEqual(Array.from({ length: 60 }, () => ({ done: true })));
  expect(clock.since()).toBeLessThan(8 * 60_000);
});
