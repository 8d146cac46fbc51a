import { z } from "zod";
import { ERROR_STATUSES, invalid } from "../model/errors";

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
/**
 * The API call of a request. `list` to `history` are the calls for triggers. `resource` and `namespace` read one object,
 * `resources` and `namespaces` list them. `me`, `task`, `events` and `health` are single calls.
 */
export type Operation = (typeof OPERATIONS)[number];

const whole = (least: number) => z.int().min(least);
/** About thirty years: a time shifted by this much is still a valid time. */
const MOST_SECONDS = 1_000_000_000;
const milliseconds = z.number().min(0).max(600_000);
const when = z.enum(["before", "after"]).default("before");
/** For the kinds that act before the service handles the request, or after it. */
const position = {
  /** `before` (default): the service does not get the request. `after`: it has handled the request. */
  at: when,
};

const operations = z
  .union([z.enum(OPERATIONS), z.array(z.enum(OPERATIONS)).min(1)], {
    error: `expected one or a list of ${OPERATIONS.join(", ")}`,
  })
  .transform((given) => (Array.isArray(given) ? given : [given]));

/** Which requests a fault matches. A key that is absent matches all requests. */
const selection = {
  /** The API call, or a list of calls. */
  operation: operations.optional(),
  /** HTTP method. */
  method: z.enum(["GET", "POST", "PATCH", "DELETE"]).optional(),
  /** Glob for the path, such as `/v1/triggers/*`: `*` matches within a segment, `**` across segments. */
  path: z.string().startsWith("/").optional(),
  /** Name or `ns_…` id of the namespace. */
  namespace: z.string().min(1).optional(),
  /** Share of the matching requests that get the fault: above 0, at most 1. Default: 1. */
  probability: z.number().gt(0).max(1).default(1),
  /** Seed of the random numbers for `probability` and `jitter`: the same seed makes the same decisions. Default: 1. */
  seed: z.int().default(1),
  /** Number of matching requests that pass before the first injection. Default: 0. */
  after: whole(0).default(0),
  /** Maximum number of injections. Default: no maximum. */
  times: whole(1).optional(),
};

const fault = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({
    /** What happens to a matching request; docs/emulator.md describes each kind. */
    kind: z.literal(kind),
    ...shape,
    ...selection,
  });

const FAULT = z.discriminatedUnion("kind", [
  fault("latency", {
    /** Delay, in milliseconds. */
    ms: milliseconds,
    /** Maximum random addition to the delay, in milliseconds. Default: 0. */
    jitter: milliseconds.default(0),
  }),
  fault("reset", position),
  fault("silence", position),
  fault("hold", position),
  fault("status", {
    ...position,
    /** HTTP status. Default: 503. */
    status: z.literal(ERROR_STATUSES).default(503),
    /** `details.retryable` of the error. Default: not sent. */
    retryable: z.boolean().optional(),
    /** Value of `Retry-After`, in seconds. Default: not sent. */
    retry_after_seconds: whole(0).max(MOST_SECONDS).optional(),
  }),
  fault("rate_limit", {
    /** Format of `Retry-After`. Default: `seconds`. `none`: not sent. */
    retry_after: z.enum(["seconds", "date", "garbage", "none"]).default("seconds"),
    /** Time until the next request is allowed, in seconds. Default: 1. */
    seconds: whole(0).max(MOST_SECONDS).default(1),
    /** Unit of `X-RateLimit-Reset`, a time since the Unix epoch. Default: `none`: not sent. */
    reset: z.enum(["none", "seconds", "milliseconds"]).default("none"),
  }),
  fault("html", {
    ...position,
    /** HTTP status. Default: 200. */
    status: whole(200).max(599).default(200),
  }),
  fault("redirect", {
    /** Value of the header `Location`. */
    location: z.string().min(1),
    /** HTTP status. Default: 307. */
    status: z.literal([302, 307, 308]).default(307),
  }),
  fault("truncated", {
    /** Number of bytes that are cut from the end of the body. Default: half of them. */
    bytes: whole(1).optional(),
    /** Whether `Content-Length` is that of the whole body (default) or of the cut body. */
    content_length: z.enum(["whole", "cut"]).default("whole"),
  }),
  fault("partial", {
    /** Maximum number of items in a list. `results`, `without` or both are required. */
    results: whole(0).optional(),
    /** Names of the fields that are left out. */
    without: z.array(z.string()).min(1).optional(),
  }),
  fault("malformed", {
    /** Text to send as the body. Default: JSON that does not parse. */
    body: z.string().optional(),
  }),
  fault("slow", {
    /** Size of a chunk, in bytes. Default: 16. */
    chunk_bytes: whole(1).default(16),
    /** Time between two chunks, in milliseconds. Default: 2. */
    every_ms: milliseconds.default(2),
  }),
  fault("empty_page", {}),
  fault("deleted_while_listing", {}),
  fault("duplicate_ids", {}),
  fault("lag", {
    /** Time until lists show a write, in seconds on the emulator's clock. */
    seconds: z.number().gt(0).max(MOST_SECONDS),
  }),
  fault("clock_skew", {
    /** Difference of the service's times, in seconds. May be negative. */
    seconds: z.int().min(-MOST_SECONDS).max(MOST_SECONDS),
  }),
]);

/**
 * A simulated failure of the network, a gateway or the service: what happens (`kind` and its keys), and to which requests
 * ({@link Selection}). Keys with a default are optional. docs/emulator.md describes each kind.
 */
export type Fault = z.input<typeof FAULT>;
/** A fault with its defaults filled in. */
export type ReadFault = z.output<typeof FAULT>;
/** What a fault does, such as `latency`, `status` or `lag`. */
export type FaultKind = ReadFault["kind"];
export type FaultOf<Kind extends FaultKind> = Extract<ReadFault, { kind: Kind }>;
/** The keys of a fault that select the requests. A key that is absent selects all requests. */
export type Selection = Omit<Extract<Fault, { kind: "empty_page" }>, "kind">;

/**
 * Reads a fault or a list of faults.
 * @throws ApiError 422 with all unknown keys and all values out of bounds
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
  return [{ loc, msg: "results, without or both are required", type: "custom" }];
}
