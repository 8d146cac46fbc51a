// The goals of this package, checked against the rows of a run. A goal without measurements is left out.
import { Rows } from "../report/rows.mjs";
import { memoryGoals, ratioGoals } from "./targets.mjs";

const OURS = ["ours-yaml", "ours-ts"];
const TERRAFORM = ["terraform", "terraform-3"];
const lists = (n) => Math.ceil(n / 1000);

/**
 * Out: a `{goal, measured, met}` for each goal; `measured` says which rows it comes from. `isPartial`: some of its rows
 * were not measured, and `met` is about the others.
 */
export function goalsOf({ rows, cold, work }) {
  const found = new Rows(rows.filter(({ outcome }) => outcome === "done" || outcome === "stopped"));
  return [
    requestsGoal(found, "requests with nothing to do: one list for each 1,000 triggers", UNCHANGED, lists),
    requestsGoal(
      found,
      "requests of a first up: one for each trigger, and the lists",
      ["up"],
      (n) => n + lists(n),
    ),
    requestsGoal(
      found,
      "requests with 10 % edited: one for each edit, and the lists",
      ["edit"],
      (n) => n / 10 + lists(n),
    ),
    ...ratioGoals(found),
    floorGoal(found),
    ...peerGoals(found),
    planGoal(found),
    stateGoal(found),
    ...memoryGoals(found),
    ...(work ? workGoals(work) : []),
    ...(cold ? coldGoals(cold) : []),
  ].filter(Boolean);
}

const UNCHANGED = ["noop", "preview", "plan", "up-refresh", "refresh"];

/**
 * The requests of this package at every number of triggers. Names the cells that exceed the goal, or else the largest
 * cell.
 */
function requestsGoal(found, goal, operations, most) {
  const measured = found
    .all(
      ({ peer, operation, plan }) => OURS.includes(peer) && operations.includes(operation) && plan === "none",
    )
    .filter(({ outcome }) => outcome === "done")
    .map(({ peer, n, operation, requests }) => ({
      peer,
      n,
      operation,
      total: requests.total,
      most: most(n),
    }));
  if (measured.length === 0) return undefined;
  const text = ({ peer, n, operation, total, most: limit }) =>
    `${peer} ${operation} N = ${n.toLocaleString("en")}: ${total}, limit ${limit}`;
  // A latency changes no number of requests: what is over at one is so at the other.
  const over = [...new Set(measured.filter(({ total, most: limit }) => total > limit).map(text))];
  const largest = measured.reduce((a, b) => (b.n >= a.n ? b : a));
  return {
    goal,
    measured:
      over.length > 0 ? over.join("; ") : `all ${measured.length} rows; the largest is ${text(largest)}`,
    met: over.length === 0,
  };
}

const AT_1000 = { n: 1000, latencyMs: 0, plan: "none" };

function floorGoal(found) {
  const more = OURS.flatMap((peer) => {
    const row = found.get({ ...AT_1000, latencyMs: 100, peer, operation: "noop" });
    const base = row && found.baseOf(row);
    return base ? [{ peer, ms: row.wallMs - base.wallMs }] : [];
  });
  if (more.length === 0) return undefined;
  return {
    goal: "up with nothing to do, N = 1,000, 100 ms latency: at most 0.5 s more than do-nothing",
    measured: more
      .map(({ peer, ms }) => `${peer} ${ms > 0 ? "+" : ""}${(ms / 1000).toFixed(1)} s`)
      .join("; "),
    met: more.every(({ ms }) => ms <= 500),
  };
}

/** Next to Terraform's rows, the rows of the YAML command: like Terraform, it has an `apply` of its own. */
function peerGoals(found) {
  const times = ({ operation, latencyMs, peers }) => {
    const ours = found.get({ ...AT_1000, latencyMs, peer: "ours-yaml", operation });
    return peers.flatMap((peer) => {
      const row = found.get({ ...AT_1000, latencyMs, peer, operation });
      // Only rows of the same run: different runs are not comparable.
      return row && row.run === ours?.run ? [{ peer, ratio: row.wallMs / ours.wallMs }] : [];
    });
  };
  const goal = (text, cells, least) => {
    const measured = cells.map((cell) => ({ ...cell, times: times(cell) }));
    const ratios = measured.flatMap((cell) => cell.times.map(({ ratio }) => ratio));
    if (ratios.length === 0) return undefined;
    return {
      goal: text,
      measured: measured.flatMap(timesText).join("; "),
      met: ratios.every((ratio) => ratio >= least),
      isPartial: measured.some((cell) => cell.times.length === 0),
    };
  };
  const nothingToDo = (operation) => [
    { operation, latencyMs: 0, peers: ["terraform-3"] },
    ...TERRAFORM.map((peer) => ({ operation, latencyMs: 100, peers: [peer] })),
  ];
  return [
    goal(
      "first up and destroy of 1,000: Terraform takes at least 2.5 × as long",
      ["up", "destroy"].map((operation) => ({ operation, latencyMs: 0, peers: TERRAFORM })),
      2.5,
    ),
    goal(
      "up and preview with nothing to do, N = 1,000: restapi 3 takes longer; at 100 ms latency, both versions do",
      ["noop", "preview"].flatMap(nothingToDo),
      1,
    ),
  ];
}

function timesText({ operation, latencyMs, peers, times }) {
  const cell = `${operation}${latencyMs ? ` at ${latencyMs} ms` : ""}`;
  if (times.length === 0) return [`${cell}, ${peers.join(" or ")}: not measured`];
  return times.map(({ peer, ratio }) => `${cell}, ${peer}: ${ratio.toFixed(2)} ×`);
}

/** No other peer may be faster than `plan`, whatever it does when there is nothing to do. */
function planGoal(found) {
  const plan = found.get({ ...AT_1000, peer: "ours-yaml", operation: "plan" });
  if (!plan) return undefined;
  const others = found
    .all((row) => row.n === 1000 && row.latencyMs === 0 && row.plan === "none" && row.operation !== "plan")
    .filter(({ peer, run }) => peer !== "empty" && run === plan.run);
  const fastest = others.reduce((a, b) => (b.wallMs < a.wallMs ? b : a), others[0]);
  return {
    goal: "plan, N = 1,000: 1 request, at most 1 s, faster than every other row",
    measured: [
      `${plan.requests.total} request`,
      `${(plan.wallMs / 1000).toFixed(2)} s`,
      ...(fastest
        ? [
            `the next is ${fastest.peer} ${fastest.operation} with ${(fastest.wallMs / plan.wallMs).toFixed(1)} ×`,
          ]
        : []),
    ].join("; "),
    met: plan.requests.total === 1 && plan.wallMs <= 1000 && !(fastest?.wallMs < plan.wallMs),
  };
}

function stateGoal(found) {
  const states = OURS.flatMap((peer) => {
    const rows = found.all((row) => row.peer === peer && row.operation === "up" && row.state?.provided);
    const row = rows.reduce((a, b) => (b.n >= (a?.n ?? 0) ? b : a), undefined);
    return row ? [{ peer, ...row.state }] : [];
  });
  if (states.length === 0) return undefined;
  return {
    goal: "bytes of state per trigger: at most 1,100",
    measured: states
      .map(
        ({ peer, each, provided }) => `${peer} ${each}, ${each - provided} of them the engine's own record`,
      )
      .join("; "),
    met: states.every(({ each }) => each <= 1100),
  };
}

function workGoals(work) {
  const [small, large] = [work[0], work.at(-1)];
  return [
    {
      goal: "own work (validate, resolve, diff) per trigger: at most 0.1 ms, and no more at 10,000 than at 1,000",
      measured: work
        .map(({ n, msEach }) => `N = ${n.toLocaleString("en")}: ${msEach.all.toFixed(3)} ms`)
        .join("; "),
      // Up to a tenth more is noise, not quadratic growth.
      met: work.every(({ msEach }) => msEach.all <= 0.1) && large.msEach.all <= small.msEach.all * 1.1,
    },
  ];
}

const COLD = { "--help": 1.5, validate: 2.2, preview: 4 };

function coldGoals(cold) {
  return Object.entries(COLD).flatMap(([word, most]) => {
    const row = cold.find(({ command }) => command.includes(word));
    if (!row) return [];
    return [
      {
        goal: `cold start of \`${row.command}\`: at most ${most} × \`node -e 0\``,
        measured: `${row.ratio.toFixed(2)} ×`,
        met: row.ratio <= most,
      },
    ];
  });
}
