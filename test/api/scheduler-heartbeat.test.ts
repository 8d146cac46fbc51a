import { expect, test } from "@jest/globals";
import { ApiError } from "../../provider/api/errors/api-error";
import { schedulerHeartbeat } from "../../provider/api/scheduler-heartbeat";
import { isStopped } from "../../provider/core/comparison/health";
import { clientOf, failure, ok, type Reply, serving, vendorError } from "./server";

const BEAT = { beat_running: true, last_heartbeat: "2026-11-24T10:00:00", age_seconds: 12 };

test.each<[string, Reply, object | undefined, boolean | undefined]>([
  ["runs", ok(BEAT), { isRunning: true, lastHeartbeat: "2026-11-24T10:00:00.000Z", ageSeconds: 12 }, false],
  ["has stopped", ok({ ...BEAT, beat_running: false }), expect.objectContaining({ isRunning: false }), true],
  [
    "is five minutes late, whatever status it reports",
    ok({ ...BEAT, age_seconds: 301 }),
    expect.objectContaining({ ageSeconds: 301 }),
    true,
  ],
  ["is not yet late", ok({ ...BEAT, age_seconds: 300 }), expect.objectContaining({ ageSeconds: 300 }), false],
  [
    "never beat",
    ok({ beat_running: false, last_heartbeat: null, age_seconds: null }),
    { isRunning: false },
    true,
  ],
  [
    "has keys of a newer service",
    ok({ ...BEAT, plane: "a" }),
    expect.objectContaining({ isRunning: true }),
    false,
  ],
  ["is not available: a gateway", { status: 404, json: { detail: "Not Found" } }, undefined, undefined],
  ["is not available: the API", vendorError(404, "NotFoundError", "Not Found"), undefined, undefined],
  [
    "is not available: another method",
    { status: 405, json: { detail: "Method Not Allowed" } },
    undefined,
    undefined,
  ],
  [
    "is not available: a page",
    { text: "<html>", headers: { "content-type": "text/html" } },
    undefined,
    undefined,
  ],
  ["is something else", ok({ status: "ok" }), undefined, undefined],
  ["is something else: a list", ok([]), undefined, undefined],
])("the scheduler %s", async (_, reply, beat, stopped) => {
  const server = await serving([reply]);
  const found = await schedulerHeartbeat(clientOf(server), "prod");
  expect(found).toEqual(beat);
  expect(found && isStopped(found)).toBe(stopped);
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /v1/health/beat"]);
});

test.each<[string, Reply]>([
  ["FORBIDDEN", vendorError(403, "ForbiddenError", "no")],
  ["UNAVAILABLE", vendorError(503, "ServiceUnavailableError", "no")],
])("%s is an error", async (code, reply) => {
  const server = await serving([reply]);
  expect((await failure(schedulerHeartbeat(clientOf(server), "prod"), ApiError)).code).toBe(code);
});
