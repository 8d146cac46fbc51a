// Goals that compare two values of the same run, as data.

const at = (peer, n, operation) => ({ peer, n, operation });

/** `of`: the measured row; `base`: the row it is compared with, in the same part; `most`: the maximum ratio. */
export const RATIOS = [
  {
    goal: "up with nothing to do, N = 10: at most 1 × Terraform, restapi 1.20",
    ...{ of: at("ours-yaml", 10, "noop"), base: at("terraform", 10, "noop"), most: 1 },
  },
  {
    goal: "up with nothing to do, N = 1,000: at most 0.08 × do-nothing",
    ...{ of: at("ours-yaml", 1000, "noop"), base: at("floor", 1000, "noop"), most: 0.08 },
  },
  {
    goal: "up with nothing to do, N = 10,000: at most 0.05 × do-nothing",
    ...{ of: at("ours-yaml", 10_000, "noop"), base: at("floor", 10_000, "noop"), most: 0.05 },
  },
  {
    goal: "up with one of 10 edited: at most 0.45 × do-nothing",
    ...{ of: at("ours-yaml", 10, "edit-one"), base: at("floor", 10, "edit-one"), most: 0.45 },
  },
  {
    goal: "CPU time of an up with one of 1,000 edited: at most 1.5 × one of 10 edited",
    ...{ of: at("ours-yaml", 1000, "edit-one"), base: at("ours-yaml", 10, "edit-one"), most: 1.5 },
    part: "cpuMs",
  },
  {
    goal: "up with ten of 10,000 edited: at most 0.12 × an up of do-nothing with nothing to do",
    ...{ of: at("ours-yaml", 10_000, "edit-ten"), base: at("floor", 10_000, "noop"), most: 0.12 },
  },
  {
    goal: "first up of 1,000: at most 0.15 × do-nothing",
    ...{ of: at("ours-yaml", 1000, "up"), base: at("floor", 1000, "up"), most: 0.15 },
  },
  {
    goal: "refresh of 10,000, nothing drifted: at most 0.06 × do-nothing",
    ...{ of: at("ours-yaml", 10_000, "refresh"), base: at("floor", 10_000, "refresh"), most: 0.06 },
  },
  {
    goal: "up of a program with nothing to do, N = 1,000: at most 1.05 × do-nothing with a trigger's properties",
    ...{ of: at("ours-ts", 1000, "noop"), base: at("equal", 1000, "noop"), most: 1.05 },
  },
];

/** The combined peak memory of all processes of a command, in megabytes. */
export const MEMORIES = [
  {
    goal: "memory of all processes, up with nothing to do, N = 10,000: at most 200 MB",
    ...{ of: at("ours-yaml", 10_000, "noop"), most: 200 },
  },
  {
    goal: "memory of all processes, refresh, N = 10,000: at most 250 MB",
    ...{ of: at("ours-yaml", 10_000, "refresh"), most: 250 },
  },
];

const PLAIN = { latencyMs: 0, plan: "none" };

export function ratioGoals(found) {
  return RATIOS.flatMap(({ goal, of, base, most, part = "wallMs" }) => {
    const row = found.get({ ...PLAIN, ...of });
    const against = row && found.get({ ...PLAIN, ...base, run: row.run });
    if (!row?.[part] || !against?.[part] || row.outcome !== "done") return [];
    const ratio = row[part] / against[part];
    // A stopped command took longer than its recorded time.
    const measured = `${against.outcome === "stopped" ? "under " : ""}${ratio.toFixed(2)} ×`;
    return [{ goal, measured, met: ratio <= most }];
  });
}

export function memoryGoals(found) {
  return MEMORIES.flatMap(({ goal, of, most }) => {
    const row = found.get({ ...PLAIN, ...of });
    if (!row?.memory?.all) return [];
    const mb = row.memory.all / 1e6;
    return [{ goal, measured: `${Math.round(mb)} MB`, met: mb <= most }];
  });
}
