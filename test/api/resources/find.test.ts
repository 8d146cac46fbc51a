import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { liveFrom } from "../../../provider/api/json/wire";
import { apiOf, living, many } from "../lists/namespace";
import { failure, vendorError, wireTrigger } from "../server";

describe("find", () => {
  test("requests a trigger that the list hides once, for all callers", async () => {
    const hidden = wireTrigger({ status: "disabled" });
    const { server, live } = await living(apiOf(many(2), [hidden]));
    const found = await Promise.all(Array.from({ length: 10 }, () => live.find("dev", hidden.trigger_id)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]?.status).toBe("disabled");
    await live.find("dev", hidden.trigger_id);
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET"]);
    expect((await live.snapshot("dev")).byId(hidden.trigger_id)).toBe(found[0]);
  });

  test("requests a trigger that does not exist once", async () => {
    const { server, live } = await living(apiOf(many(2)));
    expect(await live.find("dev", "trg_none")).toBeUndefined();
    expect(await live.find("dev", "trg_none")).toBeUndefined();
    expect(server.seen).toHaveLength(2);
    live.forget("dev");
    expect(await live.find("dev", "trg_none")).toBeUndefined();
    expect(server.seen).toHaveLength(4);
  });

  test("requests nothing for a listed trigger", async () => {
    const triggers = many(2);
    const { server, live } = await living(apiOf(triggers));
    expect((await live.find("dev", triggers[1]!.trigger_id))?.trigger_id).toBe(triggers[1]!.trigger_id);
    expect(server.seen).toHaveLength(1);
  });

  test("requests again after a failed read", async () => {
    const hidden = wireTrigger();
    let broken = true;
    const { live } = await living((request) =>
      request.method === "GET" && broken
        ? vendorError(403, "ForbiddenError", "no")
        : apiOf(many(1), [hidden])(request),
    );
    expect((await failure(live.find("dev", hidden.trigger_id), ApiError)).code).toBe("FORBIDDEN");
    broken = false;
    expect((await live.find("dev", hidden.trigger_id))?.trigger_id).toBe(hidden.trigger_id);
  });

  test("does not undo a write that ended during the read", async () => {
    const hidden = wireTrigger();
    const { live } = await living(apiOf([], [hidden]));
    const snapshot = await live.snapshot("dev");
    const reading = live.find("dev", hidden.trigger_id);
    await Promise.resolve();
    const written = liveFrom({ ...hidden, status: "paused" });
    snapshot.put(written);
    expect(await reading).toBe(written);
    expect(snapshot.byId(hidden.trigger_id)).toBe(written);
  });
});

describe("a namespace given by name and by id", () => {
  test("is one snapshot once the id is known", async () => {
    const { server, live } = await living(apiOf(many(2)));
    const byName = await live.snapshot("dev");
    expect(await live.snapshot("ns_1")).toBe(byName);
    expect(live.known("ns_1")).toBe(byName);
    expect(server.seen).toHaveLength(1);
    live.forget("ns_1");
    expect(live.known("dev")).toBeUndefined();
  });

  test("is one snapshot even if the id came first, or both at once", async () => {
    const { server, live } = await living(apiOf(many(2)));
    const byId = await live.snapshot("ns_1");
    expect(await live.snapshot("dev")).toBe(byId);
    expect(server.seen).toHaveLength(2);
    live.forget("dev");
    expect(live.known("ns_1")).toBeUndefined();
    const [one, other] = await Promise.all([live.snapshot("dev"), live.snapshot("ns_1")]);
    expect(one).toBe(other);
  });

  test("is one snapshot when the first trigger shows the id", async () => {
    const { server, live } = await living(apiOf([]));
    const empty = await live.snapshot("dev");
    expect(empty.namespaceId).toBeUndefined();
    empty.put(liveFrom(wireTrigger()));
    expect(await live.snapshot("ns_1")).toBe(empty);
    expect(server.seen).toHaveLength(1);
  });

  test("different namespaces stay separate", async () => {
    const { live } = await living((request) =>
      apiOf([wireTrigger({ namespace_id: `ns_${String(request.headers["x-namespace"])}` })])(request),
    );
    expect(await live.snapshot("dev")).not.toBe(await live.snapshot("prod"));
  });
});
