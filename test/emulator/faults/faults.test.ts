import { afterEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../provider/emulator";
import { create, cronBody, type Rig, start, stopAll } from "../harness";
import { type Heard, hear } from "../wire";

afterEach(stopAll);

const LIST = "/v1/triggers";
const count = (rig: Rig): number => rig.emulator.triggers("dev").length;
const logged = (rig: Rig) =>
  rig.emulator.requests().map(({ status, fault, handled }) => [status, fault, handled]);

/** Requests a creation with a fault. */
async function createUnder(fault: Fault, timeoutMs?: number): Promise<{ rig: Rig; heard: Heard }> {
  const rig = await start({ faults: [fault] });
  const heard = await hear(rig, "POST", LIST, cronBody(), timeoutMs === undefined ? {} : { timeoutMs });
  return { rig, heard };
}

describe("what a client receives, and whether the write happened", () => {
  test.each<[fault: Fault, heard: object, made: number, log: unknown[]]>([
    [{ kind: "reset" }, { error: "ECONNRESET" }, 0, [0, "reset", false]],
    [{ kind: "reset", at: "after" }, { error: "ECONNRESET" }, 1, [0, "reset", true]],
    [{ kind: "status", status: 500 }, { status: 500 }, 0, [500, "status", false]],
    [{ kind: "status", status: 504, at: "after" }, { status: 504 }, 1, [504, "status", true]],
    [{ kind: "html", status: 502 }, { status: 502 }, 0, [502, "html", false]],
    [{ kind: "html", at: "after" }, { status: 200 }, 1, [200, "html", true]],
    [{ kind: "rate_limit" }, { status: 429 }, 0, [429, "rate_limit", false]],
    [{ kind: "malformed" }, { status: 200 }, 1, [200, "malformed", true]],
    [{ kind: "slow", every_ms: 0 }, { status: 200 }, 1, [200, "slow", true]],
    [{ kind: "latency", ms: 1, jitter: 2 }, { status: 200 }, 1, [200, "latency", true]],
  ])("%j", async (fault, expected, made, log) => {
    const { rig, heard } = await createUnder(fault);
    expect(heard).toMatchObject(expected);
    expect(count(rig)).toBe(made);
    expect(logged(rig)).toEqual([log]);
    expect(rig.emulator.faults.list()).toMatchObject([{ id: 1, kind: fault.kind, matched: 1, injected: 1 }]);
  });

  test.each([
    ["before", 0, false],
    ["after", 1, true],
  ] as const)("silence %s handling", async (at, made, handled) => {
    const { rig, heard } = await createUnder({ kind: "silence", at }, 500);
    expect(heard).toEqual({ error: "timeout", text: "", pieces: 0 });
    expect(count(rig)).toBe(made);
    expect(logged(rig)).toEqual([[0, "silence", handled]]);
  });

  test.each([
    ["seconds", 7, "7"],
    ["seconds", 0, "0"],
    ["date", 90, "Mon, 05 Oct 2026 12:01:30 GMT"],
    ["garbage", 7, "in a while"],
    ["none", 7, undefined],
  ] as const)("a 429 with Retry-After as %s", async (retry_after, seconds, expected) => {
    const { heard } = await createUnder({ kind: "rate_limit", retry_after, seconds });
    expect(heard.headers?.["retry-after"]).toBe(expected);
    expect(JSON.parse(heard.text)).toMatchObject({ status: 429, error: { type: "TooManyRequestsError" } });
  });

  test.each([302, 307, 308] as const)("a redirect with %d", async (status) => {
    const location = "http://127.0.0.1:9/elsewhere";
    const { rig, heard } = await createUnder({ kind: "redirect", status, location });
    expect([heard.status, heard.headers?.["location"], heard.text]).toEqual([status, location, ""]);
    expect(count(rig)).toBe(0);
  });

  test("a page instead of JSON", async () => {
    const { heard } = await createUnder({ kind: "html" });
    expect(heard.headers?.["content-type"]).toBe("text/html; charset=utf-8");
    expect(heard.text).toMatch(/^<!DOCTYPE html>/);
  });

  test("a body that is shorter than its content-length", async () => {
    const { rig, heard } = await createUnder({ kind: "truncated", bytes: 10 });
    expect(heard).toMatchObject({ status: 200, error: "ECONNRESET" });
    expect(Number(heard.headers?.["content-length"]) - heard.text.length).toBe(10);
    expect(logged(rig)).toEqual([[200, "truncated", true]]);
  });

  test("a body of which nothing arrives", async () => {
    const { heard } = await createUnder({ kind: "truncated", bytes: 100_000 });
    expect(heard).toMatchObject({ status: 200, error: "ECONNRESET", text: "" });
  });

  test("a truncated body with a matching content-length", async () => {
    const { heard } = await createUnder({ kind: "truncated", content_length: "cut" });
    expect(heard.error).toBeUndefined();
    expect(Number(heard.headers?.["content-length"])).toBe(heard.text.length);
    expect(() => JSON.parse(heard.text)).toThrow();
  });

  test("a malformed body is complete, and as given", async () => {
    const made = await createUnder({ kind: "malformed" });
    expect(made.heard.error).toBeUndefined();
    expect(() => JSON.parse(made.heard.text)).toThrow();
    expect((await createUnder({ kind: "malformed", body: "null" })).heard.text).toBe("null");
  });

  test("a slow body arrives completely, in pieces", async () => {
    const { heard } = await createUnder({ kind: "slow", chunk_bytes: 100, every_ms: 3 });
    expect(JSON.parse(heard.text)).toMatchObject({ name: "nightly" });
    expect(heard.pieces).toBeGreaterThan(3);
  });

  test("clock skew shifts the Date and the service's times, but no text of users", async () => {
    const rig = await start();
    const written = { description: "2026-10-05T12:00:00Z", name: "a" };
    const id = await create(rig, written);
    const plain = (await rig.call("GET", `${LIST}/${id}`)).body;
    rig.emulator.faults.add({ kind: "clock_skew", seconds: -3600 });
    const { body, headers } = await rig.call("GET", `${LIST}/${id}`);
    expect(headers.get("date")).toBe("Mon, 05 Oct 2026 11:00:00 GMT");
    const moved = { created_at: "2026-10-05T11:00:00Z", next_scheduled_at: "2026-10-06T01:00:00Z" };
    expect(body).toEqual({ ...plain, ...moved, updated_at: "2026-10-05T11:00:00Z" });
    const { body: made } = await rig.call("POST", LIST, cronBody());
    expect(made.created_at).toMatch(/^2026-10-05T11:00:00\.\d{6}$/);
  });
});

describe("which requests a fault affects", () => {
  const status = (rig: Rig, method = "GET", path = LIST, namespace = "dev") =>
    hear(rig, method, path, undefined, { namespace }).then((heard) => heard.status);

  test.each<[selection: Partial<Fault>, struck: boolean[]]>([
    [{ operation: "list" }, [true, false, false, true]],
    [{ operation: ["get", "resource"] }, [false, true, true, false]],
    [{ method: "GET" }, [true, true, true, true]],
    [{ path: "/v1/triggers/*" }, [false, true, false, false]],
    [{ path: "/v1/**" }, [true, true, true, true]],
    [{ namespace: "prod" }, [false, false, false, true]],
    [{ namespace: "ns_dev" }, [true, true, true, false]],
    [{ operation: "list", namespace: "dev" }, [true, false, false, false]],
  ])("%j", async (selection, struck) => {
    const rig = await start({ faults: [{ kind: "status", ...selection } as Fault] });
    const asked = [
      await status(rig),
      await status(rig, "GET", `${LIST}/trg_x`),
      await status(rig, "GET", "/v1/clusters/product-clusters"),
      await status(rig, "GET", LIST, "prod"),
    ];
    expect(asked.map((one) => one === 503)).toEqual(struck);
  });

  test("a number of times, after a number of requests", async () => {
    const rig = await start({ faults: [{ kind: "status", after: 2, times: 3 }] });
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await status(rig));
    expect(answers).toEqual([200, 200, 503, 503, 503, 200, 200]);
    expect(rig.emulator.faults.list()).toMatchObject([{ matched: 7, injected: 3 }]);
  });

  test("with a probability that is repeatable with its seed", async () => {
    const run = async (seed: number): Promise<(number | undefined)[]> => {
      const rig = await start({ faults: [{ kind: "status", probability: 0.5, seed }] });
      const answers = [];
      for (let n = 0; n < 24; n += 1) answers.push(await status(rig));
      return answers;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  test("several faults in one request act in order; the first that responds ends it", async () => {
    const rig = await start({
      faults: [
        { kind: "slow", every_ms: 0 },
        { kind: "status", times: 1 },
        { kind: "latency", ms: 1 },
      ],
    });
    expect(await status(rig)).toBe(503);
    expect(await status(rig)).toBe(200);
    expect(logged(rig)).toEqual([
      [503, "status", false],
      [200, "latency+slow", true],
    ]);
  });
});

describe("together with the service's own errors", () => {
  test("a fault before handling does not count towards the rate limit, one after it does; errors stay as they are", async () => {
    const rig = await start({
      plan: "free",
      faults: [
        { kind: "status", times: 5 },
        { kind: "reset", at: "after", after: 9 },
      ],
    });
    const heard = [];
    for (let n = 0; n < 17; n += 1) heard.push((await hear(rig, "GET", LIST)).status);
    expect(heard).toEqual([...Array(5).fill(503), ...Array(9).fill(200), undefined, 429, 429]);
    expect(logged(rig).at(-1)).toEqual([429, undefined, undefined]);
  });

  test("a request without a key is rejected, whatever fault its response would get", async () => {
    const rig = await start({ faults: [{ kind: "malformed" }] });
    expect((await rig.call("GET", LIST, undefined, { authorization: null })).status).toBe(401);
    expect(rig.emulator.faults.list()).toMatchObject([{ matched: 0 }]);
  });
});

test.each([502, 504] as const)("a %i is a gateway's, before or after handling", async (status) => {
  const rig = await start();
  rig.emulator.faults.add({ kind: "status", status });
  expect(Object.keys((await rig.call("GET", "/v1/triggers")).body)).toEqual(["message"]);
});

test("a 503 before handling is the service's, which stored nothing; after it, a gateway's, which does not say", async () => {
  const rig = await start();
  const fault = { kind: "status", retryable: false, retry_after_seconds: 15, times: 1 } as const;
  rig.emulator.faults.add(fault);
  const before = await rig.call("GET", "/v1/triggers");
  expect([before.status, before.headers.get("retry-after"), before.body]).toEqual([
    503,
    "15",
    {
      success: false,
      status: 503,
      error: {
        message: expect.any(String),
        type: "WriterReadOnlyError",
        details: { retryable: false, retry_after_seconds: 15 },
      },
    },
  ]);
  rig.emulator.faults.add({ ...fault, at: "after" });
  const after = await rig.call("GET", "/v1/triggers");
  expect([after.status, after.headers.get("retry-after"), after.body]).toEqual([
    503,
    null,
    { message: "Service Unavailable" },
  ]);
});

test("an unknown fault that is removed is a rejected promise", async () => {
  const { emulator } = await start();
  const removed = emulator.faults.remove(99);
  await expect(removed).rejects.toMatchObject({ status: 404 });
});
