// What must be the same in every run: requests by kind, and bytes of state.

/** By peer, number of triggers and operation. */
export function factsOf({ rows }) {
  const facts = {};
  for (const { peer, n, operation, outcome, requests, state, finds } of rows) {
    const key = `${peer} N=${n}`;
    facts[key] ??= {};
    facts[key][operation] = {
      outcome,
      requests: requests?.kinds ?? {},
      // The engine's own record contains a stack trace with line numbers, so its size is not stable.
      ...(state?.provided === undefined ? {} : { bytesOfStateEach: state.provided }),
      ...(finds === undefined ? {} : { finds }),
    };
  }
  return facts;
}

/** One line for each difference, written as `before → now`. */
export function differences(expected, facts) {
  const before = flat(expected);
  const now = flat(facts);
  const keys = new Set([...before.keys(), ...now.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key) ?? "none", now.get(key) ?? "none"];
    return was === is ? [] : [`${key}: ${was} → ${is}`];
  });
}

function flat(value, path = "") {
  if (typeof value !== "object" || value === null) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path ? `${path}, ${key}` : key)]),
  );
}
