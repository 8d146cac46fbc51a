import { afterEach, describe, expect, test } from "@jest/globals";
import { create, KEY, start, stopAll } from "../harness";

afterEach(stopAll);

describe("namespaces", () => {
  test("are found by name or id; the header takes precedence over the query", async () => {
    const rig = await start();
    const id = await create(rig);
    const path = `/v1/triggers/${id}`;
    expect((await rig.call("GET", path, undefined, { "x-namespace": "ns_dev" })).status).toBe(200);
    expect((await rig.call("GET", `${path}?namespace=dev`, undefined, { "x-namespace": null })).status).toBe(
      200,
    );
    expect((await rig.call("GET", `${path}?namespace=prod`)).status).toBe(200);
  });

  test("do not see each other's triggers", async () => {
    const rig = await start();
    const id = await create(rig);
    const elsewhere = { "x-namespace": "prod" };
    for (const [method, suffix] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/pause"],
      ["GET", "/history"],
    ] as const) {
      expect((await rig.call(method, `/v1/triggers/${id}${suffix}`, undefined, elsewhere)).status).toBe(404);
    }
    expect((await rig.call("POST", "/v1/triggers/list", {}, elsewhere)).body.total).toBe(0);
    expect(rig.emulator.triggers("dev")[0]?.status).toBe("active");
  });

  test("are required: 400 that names the header; an unknown one is 404", async () => {
    const rig = await start();
    const missing = await rig.call("GET", "/v1/triggers", undefined, { "x-namespace": null });
    expect([missing.status, missing.body.error.type]).toEqual([400, "BadRequestError"]);
    expect(missing.body.error.message).toContain("X-Namespace");
    const unknown = await rig.call("GET", "/v1/triggers", undefined, { "x-namespace": "qa" });
    expect([unknown.status, unknown.body.error.message]).toEqual([404, "Namespace qa not found"]);
  });
});

describe("API keys", () => {
  test.each([[null], ["Bearer"], ["Bearer pk_x"], [`Basic ${KEY}`], [KEY]])(
    "%s is 401",
    async (authorization) => {
      const rig = await start();
      const { status, body, headers } = await rig.call("GET", "/v1/triggers", undefined, { authorization });
      expect(status).toBe(401);
      expect(body).toMatchObject({ success: false, status: 401, error: { type: "UnauthorizedError" } });
      expect(headers.get("www-authenticate")).toBe("Bearer");
    },
  );

  test("only the listed ones are accepted if there is a list", async () => {
    const rig = await start({ keys: ["sk_only"] });
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(401);
    expect(
      (await rig.call("GET", "/v1/triggers", undefined, { authorization: "Bearer sk_only" })).status,
    ).toBe(200);
  });
});
