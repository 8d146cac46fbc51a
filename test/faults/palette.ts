import fc, { type Arbitrary } from "fast-check";
import type { Fault, Operation } from "../../provider/emulator";

/** A fault with its name in the table. */
export interface Named {
  label: string;
  fault: Fault;
}

/** Faults of every kind that the emulator has, each with all its forms. */
const FORMS: Readonly<Record<string, Arbitrary<Fault>>> = {
  latency: fc.constant({ kind: "latency", ms: 3, jitter: 5 }),
  "reset-before": fc.constant({ kind: "reset", at: "before" }),
  "reset-after": fc.constant({ kind: "reset", at: "after" }),
  "5xx-before": status("before"),
  "5xx-after": status("after"),
  "429-seconds": limit("seconds"),
  "429-date": limit("date"),
  "429-garbage": limit("garbage"),
  "429-none": limit("none"),
  "html-before": html("before"),
  "html-after": html("after"),
  redirect: fc.constant({ kind: "redirect", location: "http://127.0.0.1:9/elsewhere" }),
  truncated: fc.record({
    kind: fc.constant("truncated" as const),
    content_length: fc.constantFrom("whole" as const, "cut" as const),
  }),
  "partial-list": fc.record({ kind: fc.constant("partial" as const), results: fc.nat({ max: 2 }) }),
  "partial-trigger": fc.record({
    kind: fc.constant("partial" as const),
    without: fc.subarray(["trigger_id", "status", "schedule_config", "updated_at", "created_at"], {
      minLength: 1,
    }),
  }),
  malformed: fc.constant({ kind: "malformed" }),
  slow: fc.constant({ kind: "slow", chunk_bytes: 256, every_ms: 1 }),
  "silence-before": fc.constant({ kind: "silence", at: "before" }),
  "silence-after": fc.constant({ kind: "silence", at: "after" }),
  "empty-page": fc.constant({ kind: "empty_page" }),
  "deleted-while-listing": fc.constant({ kind: "deleted_while_listing" }),
  "duplicate-ids": fc.constant({ kind: "duplicate_ids" }),
  // The client looks again for seven seconds before it holds a create for not done.
  lag: fc.record({ kind: fc.constant("lag" as const), seconds: fc.constantFrom(1, 3, 6) }),
  "clock-skew": fc.record({
    kind: fc.constant("clock_skew" as const),
    seconds: fc.constantFrom(-7200, -30, 30, 7200),
  }),
};

export const LABELS = Object.keys(FORMS);
/** Not the emulator's but the runs' own: see `Kill`. */
export const KILLS = ["kill-before", "kill-after"] as const;

function status(at: "before" | "after"): Arbitrary<Fault> {
  return fc
    .constantFrom(500 as const, 502 as const, 503 as const, 504 as const)
    .map((code) => ({ kind: "status", at, status: code }));
}

function html(at: "before" | "after"): Arbitrary<Fault> {
  return fc.constantFrom(200, 404, 502).map((code) => ({ kind: "html", at, status: code }));
}

function limit(retry_after: "seconds" | "date" | "garbage" | "none"): Arbitrary<Fault> {
  return fc.constantFrom(0, 1, 40).map((seconds) => ({ kind: "rate_limit", retry_after, seconds }));
}

/** Which requests of a run it strikes, and how many: up to as many as make the client give up. */
const selection = fc.record(
  {
    operation: fc.constantFrom<Operation>("list", "get", "create", "patch", "pause", "resume", "delete"),
    after: fc.nat({ max: 4 }),
    times: fc.integer({ min: 1, max: 6 }),
    probability: fc.constantFrom(0.3, 0.7),
    seed: fc.nat({ max: 1000 }),
  },
  { requiredKeys: ["times"] },
);

/** One fault out of those that `only` names; all when it is empty. */
export function faultOf(only: readonly string[]): Arbitrary<Named> {
  const labels = LABELS.filter((label) => only.length === 0 || only.includes(label));
  return fc.oneof(
    ...labels.map((label) =>
      fc.tuple(FORMS[label]!, selection).map(([form, chosen]) => ({
        label,
        // Each one is waited for in real time.
        fault: { ...form, ...chosen, ...(form.kind === "silence" ? { times: 1 } : {}) } as Fault,
      })),
    ),
  );
}

/** Kinds whose waits are the machine's own, for as long as the client is patient. */
const LONG: ReadonlySet<string> = new Set(["silence"]);

/** The same faults where each wait is one of this machine: shorter ones, and none for the sake of waiting. */
export const briefFaultOf = (only: readonly string[]): Arbitrary<Named> =>
  faultOf(only)
    .filter(({ fault }) => !LONG.has(fault.kind))
    .map(({ label, fault }) => ({ label, fault: brief(fault) }));

function brief(fault: Fault): Fault {
  const times = Math.min(fault.times ?? 3, 3);
  if (fault.kind === "rate_limit") return { ...fault, times, seconds: Math.min(fault.seconds ?? 1, 1) };
  return { ...fault, times };
}
