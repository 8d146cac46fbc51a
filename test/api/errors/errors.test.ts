import { describe, expect, test } from "@jest/globals";
import type { ApiCode } from "../../../provider/api/errors/api-error";
import { fromResponse } from "../../../provider/api/errors/error-response";

const SHOWN = { action: "create trigger", target: '"nightly" in namespace "dev"' };
const CONTEXT = { ...SHOWN, kind: "create" } as const;

/** Status by the API's error type; 404 for others. */
const STATUSES: Readonly<Record<string, number>> = {
  BadRequestError: 400,
  UnauthorizedError: 401,
  ForbiddenError: 403,
  NotEnabledError: 403,
  AlreadyExistsError: 409,
  ValidationError: 422,
  TooManyRequestsError: 429,
  InternalServerError: 500,
  WriterReadOnlyError: 503,
};

const vendor = (type: string, message: string, more: object = {}, status = STATUSES[type] ?? 404) =>
  JSON.stringify({ success: false, status, error: { message, type, ...more } });
const detail = (...items: object[]) => JSON.stringify({ detail: items });
const forbidden = (...loc: string[]) => ({
  loc,
  msg: "Extra inputs are not permitted",
  type: "extra_forbidden",
});

const rejected = (text: string): string => `the API rejected the request (${text})`;
const notTheApi = (answer: string): string =>
  `https://gateway.example/ answered (${answer}), but not in the format of the Mixpeek API`;
const AT = { address: "https://gateway.example/" };

const invalid = (...validation_errors: object[]) =>
  vendor("ValidationError", "Validation error", { details: { validation_errors } });
const extra = (location: unknown) => ({
  type: "extra_forbidden",
  location,
  message: "Extra inputs are not permitted",
});

describe("a response that is not a success", () => {
  const cases: [number, string, ApiCode, string][] = [
    [400, vendor("BadRequestError", "No"), "BAD_REQUEST", rejected("400 BadRequestError: No")],
    [
      401,
      vendor("UnauthorizedError", "Invalid API key"),
      "UNAUTHORIZED",
      rejected("401 UnauthorizedError: Invalid API key"),
    ],
    [401, '{"detail":"Not authenticated"}', "UNAUTHORIZED", rejected("401 Not authenticated")],
    [402, "", "NOT_ENABLED", rejected("402")],
    [403, vendor("ForbiddenError", "No"), "FORBIDDEN", rejected("403 ForbiddenError: No")],
    [403, vendor("NotEnabledError", "No"), "NOT_ENABLED", rejected("403 NotEnabledError: No")],
    [
      404,
      vendor("NotFoundError", "Cluster clust_x not found"),
      "NOT_FOUND",
      rejected("404 NotFoundError: Cluster clust_x not found"),
    ],
    [404, '{"detail":"Not Found"}', "NOT_THE_API", notTheApi("404 Not Found")],
    [404, '{"detail":"Trigger trg_1 not found"}', "NOT_THE_API", notTheApi("404 Trigger trg_1 not found")],
    [404, vendor("NotFoundError", "Not Found"), "NOT_THE_API", notTheApi("404 NotFoundError: Not Found")],
    [404, vendor("RouteError", "No route"), "NOT_THE_API", notTheApi("404 RouteError: No route")],
    [
      404,
      '{"error":{"message":"x gone","type":"NotFoundError"}}',
      "NOT_THE_API",
      notTheApi("404 NotFoundError: x gone"),
    ],
    [404, '{"error":"not found"}', "NOT_THE_API", notTheApi("404 not found")],
    [404, "{}", "NOT_THE_API", notTheApi("404")],
    [404, "<html>nginx</html>", "NOT_THE_API", notTheApi("404 with a web page instead of JSON")],
    [404, "", "NOT_THE_API", notTheApi("404")],
    [401, "<html>Sign in</html>", "NOT_THE_API", notTheApi("401 with a web page instead of JSON")],
    [403, "Blocked by policy", "NOT_THE_API", notTheApi("403 not JSON: Blocked by policy")],
    [401, "", "UNAUTHORIZED", rejected("401")],
    [405, "{}", "BAD_REQUEST", rejected("405")],
    [407, "", "NETWORK", rejected("407")],
    [408, "", "TIMEOUT", rejected("408")],
    [409, vendor("AlreadyExistsError", "x"), "ALREADY_EXISTS", rejected("409 AlreadyExistsError: x")],
    [422, vendor("ValidationError", "x"), "VALIDATION", rejected("422 ValidationError: x")],
    [
      422,
      detail({ loc: ["body", "schedule_config", "cron_expression"], msg: "Field required", type: "missing" }),
      "VALIDATION",
      rejected("422 ValidationError: schedule_config.cron_expression: Field required"),
    ],
    [422, "[]", "VALIDATION", rejected("422 not JSON: []")],
    [
      429,
      vendor("TooManyRequestsError", "slow"),
      "RATE_LIMITED",
      "the API's rate limit is reached (429 TooManyRequestsError: slow)",
    ],
    [
      500,
      vendor("InternalServerError", "oops"),
      "SERVER_ERROR",
      "the API failed (500 InternalServerError: oops)",
    ],
    [501, "", "SERVER_ERROR", "the API failed (501)"],
    [502, "<html>Bad gateway</html>", "UNAVAILABLE", "the API failed (502 with a web page instead of JSON)"],
    [503, "upstream connect error", "UNAVAILABLE", "the API failed (503 not JSON: upstream connect error)"],
    [
      504,
      '{"message":"Endpoint request timed out"}',
      "UNAVAILABLE",
      "the API failed (504 Endpoint request timed out)",
    ],
    [500, '{"error":"plain"}', "SERVER_ERROR", "the API failed (500 plain)"],
    [500, '{"error":{}}', "SERVER_ERROR", "the API failed (500)"],
    [500, "null", "SERVER_ERROR", "the API failed (500 not JSON: null)"],
    [302, "", "NOT_THE_API", notTheApi("302")],
  ];
  test.each(cases)("%i %s becomes %s", (status, body, code, reason) => {
    const error = fromResponse(status, body, CONTEXT, AT);
    expect(error).toMatchObject({ code, status, reason, ...SHOWN, ambiguous: false });
    expect(error.message).toBe(
      `cannot ${CONTEXT.action} ${CONTEXT.target}: ${reason}. ${error.next} [${code}].`,
    );
  });

  test("every code comes with a next step", () => {
    for (const [status, body] of cases)
      expect(fromResponse(status, body, CONTEXT).next).toMatch(/^[A-Z].{20,}/);
    expect(fromResponse(401, "", CONTEXT).next).toMatch(/mixpeek:apiKey.*MIXPEEK_API_KEY/);
    expect(fromResponse(302, "", CONTEXT).next).toMatch(/mixpeek:baseUrl/);
  });

  test("the vendor's details are kept", () => {
    const details = { resource: "cluster", id: "clust_x" };
    expect(fromResponse(404, vendor("NotFoundError", "x", { details }), CONTEXT).details).toEqual(details);
    expect(
      fromResponse(404, vendor("NotFoundError", "x", { details: null }), CONTEXT).details,
    ).toBeUndefined();
  });
});

describe("keys that the API does not accept", () => {
  test.each([
    ["detail", detail(forbidden("body", "name"), forbidden("body", "action_config", "name"))],
    [
      "error.details.errors",
      vendor("ValidationError", "Bad", {
        details: { errors: [forbidden("body", "name"), forbidden("body", "action_config", "name")] },
      }),
    ],
    [
      "error.details",
      vendor("ValidationError", "Bad", {
        details: [forbidden("body", "name"), forbidden("body", "action_config", "name")],
      }),
    ],
    [
      "error.details.validation_errors, with lists",
      invalid(extra(["body", "name"]), extra(["body", "action_config", "name"])),
    ],
    [
      "error.details.validation_errors, with dots",
      invalid(extra("body.name"), extra("body.action_config.name")),
    ],
  ])("are listed with their path, from %s", (_, body) => {
    const error = fromResponse(422, body, CONTEXT);
    expect(error.code).toBe("EXTRA_FORBIDDEN");
    expect(error.refusedKeys).toEqual(["name", "action_config.name"]);
    expect(error.message).toContain("action_config.name: Extra inputs are not permitted");
  });

  test("are not reported for other errors", () => {
    expect(
      fromResponse(422, detail({ loc: ["body", "name"], msg: "x", type: "string_type" }), CONTEXT)
        .refusedKeys,
    ).toEqual([]);
  });

  test("unusual items do no harm", () => {
    const error = fromResponse(
      422,
      JSON.stringify({ detail: [null, 1, "x", [], {}, { loc: "body", msg: 5, type: {} }] }),
      CONTEXT,
    );
    expect(error.code).toBe("VALIDATION");
  });
});

describe("a 422 in the API's error envelope", () => {
  test("shows every item, and keeps each of them as data", () => {
    const error = fromResponse(
      422,
      invalid(
        { type: "missing", location: ["body", "action_config", "cluster_id"], message: "Field required" },
        { type: "less_than_equal", location: "body.channels[1].retries", message: "At most 5" },
        { type: "value_error", location: null, message: "The schedule never runs" },
      ),
      CONTEXT,
    );
    expect(error).toMatchObject({ code: "VALIDATION", isEnvelope: true });
    expect(error.reason).toBe(
      rejected(
        "422 ValidationError: Validation error: action_config.cluster_id: Field required; channels.1.retries: At most 5; The schedule never runs",
      ),
    );
    expect(error.fieldErrors).toEqual([
      { path: ["action_config", "cluster_id"], message: "Field required", type: "missing" },
      { path: ["channels", 1, "retries"], message: "At most 5", type: "less_than_equal" },
      { path: [], message: "The schedule never runs", type: "value_error" },
    ]);
    expect(error.after(2, 1000).fieldErrors).toEqual(error.fieldErrors);
  });

  test("counts the items that do not fit on the screen", () => {
    const items = Array.from({ length: 1000 }, (_, at) => ({
      type: "missing",
      location: `body.key_${at}`,
      message: "Field required",
    }));
    const error = fromResponse(422, invalid(...items), CONTEXT);
    const shown = error.reason.match(/Field required/g)!.length;
    expect(error.reason).toContain(`; and ${1000 - shown} more)`);
    expect(shown).toBeGreaterThan(40);
    expect(error.reason.length).toBeLessThanOrEqual(2000);
    expect(error.fieldErrors).toHaveLength(1000);
  });
});

describe("what the API says about a retry", () => {
  test.each<[object, boolean | undefined, number | undefined]>([
    [{ retryable: false }, false, undefined],
    [{ retryable: true, retry_after_seconds: 15 }, true, 15_000],
    [{ retry_after: 2.5 }, undefined, 2500],
    [{ retry_after_seconds: "7" }, undefined, 7000],
    [{ retry_after_seconds: -1, retryable: "no" }, undefined, undefined],
    [{ retry_after_seconds: null }, undefined, undefined],
    [{}, undefined, undefined],
  ])("%j", (details, retryable, retryAfter) => {
    const error = fromResponse(503, vendor("WriterReadOnlyError", "x", { details }), CONTEXT);
    expect(error).toMatchObject({ type: "WriterReadOnlyError", isEnvelope: true });
    expect([error.retryable, error.retryAfter]).toEqual([retryable, retryAfter]);
  });
});

describe("a 404 refers to", () => {
  test.each([
    ["Trigger trg_1 not found", {}, true, false],
    ["Cluster clust_x not found", {}, false, true],
    ["Cluster clust_x not found", { details: { resource: "Trigger" } }, true, false],
    ["It does not exist", {}, true, true],
  ])("%s %j", (message, more, trigger, cluster) => {
    const error = fromResponse(404, vendor("NotFoundError", message, more), CONTEXT);
    expect([error.isAbsence("trigger"), error.isAbsence("cluster")]).toEqual([trigger, cluster]);
  });
});

describe("a 404 that refers to the namespace", () => {
  test.each([
    ["details say so", "Not found", { details: { resource: "namespace", id: "ns_1" } }, true],
    [
      "details say otherwise",
      "Namespace lookup: no such cluster",
      { details: { resource: "cluster" } },
      false,
    ],
    ["the code says so", "No such thing", { code: "namespace_not_found" }, true],
    ["the text starts with it", "Namespace dev not found", {}, true],
    ["the text starts with it, and names others", "Namespace 'my-trigger' not found", {}, true],
    ["the text names nothing else", "No such namespace: dev", {}, true],
    ["the text names something in it", "Trigger trg_1 not found in namespace dev", {}, false],
    ["the text names something in it", "Cluster clust_x not found in namespace dev", {}, false],
  ])("%s: %s", (_, message, more, namespace) => {
    const error = fromResponse(404, vendor("NotFoundError", message, more), CONTEXT);
    expect(error.code).toBe(namespace ? "NAMESPACE_NOT_FOUND" : "NOT_FOUND");
    if (namespace) expect(error.next).toContain("mixpeek:namespace");
  });
});
