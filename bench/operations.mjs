// The measured operations, in order. Each starts from the triggers that the previous one left.

/**
 * `repeatable`: it changes nothing, so it can be measured several times. `stage`: the definitions from then on.
 * `drifts`: a manual change of the first trigger precedes it. `holds`: what must be true of the live triggers
 * afterwards.
 */
export const OPERATIONS = [
  { name: "up", title: "first up", holds: (live, n) => live.count === n },
  { name: "noop", title: "up, nothing to do", repeatable: true },
  { name: "preview", title: "preview, nothing to do", repeatable: true },
  { name: "plan", title: "plan, nothing to do", repeatable: true },
  { name: "up-refresh", title: "up --refresh, nothing to do", repeatable: true },
  { name: "refresh", title: "refresh, nothing to do", repeatable: true },
  { name: "drift-preview", title: "preview, one drifted", repeatable: true, drifts: true, finds: true },
  { name: "drift-up", title: "up, one drifted", drifts: true, finds: true },
  { name: "edit-one", title: "up, one edited", stage: "one edited", holds: matches },
  { name: "edit-ten", title: "up, ten edited", stage: "ten edited", holds: matches },
  { name: "edit", title: "up, 10 % edited", stage: "edited", holds: matches },
  { name: "pause", title: "up, all paused", stage: "paused", holds: matches },
  { name: "destroy", title: "destroy", holds: (live) => live.count === 0 },
];

/** Whether the live triggers match the definitions. */
export function matches(live, _count, definitions) {
  return definitions.every(({ name, status, schedule_config: wanted }) => {
    const found = live.byName.get(name);
    return (
      found?.status === status &&
      Object.entries(wanted).every(([key, value]) => found.schedule_config[key] === value)
    );
  });
}
