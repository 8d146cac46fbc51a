import { describe, expect, test } from "@jest/globals";
import { LiveSet } from "../../../provider/cli/run/live-set";
import { ok, serving } from "../../api/server";

describe("the rate that a plan's estimate uses", () => {
  test.each([
    ["is in the API's headers", { "x-ratelimit-limit": "60" }, 60],
    ["is unknown without them", {}, undefined],
  ])("%s", async (_, headers, expected) => {
    const page = ok({ results: [], total: 0 }) as object;
    const server = await serving([{ ...page, headers: { "content-type": "application/json", ...headers } }]);
    const env = { MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: server.url, MIXPEEK_NAMESPACE: "dev" };
    const live = new LiveSet({ env }, () => undefined);
    await live.live.snapshot("dev");
    expect(live.perMinute).toBe(expected);
  });
});
