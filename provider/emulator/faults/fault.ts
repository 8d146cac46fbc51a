import { z } from "zod";
import { ERROR_STATUSES, invalid } from "../model/errors";

/** What a request asks of the API; `resources` is the list of a kind, `resource` one of it; the same of namespaces. */
export const OPERATIONS = [
  "list",
  "get",
  "create",
  "patch",
  "pause",
  "resume",
  "delete",
  "execute",
  "history",
  "resource",
  "resources",
  "namespace",
  "namespaces",
  "me",
  "task",
  "events",
  "health",
] as const;
export type Operation = (typeof OPERATIONS)[number];

const whole = (least: number) => z.int().min(least);
/** Some thirty years: what is added to a time stays one. */
const MOST_SECONDS = 1_000_000_000;
const milliseconds = z.number().min(0).max(600_000);
/** Before the service sees the request, or after it has done what was asked. */
const at = z.enum(["before", "after"]).default("before");

const operations = z
  .union([z.enum(OPERATIONS), z.array(z.enum(OPERATIONS)).min(1)], {
    error: `expected one or a list of ${OPERATIONS.join(", ")}`,
  })
  .transform((given) => (Array.isArray(given) ? given : [given]));

/** Which requests a fault strikes; all that is absent lets every request through. */
const selection = {
  operation: operations.optional(),
  method: z.enum(["GET", "POST", "PATCH", "DELETE"]).optional(),
  /** Glob over the path: `*` within a segment, `**` across. */
  path: z.string().startsWith("/").optional(),
  /** Name or id. */
  namespace: z.string().min(1).optional(),
  probability: z.number().gt(0).max(1).default(1),
  /** Start of the sequence that decides probability and jitter: the same seed, the same sequence. */
  seed: z.int().default(1),
  /** Matching requests let through first. */
  after: whole(0).default(0),
  /** Injections until the fault is spent; all when absent. */
  times: whole(1).optional(),
};

const fault = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape, ...selection });

const FAULT = z.discriminatedUnion("kind", [
  fault("latency", { ms: milliseconds, jitter: milliseconds.default(0) }),
  fault("reset", { at }),
  fault("silence", { at }),
  fault("hold", { at }),
  fault("status", {
    at,
    status: z.literal(ERROR_STATUSES).default(503),
    retryable: z.boolean().optional(),
    retry_after_seconds: whole(0).max(MOST_SECONDS).optional(),
  }),
  fault("rate_limit", {
    retry_after: z.enum(["seconds", "date", "garbage", "none"]).default("seconds"),
    seconds: whole(0).max(MOST_SECONDS).default(1),
    /** Unit of an `X-RateLimit-Reset`: none is sent, epoch seconds as the service has them, or milliseconds. */
    reset: z.enum(["none", "seconds", "milliseconds"]).default("none"),
  }),
  fault("html", { at, status: whole(200).max(599).default(200) }),
  fault("redirect", { location: z.string().min(1), status: z.literal([302, 307, 308]).default(307) }),
  fault("truncated", {
    /** How many are cut from the end; half of them when absent. */
    bytes: whole(1).optional(),
    content_length: z.enum(["whole", "cut"]).default("whole"),
  }),
  fault("partial", { results: whole(0).optional(), without: z.array(z.string()).min(1).optional() }),
  fault("malformed", { body: z.string().optional() }),
  fault("slow", { chunk_bytes: whole(1).default(16), every_ms: milliseconds.default(2) }),
  fault("empty_page", {}),
  fault("deleted_while_listing", {}),
  fault("duplicate_ids", {}),
  fault("lag", { seconds: z.number().gt(0).max(MOST_SECONDS) }),
  fault("clock_skew", { seconds: z.int().min(-MOST_SECONDS).max(MOST_SECONDS) }),
]);

/** A fault as it is given: in JSON to the control plane, or in process; defaults may be left out. */
export type Fault = z.input<typeof FAULT>;
/** A fault with its defaults filled in. */
export type ReadFault = z.output<typeof FAULT>;
export type FaultKind = ReadFault["kind"];
export type FaultOf<Kind extends FaultKind> = Extract<ReadFault, { kind: Kind }>;
/** Which requests to strike, without what to do to them. */
export type Selection = Omit<Extract<Fault, { kind: "empty_page" }>, "kind">;

/**
 * Reads a fault, or a list of them.
 * @throws ApiError 422 with every key that is unknown and every value that is out of bounds
 */
export function readFaults(given: unknown): ReadFault[] {
  const each = Array.isArray(given) ? given.map((one, index) => ({ one, loc: ["body", index] })) : [];
  const all = Array.isArray(given) ? each : [{ one: given, loc: ["body"] }];
  const issues = all.flatMap(({ one, loc }) => issuesOf(one, loc));
  if (issues.length > 0) throw invalid(issues);
  return all.map(({ one }) => FAULT.parse(one));
}

function issuesOf(given: unknown, loc: (string | number)[]) {
  const read = FAULT.safeParse(given);
  if (!read.success) {
    return read.error.issues.map((issue) => ({
      loc: [...loc, ...issue.path.filter((part) => typeof part !== "symbol")],
      msg: issue.message,
      type: issue.code,
    }));
  }
  const { data } = read;
  if (data.kind !== "partial" || data.results !== undefined || data.without) return [];
  return [{ loc, msg: "results or without says what is missing", type: "custom" }];
}
