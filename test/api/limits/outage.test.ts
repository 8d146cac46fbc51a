import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { longWait } from "../../../provider/api/limits/backoff";
import type { Wait } from "../../../provider/api/limits/pace";
import { CREATE, clientOf, failure, fakeClock, GET, ok, type Reply, serving, vendorError } from "../server";

const withRetryAfter = (header: string, details: object): Reply => ({
  ...vendorError(503, "WriterReadOnlyError", "x", { details }),
  headers: { "retry-after": header },
});

test("the wait in an outage doubles from two seconds to half a minute, and is never less than half of that", () => {
  const tries = [1, 2, 3, 4, 5, 6];
  expect(tries.map((n) => longWait(n, () => 1))).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(tries.map((n) => longWait(n, () => 0))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
});

describe("a call in an outage", () => {
  test.each<[string, Reply, number]>([
    ["the body", vendorError(503, "X", "x", { details: { retry_after_seconds: 7 } }), 7000],
    ["the body, as documented", vendorError(503, "X", "x", { details: { retry_after: 7 } }), 7000],
    ["header and body", withRetryAfter("9", { retry_after_seconds: 4 }), 4000],
    ["more than half a minute", withRetryAfter("120", {}), 30_000],
  ])("waits as long as a 503 requests in %s", async (_, reply, wait) => {
    const server = await serving([reply, ok()]);
    const clock = fakeClock(1);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([wait]);
  });

  test("survives a start of two and a half minutes, and reports the wait once", async () => {
    const boots = withRetryAfter("15", { retryable: true, retry_after_seconds: 15 });
    const server = await serving([...Array.from({ length: 10 }, () => boots), ok({ n: 11 })]);
    const clock = fakeClock(1);
    const waits: Wait[] = [];
    const client = clientOf(server, { ...clock.options, onWait: (wait) => waits.push(wait) });
    expect(await client.request(CREATE)).toEqual({ n: 11 });
    expect(clock.slept).toEqual(Array.from({ length: 10 }, () => 15_000));
    expect(waits).toEqual([{ seconds: 15, reason: "the API is unavailable; retrying for up to 180 s" }]);
  });

  test("is not repeated forever if a 503 requests no wait", async () => {
    const server = await serving([withRetryAfter("0", { retryable: true })]);
    const clock = fakeClock(0);
    await failure(clientOf(server, clock.options).request(GET), ApiError);
    expect(clock.slept.slice(0, 3)).toEqual([0, 2000, 4000]);
    expect(clock.since()).toBeLessThan(180_000);
  });
});

describe("the calls of a run in an outage", () => {
  test("are all given up once an outage has lasted three minutes", async () => {
    let down = true;
    const server = await serving(() => (down ? { status: 503 } : ok({})));
    const clock = fakeClock(1);
    const client = clientOf(server, clock.options);
    await failure(client.request(GET), ApiError);
    const outage = clock.since();
    expect(outage).toBeGreaterThan(120_000);
    const before = server.seen.length;
    for (let call = 0; call < 30; call += 1) await failure(client.request(GET), ApiError);
    expect(server.seen.length - before).toBeLessThan(40);
    expect(clock.since()).toBeLessThan(180_000);
    // A success ends the outage: the next one has its full time again.
    down = false;
    await client.request(GET);
    down = true;
    await failure(client.request(GET), ApiError);
    expect(clock.since()).toBeGreaterThan(2 * outage - 1);
  });

  test("are few, however many calls wait", async () => {
    const server = await serving(() => ({ status: 503 }));
    const clock = fakeClock(1);
    const client = clientOf(server, clock.options);
    const calls = Array.from({ length: 100 }, () => failure(client.request(GET), ApiError));
    await Promise.all(calls);
    // Five at a time are retried; each of the others is tried once.
    expect(server.seen.length).toBeLessThan(5 * 12 + 100);
    expect(clock.since()).toBeLessThan(240_000);
  });

  test("fail with the error that ends them", async () => {
    const server = await serving(() => ({ status: 503 }));
    const error = await failure(clientOf(server, fakeClock(1).options).request(GET), ApiError);
    expect(error.message).toMatch(/\(9 tries in 15\d s\)\. Run again later.+\[UNAVAILABLE\]\.$/);
  });
});
