import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, manualClock, startEmulator } from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import { INPUTS as inputs } from "../nightly";

let emulator: Emulator;
/** A new provider process, which remembers nothing from the previous operation. */
const provider = () =>
  new TriggerProvider({ MIXPEEK_API_KEY: "sk_test", MIXPEEK_BASE_URL: emulator.url }, () => undefined);
const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && path !== "/v1/triggers/list").length;

beforeEach(async () => {
  emulator = await startEmulator({ clock: manualClock("2026-11-24T12:00:00Z") });
});
afterEach(() => emulator.close());

describe("a trigger that a killed run replaced without recording its successor", () => {
  const news = { ...inputs, action_config: { cluster_id: "clust_dev_customer_segments" } };
  const live = () => emulator.triggers("dev").filter(({ status }) => status !== "disabled");
  const replacedBy = async (status: "active" | "paused") => {
    const old = await provider().create(inputs);
    emulator.edit("dev", old.id, { name: "aside", status });
    const successor = await provider().create({ ...news, ...(status === "paused" ? { status } : {}) });
    emulator.edit("dev", old.id, { name: "nightly" });
    return { old, successor: successor.id };
  };

  test("if nothing identifies the successor, nothing is written, and the error names the command that finds it", async () => {
    await replacedBy("active");
    const before = writes();
    const { failures } = await provider().check({}, news);
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/`pulumi up --refresh`.*\[NAME_AMBIGUOUS\]/) },
    ]);
    await expect(provider().create(news)).rejects.toThrow("[NAME_AMBIGUOUS]");
    expect(writes()).toBe(before);
  });

  test.each(["active", "paused"] as const)(
    "if a refresh in the run finds it, its %s successor is adopted unchanged, and the old trigger is deleted",
    async (status) => {
      const { old, successor } = await replacedBy(status);
      const before = writes();
      const run = provider();
      expect(await run.read(old.id, { ...old.outs, __provider: "shim" })).toMatchObject({ id: old.id });
      expect(await run.check({}, news)).toMatchObject({ failures: [] });
      const { id, outs } = await run.create(news);
      expect(writes()).toBe(before);
      // The state lists the old trigger until it is gone: a run that cannot delete it leaves it to the next one.
      expect({ id, outs }).toMatchObject({ id: successor, outs: { predecessors: { [old.id]: "dev" } } });
      await run.delete(old.id, { ...old.outs, __provider: "shim" });
      expect(live()).toMatchObject([{ trigger_id: successor, status }]);
    },
  );

  test("a trigger that the state does not contain is never mistaken for it", async () => {
    const { old } = await replacedBy("active");
    const other = await provider().create({ ...inputs, name: "another" });
    const run = provider();
    await run.read(other.id, { ...other.outs, __provider: "shim" });
    const { failures } = await run.check({}, news);
    expect(failures[0]?.reason).toContain("[NAME_AMBIGUOUS]");
    await expect(run.create(news)).rejects.toThrow(old.id);
  });
});
