import { afterEach, expect, test } from "@jest/globals";
import { KEY, start, stopAll } from "../harness";

afterEach(stopAll);

const AT = "2026-10-05T12:00:00Z";
const RESET = Date.parse("2026-10-05T12:01:00Z");

test.each([
  ["seconds", String(RESET / 1000)],
  ["milliseconds", String(RESET)],
] as const)(
  "a key with a limit receives its limit, what is left and when it resets, in %s",
  async (unit, reset) => {
    const rig = await start({ plan: "free", rateLimitReset: unit, at: AT });
    const heard = async () => {
      const { headers, status } = await rig.call("POST", "/v1/triggers/list", {});
      const [limit, remaining, resets, window] = ["limit", "remaining", "reset", "window"].map((name) =>
        headers.get(`x-ratelimit-${name}`),
      );
      return { status, limit, remaining, resets, window };
    };
    const said = { limit: "10", resets: reset, window: "60" };
    for (let left = 9; left >= 0; left -= 1) {
      expect(await heard()).toEqual({ ...said, status: 200, remaining: String(left) });
    }
    expect(await heard()).toEqual({ ...said, status: 429, remaining: "0" });
  },
);

test("an error response contains them, too; for an unknown key, or a plan without a limit, there are none", async () => {
  const rig = await start({ plan: "free", keys: [KEY], at: AT });
  const missing = await rig.call("GET", "/v1/triggers/trg_no");
  expect([missing.status, missing.headers.get("x-ratelimit-remaining")]).toEqual([404, "9"]);
  const unknown = await rig.call("GET", "/v1/triggers/trg_no", undefined, { authorization: "Bearer sk_x" });
  expect([unknown.status, unknown.headers.get("x-ratelimit-limit")]).toEqual([401, null]);
  const free = await start();
  expect((await free.call("GET", "/v1/triggers")).headers.get("x-ratelimit-limit")).toBeNull();
});

test.each([
  [undefined, null],
  ["seconds", "1791201602"],
  ["milliseconds", "1791201602000"],
] as const)("a rate_limit fault whose reset is %s", async (reset, expected) => {
  const rig = await start({ at: AT });
  rig.emulator.faults.add({ kind: "rate_limit", seconds: 2, ...(reset ? { reset } : {}) });
  const { status, headers } = await rig.call("GET", "/v1/triggers");
  expect([status, headers.get("x-ratelimit-reset")]).toEqual([429, expected]);
});
