import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { ResourcesApi } from "../../../provider/api/names-to-ids";
import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import { clientOf, failure, type Reply, serving, vendorError } from "../server";

const BODY = { action_type: "cluster", name: "nightly" };

/** Every call that the client makes. */
const CALLS: Readonly<Record<string, (api: TriggersApi, resources: ResourcesApi) => Promise<unknown>>> = {
  list: (api) => new TriggerLists(api).snapshot("dev"),
  read: (api) => api.get("dev", "trg_1"),
  create: (api) => api.create("dev", BODY),
  patch: (api) => api.patch("dev", "trg_1", { description: "x" }),
  pause: (api) => api.pause("dev", "trg_1"),
  resume: (api) => api.resume("dev", "trg_1"),
  delete: (api) => api.delete("dev", "trg_1"),
  execute: (api) => api.execute("dev", "trg_1"),
  history: (api) => api.history("dev", "trg_1", { offset: 0, limit: 10 }),
  "look-up of a name": (_, resources) => resources.find("dev", [{ kind: "cluster", name: "products" }]),
  "look-up of two names": (_, resources) =>
    resources.find("dev", [
      { kind: "cluster", name: "products" },
      { kind: "cluster", name: "people" },
    ]),
};

const html = (status: number): Reply => ({
  status,
  text: "<html><title>Gateway</title></html>",
  headers: { "content-type": "text/html" },
});

/** Responses that do not come from the API. */
const ANSWERS: Readonly<Record<string, Reply>> = {
  "404 of another framework": { status: 404, json: { detail: "Not Found" } },
  "404 that names the trigger, in another format": {
    status: 404,
    json: { detail: "Trigger trg_1 not found" },
  },
  "404 of a wrong path of the API": vendorError(404, "NotFoundError", "Not Found"),
  "404 of a gateway": { status: 404, json: { message: "no Route matched with those values" } },
  "404 with an error as text": { status: 404, json: { error: "not found" } },
  "404 without a body": { status: 404 },
  "404 with a page": html(404),
  "401 with a page": html(401),
  "403 with a page": html(403),
  "200 with a page": html(200),
  "200 with text": { text: "ok", headers: { "content-type": "text/plain" } },
  "301 to elsewhere": { status: 301, headers: { location: "https://login.example/?next=secret" } },
  "302 without a location": { status: 302 },
};

describe.each(Object.entries(ANSWERS))("%s", (_, answer) => {
  test.each(Object.entries(CALLS))("in response to a %s says nothing about a trigger", async (name, call) => {
    const server = await serving([answer]);
    const http = clientOf(server);
    const outcome = await call(new TriggersApi(http), new ResourcesApi(http)).catch(
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(ApiError);
    const { code, message } = outcome as ApiError;
    expect(code).toBe("NOT_THE_API");
    expect(message).toContain(server.url);
    expect(message).toMatch(/MIXPEEK_BASE_URL\) is the address of the Mixpeek API.* \[NOT_THE_API\]\.$/);
    expect(message).not.toContain("secret");
    // If a list is not available, names are looked up one by one; nothing else is requested twice.
    expect(server.seen.length).toBeLessThanOrEqual(name === "look-up of two names" ? 3 : 1);
  });
});

test("the API's own 404 for a trigger means that it is gone", async () => {
  const server = await serving([vendorError(404, "NotFoundError", "Trigger trg_1 not found")]);
  const api = new TriggersApi(clientOf(server));
  expect(await api.get("dev", "trg_1")).toBeUndefined();
  expect(await api.delete("dev", "trg_1")).toBeUndefined();
});

test("the API's own 404 for something else does not mean that", async () => {
  const server = await serving([vendorError(404, "NotFoundError", "Cluster clust_1 not found")]);
  const api = new TriggersApi(clientOf(server));
  for (const call of [api.get("dev", "trg_1"), api.delete("dev", "trg_1")])
    expect((await failure(call, ApiError)).code).toBe("NOT_FOUND");
});

test("a name is missing only if the API says so for its kind", async () => {
  const server = await serving([vendorError(404, "NotFoundError", "Collection col_1 not found")]);
  const found = new ResourcesApi(clientOf(server)).find("dev", [{ kind: "cluster", name: "products" }]);
  expect((await failure(found, ApiError)).code).toBe("NOT_FOUND");
});
