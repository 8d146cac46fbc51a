import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { clientOf, failure, fakeClock, GET, ok, serving } from "../server";

describe("the retries of a run", () => {
  test("are used up over all calls if there are only failures", async () => {
    const server = await serving(() => ({ status: 500 }));
    const client = clientOf(server, fakeClock(0).options);
    for (let call = 0; call < 30; call += 1) await failure(client.request(GET), ApiError);
    // Thirty calls, and twenty retries in total.
    expect(server.seen).toHaveLength(50);
  });

  test("are replenished by successful responses", async () => {
    let faulty = true;
    const server = await serving(() => (faulty ? { status: 500 } : ok({})));
    const client = clientOf(server, fakeClock(0).options);
    for (let call = 0; call < 10; call += 1) await failure(client.request(GET), ApiError);
    faulty = false;
    for (let call = 0; call < 10; call += 1) await client.request(GET);
    faulty = true;
    const before = server.seen.length;
    await failure(client.request(GET), ApiError);
    expect(server.seen.length - before).toBe(3);
  });
});
