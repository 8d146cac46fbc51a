import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { liveFrom } from "../../../provider/api/json/wire";
import { failure, ok, type Reply, vendorError, wireTrigger } from "../server";
import { apiOf, asked, living, many, type Wire } from "./namespace";

describe("one list", () => {
  test.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [2500, 3],
  ])("of %i triggers takes %i requests", async (count, requests) => {
    const triggers = many(count);
    const { server, live } = await living(apiOf(triggers));
    const snapshot = await live.snapshot("dev");
    expect(snapshot.all().map(({ trigger_id }) => trigger_id)).toEqual(
      triggers.map(({ trigger_id }) => trigger_id),
    );
    expect(server.seen).toHaveLength(requests);
    expect(server.seen.map(asked)).toEqual(
      Array.from({ length: requests }, (_, page) => ({
        offset: page * 1000,
        limit: 1000,
        sort_by: "created_at",
        direction: "asc",
      })),
    );
  });

  test("serves all callers, now and later", async () => {
    const { server, live } = await living(apiOf(many(3)));
    const snapshots = await Promise.all(Array.from({ length: 100 }, () => live.snapshot("dev")));
    expect(new Set(snapshots).size).toBe(1);
    expect(await live.snapshot("dev")).toBe(snapshots[0]);
    expect(live.known("dev")).toBe(snapshots[0]);
    expect(server.seen).toHaveLength(1);
  });

  test("that failed is remembered until it is forgotten", async () => {
    let broken = true;
    const { server, live } = await living((request) =>
      broken ? vendorError(401, "UnauthorizedError", "no") : apiOf(many(1))(request),
    );
    const together = await Promise.all([1, 2, 3].map(() => failure(live.snapshot("dev"), ApiError)));
    const later = await failure(live.find("dev", "trg_1"), ApiError);
    expect(new Set([...together, later]).size).toBe(1);
    expect(later.code).toBe("UNAUTHORIZED");
    expect(live.known("dev")).toBeUndefined();
    expect(server.seen).toHaveLength(1);
    broken = false;
    live.forget("dev");
    expect((await live.snapshot("dev")).all()).toHaveLength(1);
  });

  test("is requested again after forget, even while one is in progress", async () => {
    const [one, other] = many(2) as [Wire, Wire];
    const { server, live } = await living((_, n) =>
      ok({ results: [one, other].slice(0, n + 1), total: n + 1 }),
    );
    const before = live.snapshot("dev");
    live.forget("dev");
    const after = await live.snapshot("dev");
    await before;
    expect(after.all()).toHaveLength(2);
    expect(await live.snapshot("dev")).toBe(after);
    expect(server.seen).toHaveLength(2);
  });
});

describe("an incomplete list", () => {
  const page = (results: Wire[], total: number): Reply => ok({ results, total });

  test("is an error if a page before the last is empty", async () => {
    const { live } = await living([page(many(1000), 2500), page([], 2500)]);
    const error = await failure(live.snapshot("dev"), ApiError);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", ambiguous: false });
    expect(error.reason).toBe("the list ended after 1000 of 2500 triggers");
  });

  test("is an error if the first page is empty", async () => {
    const { live } = await living([page([], 5)]);
    expect((await failure(live.snapshot("dev"), ApiError)).code).toBe("BAD_RESPONSE");
  });

  test.each([2000, 2500])("is an error if the API returns the same page again (total %i)", async (total) => {
    const first = many(1000);
    const { server, live } = await living([page(first, total)]);
    expect((await failure(live.snapshot("dev"), ApiError)).code).toBe("BAD_RESPONSE");
    expect(server.seen).toHaveLength(2);
  });

  test("continues after short pages", async () => {
    const all = many(5);
    const { live } = await living((request) =>
      page(all.slice(asked(request).offset, asked(request).offset + 2), 5),
    );
    expect((await live.snapshot("dev")).all()).toHaveLength(5);
  });

  test("follows a total that grows, and starts again if it shrinks: a page may have skipped one", async () => {
    const all = many(1500);
    const up = await living([
      page(all.slice(0, 1000), 1000 + 1),
      page(all.slice(1000, 1400), 1500),
      page(all.slice(1400), 1500),
    ]);
    expect((await up.live.snapshot("dev")).all()).toHaveLength(1500);
    const down = await living([
      page(all.slice(0, 1000), 1500),
      page(all.slice(1001), 1499),
      page(all.slice(1, 1001), 1499),
      page(all.slice(1001), 1499),
    ]);
    expect((await down.live.snapshot("dev")).all()).toHaveLength(1499);
    const gone = await living([
      page(all.slice(0, 1000), 1001),
      page([], 1000),
      page(all.slice(1, 1001), 1000),
    ]);
    expect((await gone.live.snapshot("dev")).byId(all[1000]!.trigger_id)).toBeDefined();
  });

  test("a trigger skipped because of a delete and a create in between is in the next list, whose pages overlap", async () => {
    const all = many(1502);
    let triggers = all.slice(0, 1500);
    const { server, live } = await living((request) => {
      const { offset, limit } = asked(request);
      const answer = page(triggers.slice(offset, offset + limit), triggers.length);
      // After the first page of the second list: the total stays, and the second page starts one later.
      if (server.seen.length === 3) triggers = [...triggers.slice(1), all[1500]!];
      return answer;
    });
    await live.snapshot("dev");
    const again = await live.listAgain("dev", 0);
    expect(again.byId(all[1000]!.trigger_id)).toBeDefined();
    expect(again.all()).toHaveLength(1500);
    expect(server.seen.map(asked).map(({ offset, limit }) => [offset, limit])).toEqual([
      [0, 1000],
      [1000, 1000],
      [0, 1000],
      [999, 1000],
      [0, 1000],
      [999, 1000],
    ]);
  });

  test("is an error if triggers are deleted during every attempt", async () => {
    const all = many(1500);
    const { live, server } = await living(
      Array.from({ length: 4 }, () => [
        page(all.slice(0, 1000), 1500),
        page(all.slice(1000, 1499), 1499),
      ]).flat(),
    );
    await expect(live.snapshot("dev")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(server.seen).toHaveLength(8);
  });

  test("uses the last of two triggers with one id", async () => {
    const [first, second, third] = many(3) as [Wire, Wire, Wire];
    const { live } = await living([
      page([first, second], 4),
      page([{ ...second, status: "paused" }, third], 4),
    ]);
    const snapshot = await live.snapshot("dev");
    expect(snapshot.all()).toHaveLength(3);
    expect(snapshot.byId(second.trigger_id)?.status).toBe("paused");
  });
});

describe("a snapshot", () => {
  test("finds by id and by name, and a deleted trigger has no name", async () => {
    const triggers = [
      wireTrigger({ name: "a" }),
      wireTrigger({ name: "a", status: "paused" }),
      wireTrigger({ name: "a", status: "disabled" }),
      wireTrigger({ name: "b", status: "failed" }),
    ];
    const { live } = await living(apiOf(triggers));
    const snapshot = await live.snapshot("dev");
    expect(snapshot.byName("a").map(({ trigger_id }) => trigger_id)).toEqual(
      triggers.slice(0, 2).map(({ trigger_id }) => trigger_id),
    );
    expect(snapshot.byName("b")).toHaveLength(1);
    expect(snapshot.byName("c")).toEqual([]);
    expect(snapshot.byId(triggers[2]!.trigger_id)?.status).toBe("disabled");
    expect(snapshot.namespaceId).toBe("ns_1");
  });

  test("shows this run's own writes to later readers, without a request", async () => {
    const [one] = many(1) as [Wire];
    const { server, live } = await living(apiOf([one]));
    const snapshot = await live.snapshot("dev");
    const made = liveFrom(wireTrigger({ trigger_id: "trg_made", name: "made" }));
    snapshot.put(made);
    expect(await live.find("dev", "trg_made")).toBe(made);
    expect(snapshot.byName("made")).toEqual([made]);
    snapshot.remove(one.trigger_id);
    expect(await live.find("dev", one.trigger_id)).toBeUndefined();
    snapshot.put(liveFrom(one));
    expect(await live.find("dev", one.trigger_id)).toBeDefined();
    expect(server.seen).toHaveLength(1);
  });

  test("a name follows its trigger: renamed, deleted, put back", async () => {
    const [one] = many(1) as [Wire];
    const { live } = await living(apiOf([one]));
    const snapshot = await live.snapshot("dev");
    const holders = (name: string) => snapshot.byName(name).map(({ trigger_id }) => trigger_id);
    const named = (name: string) => liveFrom({ ...one, name });
    snapshot.put(named("before"));
    snapshot.put(named("after"));
    expect([holders("before"), holders("after")]).toEqual([[], [one.trigger_id]]);
    snapshot.put(named("after"));
    expect(holders("after")).toEqual([one.trigger_id]);
    snapshot.remove(one.trigger_id);
    expect(holders("after")).toEqual([]);
    snapshot.put(named("after"));
    expect(holders("after")).toEqual([one.trigger_id]);
  });

  test("knows whether there are names, and can learn it later", async () => {
    const { name: _, ...nameless } = wireTrigger();
    const named = await living(apiOf(many(1)));
    expect((await named.live.snapshot("dev")).names).toBe(true);
    const without = await living(apiOf([nameless as Wire]));
    expect((await without.live.snapshot("dev")).names).toBe(false);
    const empty = await living((request) =>
      request.url.endsWith("list") ? apiOf([])(request) : ok(wireTrigger()),
    );
    const snapshot = await empty.live.snapshot("dev");
    expect(snapshot.names).toBeUndefined();
    await empty.api.create("dev", { name: "a" });
    expect(snapshot.names).toBe(true);
  });

  test("recognizes an API without names by its list", async () => {
    const bare = many(1000).map(({ name: _, ...rest }) => rest);
    const { live } = await living([ok({ results: bare, total: 1000 })]);
    expect((await live.snapshot("dev")).names).toBe(false);
  });
});
