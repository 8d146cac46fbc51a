import { afterEach, describe, expect, test } from "@jest/globals";
import { ApiError } from "../../provider/api/errors/api-error";
import { TriggerLists } from "../../provider/api/trigger-lists";
import { TriggersApi } from "../../provider/api/triggers";
import { type Emulator, startEmulator } from "../../provider/emulator";
import { clientOf, failure } from "./server";
import { BODY } from "./triggers-client";

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

describe.each(["2026-10", "0.81"] as const)("against the emulator of API %s", (version) => {
  test("a trigger goes from create to delete", async () => {
    emulator = await startEmulator({ api: version, references: "any" });
    const api = new TriggersApi(clientOf(emulator));
    const live = new TriggerLists(api);
    const snapshot = await live.snapshot("dev");
    const made = await api.create("dev", BODY);
    snapshot.put(made);
    expect(made.name).toBe(version === "0.81" ? undefined : "nightly");
    expect(api.namesSupported).toBe(version !== "0.81");
    expect((await api.pause("dev", made.trigger_id)).status).toBe("paused");
    expect((await api.resume("dev", made.trigger_id)).status).toBe("active");
    const changed = await api.patch("dev", made.trigger_id, { description: "Every night" });
    expect(changed.description).toBe("Every night");
    expect((await api.history("dev", made.trigger_id, { offset: 0, limit: 10 })).executions).toEqual([]);
    expect((await api.execute("dev", made.trigger_id)).task_id).not.toBe("");
    await api.delete("dev", made.trigger_id);
    await api.delete("dev", made.trigger_id);
    live.forget("dev");
    expect(["disabled", undefined]).toContain((await live.find("dev", made.trigger_id))?.status);
    expect(await live.find("dev", "trg_none")).toBeUndefined();
    expect((await failure(live.snapshot("no-such-namespace"), ApiError)).code).toBe("NAMESPACE_NOT_FOUND");
  });
});
