import { afterEach, describe, expect, test } from "@jest/globals";
import { cronBody, findings, start, stopAll } from "../harness";

afterEach(stopAll);

describe("bodies", () => {
  test.each([
    ["{", ["body", 1], "json_invalid"],
    ['{"a": }', ["body"], "json_invalid"],
    ["[]", ["body"], "model_attributes_type"],
    ['"text"', ["body"], "model_attributes_type"],
    [undefined, ["body"], "missing"],
  ])("%j is 422", async (body, loc, type) => {
    const rig = await start();
    const answer = await rig.call("POST", "/v1/triggers", body);
    expect(findings(answer)).toEqual([{ location: loc.join("."), message: expect.any(String), type }]);
  });

  test("JSON sent as a form is not an object, as with curl -d without a header", async () => {
    const rig = await start();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await rig.call("POST", "/v1/triggers", cronBody(), form);
    expect(findings(answer)[0]?.type).toBe("model_attributes_type");
  });

  test("over 1 MiB is 413, on a connection that can be reused", async () => {
    const rig = await start();
    const answer = await rig.call("POST", "/v1/triggers", cronBody({ description: "x".repeat(1024 * 1024) }));
    expect([answer.status, answer.body.status]).toEqual([413, 413]);
    expect((await rig.call("GET", "/v1/triggers")).status).toBe(200);
  });
});

describe("routes", () => {
  test.each([
    ["GET", "/", 404, null],
    ["GET", "/v1/tasks/x", 404, null],
    ["GET", "/v1/batches/nightly-import", 404, null],
    ["GET", "/v1/triggers/", 404, null],
    ["PUT", "/v1/triggers", 405, "POST, GET"],
    ["POST", "/v1/triggers/trg_x", 405, "GET, PATCH, DELETE"],
    ["GET", "/v1/triggers/trg_x/pause", 405, "POST"],
    ["DELETE", "/v1/clusters/x", 405, "GET"],
    ["HEAD", "/v1/triggers", 405, "POST, GET"],
    ["OPTIONS", "/v1/triggers/trg_x/history", 405, "GET"],
    ["PATCH", "/_emulator/requests", 405, "GET, DELETE"],
    ["GET", "/_emulator/nothing", 404, null],
  ])("%s %s is %d", async (method, path, status, allow) => {
    const rig = await start();
    const answer = await rig.call(method, path);
    expect([answer.status, answer.headers.get("allow")]).toEqual([status, allow]);
  });
});
