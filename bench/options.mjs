// The command-line options.
import { parseArgs } from "node:util";
import { OPERATIONS } from "./operations.mjs";
import { PEERS } from "./peers.mjs";

export const USAGE = `npm run bench -- [options]

  --quick            N = 10 and 100 without latency; compares requests and bytes with bench/results/expected.json
  --update           with --quick: writes bench/results/expected.json
  --only PEERS       ${Object.keys(PEERS).join(",")}, and cold, work
  --n COUNTS         such as 10,100 (default 10,100,1000,10000)
  --latency MS       such as 0,100 (default 0,100; 100 up to N = 1000)
  --plan PLAN        rate limit of the service: none, pro, free (default none)
  --ops OPERATIONS   ${OPERATIONS.map(({ name }) => name).join(",")}
  --repeat K         runs of operations that change nothing; the median is reported (default 3 up to N = 100, else 1)
  --timeout SECONDS  an operation that takes longer is stopped (default 600)
  --restapi PATH     a build of the restapi provider 3.x (go build in a checkout of its tag), which gets its own column
  --out FILE         file for the results (default bench/results/results.json for a run without a selection)
  --merge            keeps the results in FILE that this run does not measure
  --report           no run: updates the tables and the plot from FILE
`;

export class UsageError extends Error {}

/** Measured separately, without peers. */
export const ALONE = ["cold", "work"];

export function readOptions(args) {
  let given;
  try {
    given = parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { quick } = given;
  const isSelection = ["only", "n", "latency", "plan", "ops"].some((name) => given[name] !== undefined);
  const latencies = numbers(given, "latency") ?? (quick ? [0] : undefined);
  return {
    help: given.help === true,
    quick: quick === true,
    includes: quick ? isQuick : () => true,
    // Times are then not meaningful and not reported.
    together: quick === true,
    update: given.update === true,
    report: given.report === true,
    merge: given.merge === true,
    isSelection,
    parts: names(given, "only", [...Object.keys(PEERS), ...ALONE]) ?? (quick ? QUICK_PEERS : undefined),
    counts: numbers(given, "n") ?? (quick ? [10, 100] : [10, 100, 1000, 10_000]),
    // With 10,000 triggers and a tenth of a second per request, a peer that sends one request per trigger would take
    // hours.
    latenciesFor: (count) => latencies ?? (count > 1000 ? [0] : [0, 100]),
    plan: oneOf(given, "plan", ["none", "pro", "free"]) ?? "none",
    operations: names(
      given,
      "ops",
      OPERATIONS.map(({ name }) => name),
    ),
    repeatFor: (count) => numbers(given, "repeat")?.[0] ?? (!quick && count <= 100 ? 3 : 1),
    timeoutMs: (numbers(given, "timeout")?.[0] ?? 600) * 1000,
    restapi: given.restapi,
    out: given.out,
  };
}

const QUICK_PEERS = ["floor", "ours-yaml", "ours-ts"];

/** A quick run measures the do-nothing provider only in `up`, because it must end within minutes. */
const isQuick = (peer, _count, operation) => peer !== "floor" || operation === "up";

const text = { type: "string" };
const flag = { type: "boolean" };
const OPTIONS = {
  ...{ quick: flag, update: flag, merge: flag, report: flag, help: { ...flag, short: "h" } },
  ...{ only: text, n: text, latency: text, plan: text, ops: text, repeat: text, timeout: text },
  ...{ restapi: text, out: text },
};

function names(given, option, known) {
  const list = given[option]?.split(",");
  const unknown = list?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--${option} ${unknown}: unknown value. Use one or more of ${known.join(",")}.`);
  return list;
}

function numbers(given, option) {
  const list = given[option]?.split(",").map(Number);
  if (list?.some((number) => !Number.isInteger(number) || number < 0))
    throw new UsageError(
      `--${option} ${given[option]}: not a list of whole numbers. Use numbers such as 10,100.`,
    );
  return list;
}

function oneOf(given, option, known) {
  return names({ [option]: given[option] }, option, known)?.[0];
}
