import { describe, expect, test } from "@jest/globals";
import { fromResponse } from "../../../provider/api/errors/error-response";

const CONTEXT = { action: "read trigger", target: '"trg_1" in namespace "dev"' };
const FORM = { success: false, error: { type: "NotFoundError", message: "Trigger trg_1 not found" } };

describe("the API's own error format", () => {
  test.each([
    [404, 404, "NOT_FOUND", true],
    [404, 500, "NOT_THE_API", false],
    [404, 200, "NOT_THE_API", false],
    [503, 503, "UNAVAILABLE", true],
    [503, 404, "UNAVAILABLE", false],
  ])("with HTTP status %i and its own status %i", (http, own, code, isEnvelope) => {
    const error = fromResponse(http, JSON.stringify({ ...FORM, status: own }), CONTEXT);
    expect([error.code, error.isEnvelope]).toEqual([code, isEnvelope]);
  });

  test("may omit its status", () => {
    expect(fromResponse(404, JSON.stringify(FORM), CONTEXT)).toMatchObject({
      code: "NOT_FOUND",
      isEnvelope: true,
    });
  });
});
