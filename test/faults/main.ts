import { parseArgs } from "node:util";
import { fuzz, table } from "./fuzz";
import { KILLS, LABELS } from "./palette";

const USAGE = `npm run test:faults -- [--engine] [--sequences 500] [--minutes m] [--seed n] [--path p] [--only fault]... [--repositories 1|2]
--repositories: one stack of one repository, or two repositories on one backend; default: both
--engine: the real engine carries out the runs, at some sequences a minute
faults: ${[...LABELS, ...KILLS].join(", ")}`;

/** Plays sequences as the command line requests. Returns the process's exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: "boolean", default: false },
      sequences: { type: "string", default: "500" },
      minutes: { type: "string" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      path: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      repositories: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only.flatMap((each) => each.split(","));
  const unknown = only.filter((label) => ![...LABELS, ...KILLS].some((known) => known === label));
  const [wanted, seed, minutes] = [values.sequences, values.seed, values.minutes ?? "1"].map(Number) as [
    number,
    number,
    number,
  ];
  const repositories = values.repositories === undefined ? undefined : Number(values.repositories);
  const isKnown = repositories === undefined || repositories === 1 || repositories === 2;
  if (!isKnown || values.help || unknown.length > 0 || ![wanted, seed, minutes].every(Number.isInteger)) {
    console.error(unknown.length > 0 ? `no fault is called ${unknown.join(", ")}\n${USAGE}` : USAGE);
    return values.help ? 0 : 1;
  }
  const began = performance.now();
  const result = await fuzz({
    sequences: wanted,
    seed,
    only,
    engine: values.engine,
    ...(values.minutes === undefined ? {} : { within: minutes * 60_000 }),
    ...(repositories === undefined ? {} : { repositories }),
    ...(values.path === undefined ? {} : { path: values.path }),
    onSequence: (count) => {
      if (count % (values.engine ? 5 : 250) === 0) console.error(`${count} sequences`);
    },
  });
  const { sequences, decided, leftBehind, leftNameless, failure } = result;
  console.log(table(result));
  console.log(
    `\n${sequences} sequences in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}; ` +
      `in the way of definitions, until somebody took them away, stood ${decided.theirs} triggers of others ` +
      `and ${decided.ours} that runs cut short had left, ${decided.adoptions} definitions adopted nothing ` +
      "for want of what they name, " +
      `${leftBehind} more were left whose definition is gone, ` +
      `${leftNameless} on an API without names`,
  );
  if (failure !== undefined) console.log(`\nFAILED, shrunk:\n${failure}`);
  return result.ok ? 0 : 1;
}
