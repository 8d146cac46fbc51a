import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { RETRY_LIMITS, RETRY_RULES } from "../../../provider/api/limits/retry-rules";
import { ResourcesApi } from "../../../provider/api/names-to-ids";
import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import { applyCalls } from "../../../provider/apply";
import { clientOf, fakeClock, ok, type Reply, serving, vendorError } from "../server";
import { DESIRED } from "../triggers-client";
import { CALL_KINDS, type CallKind, retryTable } from "./retry-table";

const EMPTY = [{ namespace: "dev", triggers: [], absent: [], names: true }];

/** One call of each kind, with what makes it safe to repeat. */
const CALLS: Readonly<Record<CallKind, (api: TriggersApi, resources: ResourcesApi) => Promise<unknown>>> = {
  list: (api) => new TriggerLists(api).snapshot("dev"),
  read: (api) => api.get("dev", "trg_1"),
  lookup: (_, resources) => resources.find("dev", [{ kind: "cluster", name: "products" }]),
  create: (api) =>
    applyCalls({ api, live: new TriggerLists(api, EMPTY), namespace: "dev", desired: DESIRED }, [
      { op: "create", body: { name: "nightly", action_type: "cluster" } },
    ]),
  patch: (api) => api.patch("dev", "trg_1", { description: "x" }),
  "pause, resume": async (api) => {
    await api.pause("dev", "trg_1");
  },
  delete: (api) => api.delete("dev", "trg_1"),
  execute: (api) => api.execute("dev", "trg_1"),
};

const reset: Reply = (_, __, socket) => socket.destroy();
const error = (status: number, type: string, details: object = {}): Reply =>
  vendorError(status, type, "no", { details });
const page = (status: number): Reply => ({ status, text: "<html></html>" });

/** The failure for each rule. An address instead of responses: nothing listens there. */
const FAILURES: Readonly<Record<keyof typeof RETRY_RULES, Reply[] | "closed" | "https">> = {
  refused: [
    error(400, "BadRequestError"),
    error(401, "UnauthorizedError"),
    error(403, "ForbiddenError"),
    vendorError(404, "NotFoundError", "Namespace dev not found"),
    error(409, "AlreadyExistsError"),
    error(422, "ValidationError"),
    { status: 302, headers: { location: "https://login.example" } },
  ],
  rateLimited: [
    { ...error(429, "TooManyRequestsError"), headers: { "retry-after": "60" } },
    error(429, "TooManyRequestsError", { retryable: true, retry_after_seconds: 60 }),
  ],
  writeRefused: [
    error(503, "WriterReadOnlyError"),
    { ...error(503, "WriterReadOnlyError", { retryable: true }), headers: { "retry-after": "15" } },
    error(503, "InternalServerError", { retryable: true, retry_after_seconds: 15 }),
  ],
  unavailable: [
    page(502),
    page(503),
    page(504),
    { status: 503, json: { message: "upstream connect error" }, headers: { "retry-after": "15" } },
    error(503, "InternalServerError"),
    // The status in the envelope differs from the response's: a gateway passed the error on.
    { ...error(500, "WriterReadOnlyError", { retryable: true }), status: 503 },
  ],
  retryable: [
    error(500, "InternalServerError", { retryable: true }),
    error(408, "TimeoutError", { retryable: true, retry_after: 10 }),
  ],
  failed: [error(500, "InternalServerError"), page(500), { status: 408 }],
  broken: [{ status: 501 }, { status: 505 }],
  refusedForGood: [
    { ...error(429, "TooManyRequestsError", { retryable: false }), headers: { "retry-after": "1" } },
  ],
  failedForGood: [
    error(500, "InternalServerError", { retryable: false }),
    { ...error(503, "WriterReadOnlyError", { retryable: false }), headers: { "retry-after": "1" } },
    { status: 504, json: { detail: { error: { details: { retryable: false } } } } },
  ],
  unsent: "closed",
  misconfigured: "https",
  unanswered: [reset],
  unreadable: [page(200)],
};

const ANSWERS = Object.entries(FAILURES).flatMap(([rule, replies]) =>
  (typeof replies === "string" ? [undefined] : replies).map((reply, at) => ({
    rule: rule as keyof typeof RETRY_RULES,
    reply,
    at,
  })),
);

/** The table's cell for a rule and a kind of call. */
function cellOf(rule: keyof typeof RETRY_RULES, kind: CallKind): string {
  const row = retryTable()[2 + Object.keys(RETRY_RULES).indexOf(rule)]!;
  return row.split("|")[2 + Object.keys(CALL_KINDS).indexOf(kind)]!.trim();
}

interface Sent {
  /** How often the call was sent. */
  times: number;
  /** Whether the live triggers were listed before a retry. */
  looked: boolean;
  /** In milliseconds. */
  took: number;
}

/** Makes one call to a service that never recovers. */
async function sent(kind: CallKind, reply: Reply | undefined, url?: string): Promise<Sent> {
  const isLook = ({ url: path }: { url: string }) => kind === "create" && path === "/v1/triggers/list";
  const server = await serving((request) => (isLook(request) ? ok({ results: [], total: 0 }) : reply!));
  if (url === undefined && reply === undefined) await server.close();
  const clock = fakeClock(0.5);
  const http = clientOf({ url: url ?? server.url }, clock.options);
  await expect(CALLS[kind](new TriggersApi(http), new ResourcesApi(http))).rejects.toThrow();
  await http.close();
  const looks = server.seen.filter(isLook).length;
  const times = reply === undefined ? clock.slept.length + 1 : server.seen.length - looks;
  return { times, looked: looks > 0, took: clock.since() };
}

const LIMIT = RETRY_LIMITS.outage.total;

/** What each cell of the table means. */
const PROMISES: Readonly<Record<string, (sent: Sent) => void>> = {
  no: ({ times, looked }) => expect([times, looked]).toEqual([1, false]),
  short: ({ times, looked, took }) => {
    expect([times, looked]).toEqual([RETRY_LIMITS.short.tries, false]);
    expect(took).toBeLessThan(10_000);
  },
  outage: ({ times, looked, took }) => {
    expect(looked).toBe(false);
    expect(times).toBeGreaterThan(RETRY_LIMITS.short.tries);
    expect(took).toBeGreaterThan(LIMIT - 2 * RETRY_LIMITS.outage.most);
    expect(took).toBeLessThan(LIMIT);
  },
  "rate limit": ({ looked, took }) => {
    expect(looked).toBe(false);
    expect(took).toBeGreaterThan(LIMIT);
    expect(took).toBeLessThanOrEqual(RETRY_LIMITS["rate limit"].total);
  },
  "look up, once": ({ times, looked }) => expect([times, looked]).toEqual([2, true]),
  "look up, outage": ({ times, looked, took }) => {
    expect(looked).toBe(true);
    expect(times).toBeGreaterThan(2);
    expect(took).toBeGreaterThan(LIMIT - 2 * RETRY_LIMITS.outage.most);
    expect(took).toBeLessThan(LIMIT + RETRY_LIMITS.outage.most);
  },
  "look up only": ({ times, looked }) => expect([times, looked]).toEqual([1, true]),
};

describe.each(ANSWERS)("$rule ($at)", ({ rule, reply }) => {
  test.each(Object.keys(CALL_KINDS) as CallKind[])("%s is sent as often as the table says", async (kind) => {
    const elsewhere =
      FAILURES[rule] === "https" ? (await serving([ok()])).url.replace("http", "https") : undefined;
    PROMISES[cellOf(rule, kind)]!(await sent(kind, reply, elsewhere));
  });
});

test("docs/reliability.md contains the table", () => {
  const docs = readFileSync(join(__dirname, "../../../docs/reliability.md"), "utf8");
  expect(docs).toContain(retryTable().join("\n"));
});
