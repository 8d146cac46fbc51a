import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import type { HttpClient } from "../../../provider/api/http";
import { serveLimits } from "../../../provider/api/limits/shared-limits";
import { clientOf, failure, fakeClock, GET, ok, type Reply, serving, type TestServer } from "../server";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A client that serves its limits, and others that use them. */
async function sharing(server: TestServer, clock: ReturnType<typeof fakeClock>, others = 1) {
  const waits: string[] = [];
  const first = clientOf(server, { ...clock.options, onWait: ({ reason }) => void waits.push(reason) });
  const served = await serveLimits(first.limits);
  open.push(served);
  const rest = Array.from({ length: others }, () =>
    clientOf(server, { ...fakeClock(0).options, sharedLimits: served.address }),
  );
  return { first, rest, second: rest[0]!, served, waits };
}

const answer = (response: ServerResponse): void =>
  void response.writeHead(200, { "content-type": "application/json" }).end("{}");
const refused: Reply = { status: 429, headers: { "retry-after": "30" }, json: {} };
const requests = (clients: readonly HttpClient[], each: number): Promise<unknown>[] =>
  clients.flatMap((client) => Array.from({ length: each }, () => client.request(GET)));

test("a pause that the API requests from one process applies to the other, and is reported once", async () => {
  const clock = fakeClock(0);
  const moments: number[] = [];
  const server = await serving((_, n) => {
    moments.push(clock.since());
    return n === 0 ? refused : ok({ n });
  });
  const { first, second, waits } = await sharing(server, clock);
  expect(await second.request(GET)).toEqual({ n: 1 });
  expect(await first.request(GET)).toEqual({ n: 2 });
  expect(moments).toEqual([0, 30_000, 30_000]);
  expect(waits).toEqual(["the API's rate limit is reached"]);
});

test("all processes together have no more requests in progress than one process may have", async () => {
  let [under, most] = [0, 0];
  const server = await serving(() => (_, response) => {
    under += 1;
    most = Math.max(most, under);
    setImmediate(() => {
      under -= 1;
      answer(response);
    });
  });
  const { first, rest } = await sharing(server, fakeClock(0), 3);
  await Promise.all(requests([first, ...rest], 12));
  expect(server.seen).toHaveLength(48);
  expect(most).toBeLessThanOrEqual(5);
});

test("what one process has learned about the rate limit, the other knows", async () => {
  const server = await serving([{ headers: { "x-ratelimit-limit": "60" }, json: {} }]);
  const { first, second } = await sharing(server, fakeClock(0));
  await second.request(GET);
  await second.request(GET);
  expect([first.perMinute, second.perMinute]).toEqual([60, 60]);
});

test("one retry budget: retries that one process has used are gone for the other", async () => {
  const server = await serving([{ status: 500, json: {} }]);
  const { first, second } = await sharing(server, fakeClock(0));
  const spend = async (client: HttpClient): Promise<number> => {
    const before = server.seen.length;
    await failure(client.request(GET), ApiError);
    return server.seen.length - before;
  };
  const spent: number[] = [];
  for (let run = 0; run < 12; run += 1) spent.push(await spend(run % 2 === 0 ? first : second));
  // 20 retries in total.
  expect(spent.reduce((sum, tries) => sum + tries - 1, 0)).toBe(20);
  expect(spent.slice(-2)).toEqual([1, 1]);
});

test("a process that ends during its calls releases its slots, and continues alone if the serving process ends", async () => {
  const held: ServerResponse[] = [];
  const server = await serving((_, n) => (n < 5 ? (_, response) => void held.push(response) : ok({ n })));
  const { first, second, served } = await sharing(server, fakeClock(0));
  const cut = requests([second], 5);
  while (held.length < 5) await new Promise(setImmediate);
  const last = first.request(GET);
  served.close();
  expect(await last).toEqual({ n: 5 });
  expect(await second.request(GET)).toEqual({ n: 6 });
  for (const response of held) answer(response);
  expect(await Promise.all(cut)).toHaveLength(5);
});
