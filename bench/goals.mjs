// What ours has to reach, held against the rows of a run. A goal of which nothing was measured is left out.
import { Rows } from "./rows.mjs";

const OURS = ["ours-yaml", "ours-ts"];
const TERRAFORM = ["terraform", "terraform-3"];
const lists = (n) => Math.ceil(n / 1000);

/** Out: `{goal, measured, met}` each; `measured` names what it is of. */
export function goalsOf({ rows, cold, work }) {
  const found = new Rows(rows.filter(({ outcome }) => outcome === "done" || outcome === "stopped"));
  return [
    requestsGoal(found, "requests with nothing to do: one list for each thousand", UNCHANGED, lists),
    requestsGoal(found, "requests of a first up: one each, and the lists", ["up"], (n) => n + lists(n)),
    requestsGoal(
      found,
      "requests with 10 % edited: one each, and the lists",
      ["edit"],
      (n) => n / 10 + lists(n),
    ),
    ratioGoal(found, "time of an up with nothing to do, N = 1,000: at most 1.10 × do-nothing", "noop", 1.1),
    floorGoal(found),
    ratioGoal(found, "time of a first up, N = 1,000: at most 1.10 × do-nothing", "up", 1.1),
    ...peerGoals(found),
    planGoal(found),
    stateGoal(found),
    memoryGoal(found),
    ...(work ? workGoals(work) : []),
    ...(cold ? coldGoals(cold) : []),
  ].filter(Boolean);
}

const UNCHANGED = ["noop", "preview", "plan", "up-refresh", "refresh"];

/** Of ours at every number of triggers; what is over is named, else the largest. */
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
    `${peer} ${operation} N = ${n.toLocaleString("en")}: ${total} of ${limit}`;
  // A latency changes no number of requests: what is over at one is so at the other.
  const over = [...new Set(measured.filter(({ total, most: limit }) => total > limit).map(text))];
  const largest = measured.reduce((a, b) => (b.n >= a.n ? b : a));
  return {
    goal,
    measured: over.length > 0 ? over.join("; ") : `all of ${measured.length}; ${text(largest)}`,
    met: over.length === 0,
  };
}

const AT_1000 = { n: 1000, latencyMs: 0, plan: "none" };

function ratioGoal(found, goal, operation, most) {
  const ratios = OURS.flatMap((peer) => {
    const row = found.get({ ...AT_1000, peer, operation });
    const base = row && found.baseOf(row);
    return base ? [{ peer, ratio: row.wallMs / base.wallMs, of: equalText(found, row) }] : [];
  });
  if (ratios.length === 0) return undefined;
  return {
    goal,
    measured: ratios.map(({ peer, ratio, of }) => `${peer} ${ratio.toFixed(2)} ×${of}`).join("; "),
    met: ratios.every(({ ratio }) => ratio <= most),
  };
}

/** The engine takes its time for a trigger's properties whatever the provider does with them. */
function equalText(found, row) {
  const equal = found.get({ ...AT_1000, run: row.run, peer: "equal", operation: row.operation });
  return equal ? ` (${(row.wallMs / equal.wallMs).toFixed(2)} × with a trigger's properties)` : "";
}

function floorGoal(found) {
  const more = OURS.flatMap((peer) => {
    const row = found.get({ ...AT_1000, latencyMs: 100, peer, operation: "noop" });
    const base = row && found.baseOf(row);
    return base ? [{ peer, ms: row.wallMs - base.wallMs }] : [];
  });
  if (more.length === 0) return undefined;
  return {
    goal: "the same at 100 ms latency: at most do-nothing and 0.5 s",
    measured: more
      .map(({ peer, ms }) => `${peer} ${ms > 0 ? "+" : ""}${(ms / 1000).toFixed(1)} s`)
      .join("; "),
    met: more.every(({ ms }) => ms <= 500),
  };
}

/** Beside the Terraform rows, by ours in YAML: it is what has an `apply` of its own, as they have. */
function peerGoals(found) {
  const times = (operation, latencyMs, peers = TERRAFORM) => {
    const ours = found.get({ ...AT_1000, latencyMs, peer: "ours-yaml", operation });
    const theirs = peers.flatMap((peer) => {
      const row = found.get({ ...AT_1000, latencyMs, peer, operation });
      // One of another run would compare days.
      return row && row.run === ours?.run
        ? [{ peer, operation, latencyMs, ratio: row.wallMs / ours.wallMs }]
        : [];
    });
    return theirs;
  };
  const goal = (text, measured, least) =>
    measured.length === 0
      ? undefined
      : {
          goal: text,
          measured: measured
            .map(
              ({ peer, operation, latencyMs, ratio }) =>
                `${operation}${latencyMs ? ` at ${latencyMs} ms` : ""}, ${peer}: ${ratio.toFixed(2)} ×`,
            )
            .join("; "),
          met: measured.every(({ ratio }) => ratio >= least),
        };
  return [
    goal(
      "first up and destroy of 1,000: Terraform takes at least 2.5 × as long",
      [...times("up", 0), ...times("destroy", 0)],
      2.5,
    ),
    goal(
      "up and preview with nothing to do, N = 1,000: restapi 3 takes longer, and both do at 100 ms",
      ["noop", "preview"].flatMap((operation) => [
        ...times(operation, 0, ["terraform-3"]),
        ...times(operation, 100),
      ]),
      1,
    ),
  ];
}

/** No peer's row but ours may be faster than `plan`, whatever it does with nothing to do. */
function planGoal(found) {
  const plan = found.get({ ...AT_1000, peer: "ours-yaml", operation: "plan" });
  if (!plan) return undefined;
  const others = found
    .all((row) => row.n === 1000 && row.latencyMs === 0 && row.plan === "none" && row.operation !== "plan")
    .filter(({ peer, run }) => peer !== "empty" && run === plan.run);
  const fastest = others.reduce((a, b) => (b.wallMs < a.wallMs ? b : a), others[0]);
  return {
    goal: "plan of 1,000: 1 request, at most 1 s, faster than every row",
    measured: [
      `${plan.requests.total} request`,
      `${(plan.wallMs / 1000).toFixed(2)} s`,
      ...(fastest
        ? [`next is ${fastest.peer} ${fastest.operation} with ${(fastest.wallMs / plan.wallMs).toFixed(1)} ×`]
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
    goal: "bytes of state a trigger above the engine's own record: at most the JSON of inputs and outputs and 200",
    measured: states.map(({ peer, provided, json }) => `${peer} ${provided} with ${json} of JSON`).join("; "),
    met: states.every(({ provided, json }) => provided <= json + 200),
  };
}

function memoryGoal(found) {
  const peaks = OURS.flatMap((peer) => {
    const rows = found.all((row) => row.peer === peer && row.n === 10_000 && row.memory?.provider);
    return rows.length === 0
      ? []
      : [{ peer, mb: Math.max(...rows.map(({ memory }) => memory.provider)) / 1e6 }];
  });
  if (peaks.length === 0) return undefined;
  return {
    goal: "peak memory of the provider's process, N = 10,000: at most 150 MB",
    measured: peaks.map(({ peer, mb }) => `${peer} ${Math.round(mb)} MB`).join("; "),
    met: peaks.every(({ mb }) => mb <= 150),
  };
}

function workGoals(work) {
  const [small, large] = [work[0], work.at(-1)];
  return [
    {
      goal: "our own work (validate, resolve, diff) a trigger: at most 0.1 ms, linear to 10,000",
      measured: work
        .map(({ n, msEach }) => `N = ${n.toLocaleString("en")}: ${msEach.all.toFixed(3)} ms`)
        .join("; "),
      // A tenth over is noise, not a square.
      met: work.every(({ msEach }) => msEach.all <= 0.1) && large.msEach.all <= small.msEach.all * 1.1,
    },
  ];
}

const COLD = { "--help": 1.5, validate: 2.5 };

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
