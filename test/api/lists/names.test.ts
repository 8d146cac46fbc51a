import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { failure, ok, type Reply, vendorError, wireTrigger } from "../server";
import { BODY, NAMELESS, startTriggers as start } from "../triggers-client";

const REFUSES_NAME: Reply = {
  status: 422,
  json: {
    detail: [{ loc: ["body", "name"], msg: "Extra inputs are not permitted", type: "extra_forbidden" }],
  },
};
const old = (): Reply => {
  const { name: _, ...trigger } = wireTrigger();
  return { status: 201, json: trigger };
};

describe("names", () => {
  test("a page shows whether the API has names", async () => {
    const { name: _, ...nameless } = wireTrigger();
    const page = (...results: unknown[]) => ok({ results, total: results.length });
    const { api } = await start([page(), page(nameless), page(wireTrigger({ name: null }), nameless)]);
    const names = async () => (await api.listPage({ namespace: "dev", offset: 0, limit: 1000 })).names;
    expect(await names()).toBeUndefined();
    expect(await names()).toBe(false);
    // A page without names among its results is not conclusive.
    expect(api.namesSupported).toBeUndefined();
    expect(await names()).toBe(true);
    expect(api.namesSupported).toBe(true);
  });

  test("a create whose name is rejected is repeated without it, and later ones are sent without", async () => {
    const { server, api } = await start(({ body }) =>
      Object.hasOwn(body as object, "name") ? REFUSES_NAME : old(),
    );
    expect((await api.create("dev", BODY)).name).toBeUndefined();
    expect(api.namesSupported).toBe(false);
    await api.create("dev", BODY);
    expect(server.seen.map(({ body }) => body)).toEqual([BODY, NAMELESS, NAMELESS]);
  });

  test.each([
    ["a list", ["body", "name"]],
    ["dots", "body.name"],
  ])(
    "a name that is rejected in the API's error envelope, with its location as %s, is left out",
    async (_, location) => {
      const item = { type: "extra_forbidden", location, message: "Extra inputs are not permitted" };
      const refusal = vendorError(422, "ValidationError", "Validation error", {
        details: { validation_errors: [item] },
      });
      const { server, api } = await start(({ body }) =>
        Object.hasOwn(body as object, "name") ? refusal : old(),
      );
      await api.create("dev", BODY);
      expect(server.seen.map(({ body }) => body)).toEqual([BODY, NAMELESS]);
    },
  );

  test("a create is repeated only once, and only if nothing but the name is rejected", async () => {
    const both = await start([
      {
        status: 422,
        json: {
          detail: ["name", "color"].map((key) => ({
            loc: ["body", key],
            msg: "no",
            type: "extra_forbidden",
          })),
        },
      },
    ]);
    expect((await failure(both.api.create("dev", BODY), ApiError)).refusedKeys).toEqual(["name", "color"]);
    expect(both.server.seen).toHaveLength(1);

    const inner = await start([
      {
        status: 422,
        json: { detail: [{ loc: ["body", "action_config", "name"], msg: "no", type: "extra_forbidden" }] },
      },
    ]);
    expect((await failure(inner.api.create("dev", BODY), ApiError)).code).toBe("EXTRA_FORBIDDEN");
    expect(inner.server.seen).toHaveLength(1);

    const always = await start([REFUSES_NAME]);
    expect((await failure(always.api.create("dev", BODY), ApiError)).code).toBe("EXTRA_FORBIDDEN");
    expect(always.server.seen).toHaveLength(2);
  });

  test("simultaneous creates find out once whether the API has names", async () => {
    const { server, api } = await start(({ body }) =>
      Object.hasOwn(body as object, "name") ? REFUSES_NAME : old(),
    );
    await Promise.all(Array.from({ length: 20 }, () => api.create("dev", BODY)));
    expect(server.seen).toHaveLength(21);
  });

  test("if the first create does not show it, the next one does", async () => {
    const { server, api } = await start((_, n) =>
      n === 0 ? vendorError(400, "BadRequestError", "no") : { status: 201, json: wireTrigger() },
    );
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => api.create("dev", BODY)));
    expect(all.map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    expect(server.seen).toHaveLength(5);
    expect(api.namesSupported).toBe(true);
  });

  test("an API that accepts the name and drops it has no names", async () => {
    const { server, api } = await start(() => old());
    await api.create("dev", BODY);
    expect(api.namesSupported).toBe(false);
    await api.create("dev", BODY);
    expect(server.seen[1]!.body).toEqual(NAMELESS);
  });

  test("a create without a name shows nothing and waits for no other", async () => {
    const { api } = await start(() => old());
    await api.create("dev", NAMELESS);
    expect(api.namesSupported).toBeUndefined();
  });
});
