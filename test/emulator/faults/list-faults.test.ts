import { afterEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "../../../provider/emulator";
import { create, type Rig, start, stopAll } from "../harness";

afterEach(stopAll);

const LIST = "/v1/triggers";

/** An emulator with some triggers, the newest first in lists, and then the faults. */
async function listing(names: string[], ...faults: Fault[]): Promise<Rig> {
  const rig = await start();
  for (const name of names) {
    await create(rig, { name });
    rig.emulator.advance(1);
  }
  rig.emulator.clearRequests();
  rig.emulator.faults.add(...faults);
  return rig;
}

/** Reads a list by offset, like a client that relies on `total`. */
async function readAll(rig: Rig, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let total = 1;
  for (let offset = 0; offset < total; offset += limit) {
    const { body } = await rig.call("POST", `${LIST}/list`, { offset, limit });
    total = body.total;
    pages.push(body.results.map((one: { name: string }) => one.name));
  }
  return pages;
}

const namesIn = async (rig: Rig): Promise<string[]> =>
  (await rig.call("GET", LIST)).body.results.map((one: { name: string }) => one.name);

describe("pages of a list", () => {
  test("a middle page is empty while the totals stay; the first and the last page are not", async () => {
    const rig = await listing(["a", "b", "c", "d", "e"], { kind: "empty_page" });
    expect(await readAll(rig, 2)).toEqual([["e", "d"], [], ["a"]]);
    expect(rig.emulator.faults.list()).toMatchObject([{ matched: 1, injected: 1 }]);
    expect(rig.emulator.requests().map(({ fault }) => fault)).toEqual([undefined, "empty_page", undefined]);
  });

  test("a trigger of the first page is deleted, so that the second page skips one", async () => {
    const rig = await listing(["a", "b", "c", "d", "e"], { kind: "deleted_while_listing", times: 1 });
    const [gone] = (await rig.call("POST", `${LIST}/list`, { limit: 1 })).body.results;
    expect(gone.name).toBe("e");
    expect((await rig.call("GET", `${LIST}/${gone.trigger_id}`)).status).toBe(404);
    expect(rig.emulator.triggers("dev").map((one) => one.name)).toEqual(["a", "b", "c", "d"]);
    rig.emulator.faults.add({ kind: "deleted_while_listing", times: 1 });
    expect(await readAll(rig, 2)).toEqual([["d", "c"], ["a"]]);
    rig.emulator.advance(100 * 86_400);
    expect(await namesIn(rig)).toEqual(["c", "b", "a"]);
  });

  test.each([
    [
      5,
      [
        ["e", "d"],
        ["d", "c"],
        ["b", "a"],
      ],
    ],
    [6, [["f", "e"], ["e", "d"], ["c", "b"], ["a"]]],
  ])("of %d, one appears twice and none is missing", async (many, expected) => {
    const rig = await listing(["a", "b", "c", "d", "e", "f"].slice(0, many), { kind: "duplicate_ids" });
    const pages = await readAll(rig, 2);
    expect(pages).toEqual(expected);
  });

  test("faults apply to lists of resources, too", async () => {
    const rig = await listing(
      [],
      { kind: "empty_page" },
      { kind: "partial", operation: "resource", without: ["collection_id"] },
    );
    const ask = (offset: number) =>
      rig.call("POST", "/v1/collections/list", { limit: 1, offset, include_total: true });
    const found = [await ask(0), await ask(1), await ask(2)].map(({ body }) => body);
    expect(found.map(({ results, total_count }) => [results.length, total_count])).toEqual([
      [1, 3],
      [0, 3],
      [1, 3],
    ]);
    const { body } = await rig.call("GET", "/v1/collections/products");
    expect([body.collection_id, body.collection_name]).toEqual([undefined, "products"]);
  });
});

describe("valid JSON with missing parts", () => {
  test("results are cut while the totals stay", async () => {
    const rig = await listing(["a", "b", "c"], { kind: "partial", results: 1 });
    const { body } = await rig.call("GET", LIST);
    expect([body.results.length, body.total]).toEqual([1, 3]);
  });

  test("fields are missing, from an object and from each item of a list", async () => {
    const rig = await listing(["a", "b"], { kind: "partial", without: ["trigger_id", "status"] });
    const { body } = await rig.call("GET", LIST);
    expect(body.results.map((one: object) => ["trigger_id" in one, "name" in one])).toEqual([
      [false, true],
      [false, true],
    ]);
    const { body: made } = await rig.call("POST", `${LIST}`, {
      action_type: "cluster",
      action_config: { cluster_id: "clust_dev_product_clusters" },
      trigger_type: "interval",
      schedule_config: { interval_seconds: 60 },
    });
    expect(["trigger_id" in made, "created_at" in made]).toEqual([false, true]);
  });

  test("is injected only if something can be missing", async () => {
    const rig = await listing(["a"], { kind: "partial", results: 5 });
    await rig.call("GET", LIST);
    expect(rig.emulator.faults.list()).toMatchObject([{ matched: 0, injected: 0 }]);
  });
});

describe("eventual consistency", () => {
  test("lists show a creation, a change and a deletion only later; a single read shows them at once", async () => {
    const rig = await listing(["a", "b"], { kind: "lag", seconds: 5 });
    const id = await create(rig, { name: "c" });
    expect(await namesIn(rig)).toEqual(["b", "a"]);
    expect((await rig.call("GET", `${LIST}/${id}`)).body.name).toBe("c");
    rig.emulator.advance(5);
    expect(await namesIn(rig)).toEqual(["c", "b", "a"]);

    await rig.call("PATCH", `${LIST}/${id}`, { name: "d" });
    rig.emulator.advance(3);
    await rig.call("PATCH", `${LIST}/${id}`, { name: "e" });
    expect(await namesIn(rig)).toEqual(["c", "b", "a"]);
    rig.emulator.advance(2);
    expect(await namesIn(rig)).toEqual(["d", "b", "a"]);
    rig.emulator.advance(3);
    expect(await namesIn(rig)).toEqual(["e", "b", "a"]);

    await rig.call("DELETE", `${LIST}/${id}`);
    const active = async () => (await rig.call("POST", `${LIST}/list`, { status: "active" })).body.total;
    expect(await active()).toBe(3);
    rig.emulator.advance(5);
    expect(await active()).toBe(2);
    expect(rig.emulator.faults.list()).toMatchObject([{ kind: "lag", injected: 4 }]);
    expect(rig.emulator.requests()[0]).toMatchObject({ fault: "lag", handled: true, status: 200 });
  });

  test("affects only some writes; a rejected write does not count; clearing it shows everything", async () => {
    const rig = await listing(["a"], { kind: "lag", seconds: 60, operation: "create" });
    await rig.call("POST", LIST, {});
    const [only] = rig.emulator.triggers("dev");
    await rig.call("PATCH", `${LIST}/${only?.trigger_id}`, { name: "z" });
    await create(rig, { name: "b" });
    expect(await namesIn(rig)).toEqual(["z"]);
    expect(rig.emulator.faults.list()).toMatchObject([{ injected: 1 }]);
    await rig.emulator.faults.clear();
    expect(await namesIn(rig)).toEqual(["b", "z"]);
  });
});
