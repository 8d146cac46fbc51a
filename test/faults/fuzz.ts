import fc from "fast-check";
import { EngineRuns } from "./engine-runs";
import { Oracle } from "./oracle";
import { KILLS, LABELS } from "./palette";
import { Play, type Played } from "./play";
import { Broken } from "./promises";
import { type Sequence, sequenceOf, told } from "./sequence";

export interface FuzzOptions {
  sequences: number;
  seed: number;
  /** The real engine carries out the runs: a failure is not shrunk, as each try would take minutes. */
  engine?: boolean;
  /** No sequence is begun later than this, milliseconds from the start. */
  within?: number;
  /** Labels of the faults to keep to; all when it is empty. */
  only: readonly string[];
  /** Where a failed run was: fast-check's own word, to see it again. */
  path?: string;
  /** The table of a whole run of thousands costs minutes; this tells that it goes on. */
  onSequence?: (count: number) => void;
}

interface Row {
  injected: number;
  sequences: number;
  survived: number;
  duplicated: number;
  lost: number;
}

export interface FuzzResult {
  ok: boolean;
  sequences: number;
  decided: Played["decided"];
  leftBehind: number;
  leftNameless: number;
  rows: Map<string, Row>;
  /** What to print: seed, path and the sequence, shrunk. */
  failure?: string;
}

const DOUBLED = new Set(["duplicated", "touched", "leaked"]);

/** Plays random sequences until one breaks a promise, and shrinks that. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { sequences, seed, only, path, within, onSequence } = options;
  const oracle = await Oracle.start();
  const engine = options.engine ? await EngineRuns.start() : undefined;
  const result: FuzzResult = {
    ok: true,
    sequences: 0,
    decided: { theirs: 0, ours: 0, adoptions: 0 },
    leftBehind: 0,
    leftNameless: 0,
    rows: new Map(),
  };
  const each = async (sequence: Sequence): Promise<void> => {
    const play = new Play(sequence, oracle, engine?.open);
    let breach: string | undefined;
    try {
      await play.run();
    } catch (error) {
      breach = error instanceof Broken ? error.breach : "unsettled";
      throw error;
    } finally {
      // Shrinking plays variations of one sequence: they are not counted.
      if (result.ok) {
        result.sequences += 1;
        result.decided.theirs += play.played.decided.theirs;
        result.decided.ours += play.played.decided.ours;
        result.decided.adoptions += play.played.decided.adoptions;
        result.leftBehind += play.played.leftBehind;
        result.leftNameless += play.played.leftNameless;
        for (const [label, injected] of play.played.injected)
          addTo(rowOf(result.rows, label), injected, breach);
        onSequence?.(result.sequences);
      }
      result.ok &&= breach === undefined;
    }
  };
  try {
    const details = await fc.check(fc.asyncProperty(sequenceOf(only, options.engine), each), {
      numRuns: sequences,
      seed,
      endOnFailure: options.engine === true,
      // The first ones would be small, and there are few.
      unbiased: options.engine === true,
      ...(within === undefined ? {} : { interruptAfterTimeLimit: within }),
      ...(path === undefined ? {} : { path }),
    });
    if (details.failed) result.failure = failureText(details);
    return result;
  } finally {
    await oracle.close();
    engine?.close();
  }
}

function failureText({
  seed,
  counterexamplePath,
  counterexample,
  errorInstance,
}: fc.RunDetails<[Sequence]>): string {
  const error =
    errorInstance instanceof Broken ? errorInstance.message : String((errorInstance as Error)?.stack);
  return [
    `seed ${seed}, path ${counterexamplePath}`,
    error,
    counterexample ? told(counterexample[0]) : "no sequence",
  ].join("\n");
}

function rowOf(rows: Map<string, Row>, label: string): Row {
  const row = rows.get(label) ?? { injected: 0, sequences: 0, survived: 0, duplicated: 0, lost: 0 };
  rows.set(label, row);
  return row;
}

function addTo(row: Row, injected: number, breach: string | undefined): void {
  row.injected += injected;
  row.sequences += 1;
  if (breach === undefined) row.survived += 1;
  else if (DOUBLED.has(breach)) row.duplicated += 1;
  else row.lost += 1;
}

/** One line for each kind of fault, in Markdown. */
export function table({ rows }: FuzzResult): string {
  const lines = [...LABELS, ...KILLS]
    .filter((label) => rows.has(label))
    .map((label) => {
      const { injected, sequences, survived, duplicated, lost } = rows.get(label)!;
      return `| ${[label, injected, sequences, survived, duplicated, lost].join(" | ")} |`;
    });
  return [
    "| fault | times injected | sequences | survived | duplicated | lost |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}
