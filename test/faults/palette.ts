import fc, { type Arbitrary } from "fast-check";
import type { Fault, Operation } from "../../provider/emulator";

/** A fault, with its name in the table. */
export interface Named {
  label: string;
  fault: Fault;
}

/** Every kind of fault in the emulator, in all its forms. */
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
  // The client checks again for seven seconds before it treats a create as not done.
  lag: fc.record({ kind: fc.constant("lag" as const), seconds: fc.constantFrom(1, 3, 6) }),
  "clock-skew": fc.record({
    kind: fc.constant("clock_skew" as const),
    seconds: fc.constantFrom(-7200, -30, 30, 7200),
  }),
};

export const LABELS = Object.keys(FORMS);
/** Not faults of the emulator but of the runs: see `Kill`. */
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

const OPERATIONS = ["list", "get", "create", "patch", "pause", "resume", "delete"] as const;
const WRITES = ["create", "create", "patch", "pause", "resume", "delete"] as const;
const times = fc.integer({ min: 1, max: 6 });
const probability = fc.constantFrom(0.3, 0.7);
const seed = fc.nat({ max: 1000 });

/** Which requests of a run it affects, and how many: up to as many as make the client give up. */
const selection = fc.record(
  {
    operation: fc.constantFrom<Operation>(...OPERATIONS),
    after: fc.nat({ max: 4 }),
    times,
    probability,
    seed,
  },
  { requiredKeys: ["times"] },
);

/** The same for lists: a run makes few of them, of few pages. */
const ofLists = fc.record(
  { operation: fc.constant<Operation>("list"), after: fc.nat({ max: 2 }), times, probability, seed },
  { requiredKeys: ["operation", "times"] },
);
const ofWrites = fc.record(
  { operation: fc.constantFrom<Operation>(...WRITES), times },
  { requiredKeys: ["times"] },
);

/** Faults that are visible only in lists. */
const LISTED: ReadonlySet<string> = new Set([
  "partial-list",
  "empty-page",
  "deleted-while-listing",
  "duplicate-ids",
]);

type Chosen = Arbitrary<Partial<Pick<Fault, "operation" | "after" | "times" | "probability" | "seed">>>;

const named = (label: string, chosen: Chosen): Arbitrary<Named> =>
  fc.tuple(FORMS[label]!, chosen).map(([form, which]) => ({
    label,
    // Each one is waited for in real time.
    fault: { ...form, ...which, ...(form.kind === "silence" ? { times: 1 } : {}) } as Fault,
  }));

const labelsOf = (only: readonly string[]): string[] =>
  LABELS.filter((label) => only.length === 0 || only.includes(label));

/** One fault from those in `only`; empty: all. */
const faultOf = (only: readonly string[]): Arbitrary<Named> =>
  fc.oneof(...labelsOf(only).map((label) => named(label, selection)));

/** A list is read again within the lag only if a write's response was lost, so such a fault is added. */
const lagging: Arbitrary<Named[]> = fc
  .tuple(named("lag", ofWrites), named("reset-after", ofWrites))
  .map(([lag, lost]) => [lag, { ...lost, fault: { ...lost.fault, operation: "create" as const, times: 1 } }]);

/** Faults that occur together, so that lists get their share: from those in `only`; empty: all. */
export function faultsOf(only: readonly string[]): Arbitrary<Named[]> {
  const alone = (fault: Arbitrary<Named>): Arbitrary<Named[]> => fault.map((each) => [each]);
  return fc.oneof(
    ...labelsOf(only).map((label) => {
      if (LISTED.has(label)) return { weight: 8, arbitrary: alone(named(label, ofLists)) };
      if (label === "lag") return { weight: 6, arbitrary: lagging };
      const anywhere = { weight: 2, arbitrary: named(label, selection) };
      const onLists = { weight: 1, arbitrary: named(label, ofLists) };
      return { weight: 3, arbitrary: alone(fc.oneof(anywhere, onLists)) };
    }),
  );
}

/** Kinds whose waits take real time, as long as the client's timeouts. */
const LONG: ReadonlySet<string> = new Set(["silence"]);

/** The same faults for waits in real time: shorter ones, and none that only wait. */
export const briefFaultOf = (only: readonly string[]): Arbitrary<Named> =>
  faultOf(only)
    .filter(({ fault }) => !LONG.has(fault.kind))
    .map(({ label, fault }) => ({ label, fault: brief(fault) }));

function brief(fault: Fault): Fault {
  const times = Math.min(fault.times ?? 3, 3);
  if (fault.kind === "rate_limit") return { ...fault, times, seconds: Math.min(fault.seconds ?? 1, 1) };
  return { ...fault, times };
}
