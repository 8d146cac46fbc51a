import { parseArgs } from "node:util";
import { fuzz, table } from "./fuzz";
import { KILLS, LABELS } from "./palette";

const USAGE = `npm run test:faults -- [--runs 500] [--seed n] [--path p] [--only fault]...
faults: ${[...LABELS, ...KILLS].join(", ")}`;

/** Plays sequences as the command line asks for them; the process's exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "500" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      path: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only.flatMap((each) => each.split(","));
  const unknown = only.filter((label) => ![...LABELS, ...KILLS].some((known) => known === label));
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (values.help || unknown.length > 0 || !Number.isInteger(runs) || !Number.isInteger(seed)) {
    console.error(unknown.length > 0 ? `no fault is called ${unknown.join(", ")}\n${USAGE}` : USAGE);
    return values.help ? 0 : 1;
  }
  const began = performance.now();
  const result = await fuzz({
    runs,
    seed,
    only,
    ...(values.path === undefined ? {} : { path: values.path }),
    onSequence: (count) => {
      if (count % 250 === 0) console.error(`${count} sequences`);
    },
  });
  const { sequences, decided, leftBehind, failure } = result;
  console.log(table(result));
  console.log(
    `\n${sequences} sequences in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}; ` +
      `in the way of definitions, until somebody took them away, stood ${decided.theirs} triggers of others ` +
      `and ${decided.ours} that runs cut short had left, ` +
      `${leftBehind} more were left whose definition is gone`,
  );
  if (failure !== undefined) console.log(`\nFAILED, shrunk:\n${failure}`);
  return result.ok ? 0 : 1;
}
