import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { failure, ok, vendorError } from "../server";
import { apiOf, asking, ids, PLURALS, type Server, sent, start } from "./resource-server";

describe("concurrent lookups", () => {
  const ten = PLURALS.flatMap((plural) => [`${plural}:a`, `${plural}:b`]);

  /**
   * Rejects the first `refused` requests, holds the others until `release`, and reports after each how many it holds.
   */
  async function holding(refused: number, arrived: (held: number, release: () => Promise<void>) => void) {
    const held: (() => void)[] = [];
    const started = await start((request) => {
      if (request.url === "/probe") return ok();
      if (held.length === 0 && refused-- > 0) return vendorError(401, "UnauthorizedError", "no");
      return (_, response) => {
        const { json } = apiOf(ten)(request) as { json: unknown };
        held.push(() => response.setHeader("content-type", "application/json").end(JSON.stringify(json)));
        arrived(held.length, release);
      };
    });
    async function release() {
      // When this request gets its response, everything sent before it has arrived.
      await fetch(`${started.server.url}/probe`);
      for (const answer of held.splice(0)) answer();
    }
    return { ...started, release };
  }
  const lookUps = (server: Server) => sent(server).filter((one) => !one.endsWith("/probe"));

  test("are at most four requests", async () => {
    let left = PLURALS.length;
    let most = 0;
    const { server, api } = await holding(0, (held, release) => {
      most = Math.max(most, held);
      if (held !== Math.min(4, left)) return;
      left -= held;
      void release();
    });
    expect(ids(await api.find("dev", asking(ten.join(" "))), ten.join(" "))).not.toContain("-");
    expect([most, lookUps(server).length]).toEqual([4, PLURALS.length]);
  });

  test("none starts after one has failed", async () => {
    const { server, client, api, release } = await holding(1, () => undefined);
    expect((await failure(api.find("dev", asking(ten.join(" "))), ApiError)).code).toBe("UNAUTHORIZED");
    await release();
    const probe = { action: "read", target: "x", path: ["probe"], namespace: "dev", idempotent: true };
    for (let n = 0; n < 4; n += 1) await client.request({ ...probe, method: "GET" });
    expect(lookUps(server)).toHaveLength(4);
  });
});
