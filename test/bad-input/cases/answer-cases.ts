import { nightly } from "../../core/files";
import type { BadInput } from "../bad-input";
import { KEY } from "../bench";
import type { Answer } from "../recording-server";

type Row = readonly [name: string, answer: Answer, code: string, fix: string];

const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });
const error = (status: number, type: string, message: string, more: object = {}): Answer =>
  json({ success: false, status, error: { message, type, ...more } }, status);
const HTML = { "content-type": "text/html" };
const PAGE = "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>";
const list = (results: unknown, total: unknown = 1): Answer =>
  json({ results, total, offset: 0, limit: 1000 });
const live = (more: object = {}): Record<string, unknown> => ({
  trigger_id: "trg_1",
  namespace_id: "ns_1",
  action_type: "cluster",
  action_config: { cluster_id: "clust_1" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
  status: "active",
  ...more,
});
const MIXPEEK = "Check that mixpeek:baseUrl (or MIXPEEK_BASE_URL) is the Mixpeek API";

/** The advice for a response that does not come from the API. */
const ELSEWHERE = "Check that mixpeek:baseUrl (or MIXPEEK_BASE_URL) is the address of the Mixpeek API";

/** Responses to a list of triggers. */
const LISTS: readonly Row[] = [
  ["a web page", { body: PAGE, headers: HTML }, "NOT_THE_API", ELSEWHERE],
  ["a web page with a JSON content type", { body: PAGE }, "BAD_RESPONSE", MIXPEEK],
  [
    "JSON with a text content type",
    { body: "{}", headers: { "content-type": "text/plain" } },
    "NOT_THE_API",
    ELSEWHERE,
  ],
  ["JSON without a content type", { body: "{}", headers: { "content-type": "" } }, "NOT_THE_API", ELSEWHERE],
  ["nothing", { body: "" }, "BAD_RESPONSE", MIXPEEK],
  ["no content", { status: 204 }, "BAD_RESPONSE", MIXPEEK],
  ["blanks", { body: "  \n" }, "BAD_RESPONSE", MIXPEEK],
  ["truncated JSON", { body: '{"results": [' }, "BAD_RESPONSE", MIXPEEK],
  ["two JSON texts", { body: "{}{}" }, "BAD_RESPONSE", MIXPEEK],
  ["NaN", { body: "NaN" }, "BAD_RESPONSE", MIXPEEK],
  ["null", json(null), "BAD_RESPONSE", MIXPEEK],
  ["a number", json(5), "BAD_RESPONSE", MIXPEEK],
  ["a text", json("ok"), "BAD_RESPONSE", MIXPEEK],
  ["a list", json([]), "BAD_RESPONSE", MIXPEEK],
  ["an empty map", json({}), "BAD_RESPONSE", MIXPEEK],
  ["results of null", list(null), "BAD_RESPONSE", MIXPEEK],
  ["results as a map", list({ trg_1: live() }), "BAD_RESPONSE", MIXPEEK],
  ["results as a string", list("none"), "BAD_RESPONSE", MIXPEEK],
  ["results under another name", json({ items: [], total: 0 }), "BAD_RESPONSE", MIXPEEK],
  ["no total", json({ results: [] }), "BAD_RESPONSE", MIXPEEK],
  ["a total as a string", list([live()], "1"), "BAD_RESPONSE", MIXPEEK],
  ["a total below zero", list([], -1), "BAD_RESPONSE", MIXPEEK],
  ["a fractional total", list([], 0.5), "BAD_RESPONSE", MIXPEEK],
  ["a wrong total", list([live()], 5000), "BAD_RESPONSE", MIXPEEK],
  ["a positive total for an empty list", list([], 3), "BAD_RESPONSE", MIXPEEK],
  ["a null trigger", list([null]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger as a string", list(["trg_1"]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger as a list", list([[]]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger without id", list([live({ trigger_id: undefined })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger with a number as its id", list([live({ trigger_id: 5 })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger with an empty id", list([live({ trigger_id: "" })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger without namespace", list([live({ namespace_id: undefined })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger with an unknown status", list([live({ status: "sleeping" })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger without status", list([live({ status: undefined })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger without an action", list([live({ action_type: null })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger with a config as a string", list([live({ action_config: "{}" })]), "BAD_RESPONSE", MIXPEEK],
  ["a trigger with a schedule as a list", list([live({ schedule_config: [] })]), "BAD_RESPONSE", MIXPEEK],
  ["a status with a line break", list([live({ status: "a\nb\u001b[31m" })]), "BAD_RESPONSE", MIXPEEK],
  ["a redirect", { status: 302, headers: { location: "https://example.com/" } }, "NOT_THE_API", ELSEWHERE],
  [
    "a redirect to itself",
    { status: 307, headers: { location: "/v1/triggers/list" } },
    "NOT_THE_API",
    ELSEWHERE,
  ],
  ["a moved address", { status: 301 }, "NOT_THE_API", ELSEWHERE],
  ["nothing changed", { status: 304 }, "NOT_THE_API", ELSEWHERE],
  ["a gigantic response", { body: () => `"${"a".repeat(65 * 1024 * 1024)}"` }, "BAD_RESPONSE", MIXPEEK],
  // Errors.
  ["400", error(400, "BadRequestError", "limit is wrong"), "BAD_REQUEST", MIXPEEK],
  ["401", error(401, "UnauthorizedError", "Invalid API key"), "UNAUTHORIZED", "Check mixpeek:apiKey"],
  ["401 without a body", { status: 401 }, "UNAUTHORIZED", "Check mixpeek:apiKey"],
  ["401 as a web page", { status: 401, body: PAGE, headers: HTML }, "NOT_THE_API", ELSEWHERE],
  [
    "401 that repeats the key",
    error(401, "UnauthorizedError", `no such key ${KEY}`),
    "UNAUTHORIZED",
    "Check mixpeek:apiKey",
  ],
  ["402", { status: 402 }, "NOT_ENABLED", "plan includes"],
  ["403", error(403, "ForbiddenError", "not allowed"), "FORBIDDEN", "role allows"],
  ["403 because of the plan", error(403, "NotEnabledError", "no triggers"), "NOT_ENABLED", "plan includes"],
  ["403 as plain text", { status: 403, body: "denied" }, "NOT_THE_API", ELSEWHERE],
  [
    "404 of the namespace",
    error(404, "NotFoundError", "Namespace prod not found"),
    "NAMESPACE_NOT_FOUND",
    "mixpeek:namespace",
  ],
  ["404 as a web page", { status: 404, body: PAGE, headers: HTML }, "NOT_THE_API", ELSEWHERE],
  ["404 without a body", { status: 404 }, "NOT_THE_API", ELSEWHERE],
  ["404 about something unknown", json({ detail: "Not Found" }, 404), "NOT_THE_API", ELSEWHERE],
  ["405", json({ detail: "Method Not Allowed" }, 405), "BAD_REQUEST", MIXPEEK],
  ["407", { status: 407 }, "NETWORK", "proxy"],
  ["409", error(409, "AlreadyExistsError", "there is one"), "ALREADY_EXISTS", MIXPEEK],
  ["410", { status: 410 }, "BAD_REQUEST", MIXPEEK],
  ["413", { status: 413, body: "Payload Too Large" }, "BAD_REQUEST", MIXPEEK],
  ["418", { status: 418, body: "short and stout" }, "BAD_REQUEST", MIXPEEK],
  ["422", error(422, "ValidationError", "limit is too large"), "VALIDATION", MIXPEEK],
  [
    "422 in the framework's format",
    json({ detail: [{ loc: ["body", "limit"], msg: "too large", type: "x" }] }, 422),
    "VALIDATION",
    MIXPEEK,
  ],
  ["422 with unusual items", json({ detail: [null, 5, { loc: 5, msg: 5 }] }, 422), "VALIDATION", MIXPEEK],
  [
    "422 about a key",
    json({ detail: [{ loc: ["body", "sort_by"], msg: "no", type: "extra_forbidden" }] }, 422),
    "EXTRA_FORBIDDEN",
    MIXPEEK,
  ],
  [
    "422 with a thousand items",
    json({ detail: Array.from({ length: 1000 }, (_, at) => ({ loc: ["body", `k${at}`], msg: "no" })) }, 422),
    "VALIDATION",
    MIXPEEK,
  ],
  [
    "422 with line breaks and colours",
    error(422, "ValidationError", "a\n\n\n\u001b[31mb\r\nc\u202ed"),
    "VALIDATION",
    MIXPEEK,
  ],
  [
    "422 with a stack trace",
    error(422, "ValidationError", "Traceback\n    at run (/srv/app.js:1:1)\n    at go"),
    "VALIDATION",
    MIXPEEK,
  ],
  ["422 with an error as a list", json({ error: ["a"] }, 422), "VALIDATION", MIXPEEK],
  ["422 with an error as a string", json({ error: "no" }, 422), "VALIDATION", MIXPEEK],
  ["422 with null", json(null, 422), "VALIDATION", MIXPEEK],
  ["422 with a megabyte", { status: 422, body: () => "x".repeat(1_000_000) }, "VALIDATION", MIXPEEK],
  ["408", { status: 408 }, "TIMEOUT", "Check mixpeek:baseUrl"],
  ["429 for an hour", { status: 429, headers: { "retry-after": "3600" } }, "RATE_LIMITED", "Run again later"],
  ["500", error(500, "InternalServerError", "boom"), "SERVER_ERROR", "Run again later"],
  ["500 as a web page", { status: 500, body: PAGE, headers: HTML }, "SERVER_ERROR", "Run again later"],
  [
    "500 that repeats the key",
    { status: 500, body: `{"error": "${KEY}"}` },
    "SERVER_ERROR",
    "Run again later",
  ],
  ["502 as a web page", { status: 502, body: PAGE, headers: HTML }, "UNAVAILABLE", "Run again later"],
  ["503 without a body", { status: 503 }, "UNAVAILABLE", "Run again later"],
  ["504", { status: 504, body: "upstream timed out" }, "UNAVAILABLE", "Run again later"],
  ["half of the announced body", { ...list([live()]), breaksAfter: 40 }, "NETWORK", "Check mixpeek:baseUrl"],
  [
    "no byte of the announced body",
    { ...list([live()]), breaksAfter: 0 },
    "NETWORK",
    "Check mixpeek:baseUrl",
  ],
  ["501", { status: 501 }, "SERVER_ERROR", "Run again later"],
  ["505 as a web page", { status: 505, body: PAGE, headers: HTML }, "SERVER_ERROR", "Run again later"],
  ["599", { status: 599, body: "?" }, "SERVER_ERROR", "Run again later"],
];

const ASKERS: readonly (readonly string[])[] = [
  ["plan", "--env", "environments/prod.yaml"],
  ["drift", "--env", "environments/prod.yaml"],
  ["compare", "--env", "environments/prod.yaml", "--env", "environments/dev.yaml"],
  ["promote", "--from", "environments/prod.yaml", "--to", "environments/dev.yaml", "--yes"],
  ["export", "--namespace", "prod"],
];

/** Responses to the lookup of a name: up and preview request it first. */
const NAMES: readonly Row[] = LISTS.filter(([name]) =>
  /^(a web page|nothing|null|a list|an empty map|JSON cut short|a redirect|401|403|422|501)$/.test(name),
);

export const ANSWERS: readonly BadInput[] = [
  ...LISTS.map(([name, answer, code, fix], at) => ({
    name,
    argv: ASKERS[at % ASKERS.length]!,
    answer,
    code,
    fix,
  })),
  ...NAMES.map(([name, answer, code, fix], at) => ({
    name: `${name}, for a name`,
    argv: [["preview"], ["up", "--yes"], ["up", "--yes", "--json"]][at % 3]!.concat(
      "--env",
      "environments/prod.yaml",
    ),
    files: { "triggers/a.yaml": nightly("action_config: { cluster_id: '${cluster:products}' }") },
    answer,
    code,
    fix,
  })),
  {
    name: "a name that does not exist",
    argv: ["up", "--env", "environments/prod.yaml", "--yes"],
    files: { "triggers/a.yaml": nightly("action_config: { cluster_id: '${cluster:products}' }") },
    answer: error(404, "NotFoundError", "Cluster products not found"),
    code: "REFERENCE_NOT_FOUND",
    fix: "Create it there",
  },
  {
    name: "a good list, for a plan that has no folder",
    argv: ["plan", "--env", "environments/prod.yaml", "--out", "nowhere/plan.json"],
    answer: list([], 0),
    code: "ENOENT",
    fix: "Create the folder, or choose another file with --out",
  },
  {
    name: "a good list, for a plan that is a folder",
    argv: ["plan", "--env", "environments/prod.yaml", "--out", "triggers"],
    answer: list([], 0),
    code: "EISDIR",
    fix: "Move the folder, or choose another file with --out",
  },
  {
    name: "a good list, for an export into a file",
    argv: ["export", "--namespace", "prod", "--out", "triggers/a.yaml"],
    answer: list([live()], 1),
    code: "ENOTDIR",
    fix: "--out",
  },
  {
    name: "an empty list, for a promotion",
    argv: ["promote", "--from", "environments/dev.yaml", "--to", "environments/prod.yaml", "--yes"],
    answer: list([], 0),
    code: "NOT_PROVED",
    fix: "add --force",
  },
  {
    name: "two triggers with one name",
    argv: ["plan", "--env", "environments/prod.yaml"],
    answer: list([live({ name: "nightly" }), live({ name: "nightly", trigger_id: "trg_2" })], 2),
    code: "NAME_AMBIGUOUS",
    fix: "adopt",
  },
  {
    name: "nothing to adopt",
    argv: ["plan", "--env", "environments/prod.yaml"],
    files: { "triggers/a.yaml": nightly("adopt: trg_9") },
    answer: list([live({ name: "old", trigger_id: "trg_9", status: "disabled" })], 1),
    code: "ADOPT_NOT_FOUND",
    fix: "adopt",
  },
];
