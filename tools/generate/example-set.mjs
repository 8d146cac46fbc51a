// Reads the examples of the docs as if they were files.

/** The set in these texts by file name; `issues` has all errors and warnings. */
export function setOf(core, { definitions, environment, env = {}, zoneTables, now }) {
  const { readSource, definitionsFrom, desiredSet, Environment } = core;
  const read = Object.entries(definitions).map(([name, text]) => readSource(name, text));
  const { all, issues } = definitionsFrom(read.flatMap(({ source }) => source ?? []));
  const found = { all, zoneTables, issues: [...read.flatMap((each) => each.issues), ...issues] };
  if (environment === undefined) return desiredSet(found, undefined);
  const { source } = readSource("environments/prod.yaml", environment);
  return desiredSet(found, new Environment(source.value, source, (name) => env[name], { now }));
}
