import { describe, expect, test } from "@jest/globals";
import { TriggerLists } from "../provider/api/trigger-lists";
import { TriggersApi } from "../provider/api/triggers";
import { applyCalls } from "../provider/apply";
import { createBody } from "../provider/core/diff/request-body";
import { clientOf, fakeClock, ok, type Reply, serving, vendorError, wireTrigger } from "./api/server";
import { DESIRED } from "./api/triggers-client";

const GATEWAY: Reply = { status: 503, text: "no healthy upstream", headers: { "retry-after": "15" } };
const WRITER: Reply = {
  ...vendorError(503, "WriterReadOnlyError", "nothing was stored", { details: { retryable: true } }),
  headers: { "retry-after": "15" },
};

/** A service that rejects creates for a while. `stores`: it stores the first of them nevertheless. */
async function create(refusal: Reply, { refusals, stores }: { refusals: number; stores: boolean }) {
  const live: object[] = [];
  let posts = 0;
  const server = await serving(({ url, method }) => {
    if (url === "/v1/triggers/list") return ok({ results: live, total: live.length });
    if (method !== "POST") return { status: 404 };
    posts += 1;
    const isRefused = posts <= refusals;
    const trigger = wireTrigger(DESIRED);
    if (!isRefused || (stores && posts === 1)) live.push(trigger);
    return isRefused ? refusal : ok(trigger);
  });
  const clock = fakeClock(1);
  const api = new TriggersApi(clientOf(server, clock.options));
  const target = { api, live: new TriggerLists(api), namespace: "dev", desired: DESIRED };
  const made = applyCalls(target, [{ op: "create", body: createBody(DESIRED) }]);
  const outcome = await made.then(
    ({ trigger_id }) => trigger_id,
    ({ code }: { code: string }) => code,
  );
  return { outcome, posts, lists: server.seen.length - posts, live, took: clock.since() };
}

describe("a create while the service starts for two minutes", () => {
  test("is sent again without a check if the API says that it stored nothing", async () => {
    const { posts, lists, live, took } = await create(WRITER, { refusals: 8, stores: false });
    expect([posts, lists, live.length, took]).toEqual([9, 1, 1, 120_000]);
  });

  test("is sent again after a check if the response is a gateway's", async () => {
    const { posts, lists, live, took } = await create(GATEWAY, { refusals: 8, stores: false });
    expect([posts, live.length, took]).toEqual([9, 1, 120_000]);
    // One at the start, three after each rejection.
    expect(lists).toBe(25);
  });

  test("is not sent again if a gateway rejected it but it was stored", async () => {
    const { outcome, posts, live } = await create(GATEWAY, { refusals: 8, stores: true });
    expect([posts, live]).toEqual([1, [expect.objectContaining({ trigger_id: outcome })]]);
  });

  test("is given up after three minutes", async () => {
    const { outcome, live, took } = await create(GATEWAY, { refusals: 99, stores: false });
    expect([outcome, live]).toEqual(["UNAVAILABLE", []]);
    expect(took).toBeLessThanOrEqual(180_000);
  });

  test("is checked, and not sent again, if the response says not to retry", async () => {
    const final = vendorError(503, "WriterReadOnlyError", "no", { details: { retryable: false } });
    const stored = await create(final, { refusals: 9, stores: true });
    expect([stored.posts, stored.live]).toEqual([
      1,
      [expect.objectContaining({ trigger_id: stored.outcome })],
    ]);
    const lost = await create(final, { refusals: 9, stores: false });
    expect([lost.outcome, lost.posts]).toEqual(["UNAVAILABLE", 1]);
  });
});
