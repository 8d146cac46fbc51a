import fc, { type Arbitrary } from "fast-check";
import { CommandPlay } from "./command/command-play";
import { type CommandSequence, commandSequenceOf, commandText, STEPS } from "./command/command-sequence";
import { EngineRuns } from "./engine/engine-runs";
import { KILLS, LABELS } from "./palette";
import { Play, type Played } from "./play";
import { Broken } from "./promises";
import { type Sequence, sequenceOf, told } from "./sequence";
import { Oracle } from "./world/oracle";
import { WrongServer } from "./world/wrong-server";

type AnySequence = { repositories: 1; sequence: Sequence } | { repositories: 2; sequence: CommandSequence };

export interface FuzzOptions {
  sequences: number;
  seed: number;
  /** One stack of one repository, or two repositories on one backend; absent: both kinds of sequences. */
  repositories?: 1 | 2;
  /** Use the real engine. A failure is then not shrunk, because each try would take minutes. */
  engine?: boolean;
  /** No sequence starts later than this, in milliseconds from the start. */
  within?: number;
  /** The labels of the faults to use; empty: all. */
  only: readonly string[];
  /** The path of a failed run, as fast-check prints it, to repeat the run. */
  path?: string;
  /** Called after each sequence, to show progress: a full run of thousands takes minutes. */
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
  /** The text to print: seed, path and the shrunk sequence. */
  failure?: string;
}

const DOUBLED = new Set(["duplicated", "touched", "unplanned", "leaked"]);

/** Plays random sequences until one breaks a promise, and shrinks that one. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { sequences, seed, path, within, onSequence } = options;
  const oracle = await Oracle.start();
  const wrong = await WrongServer.start();
  const engine = options.engine ? await EngineRuns.start() : undefined;
  const result: FuzzResult = {
    ok: true,
    sequences: 0,
    decided: { theirs: 0, ours: 0, adoptions: 0 },
    leftBehind: 0,
    leftNameless: 0,
    rows: new Map(),
  };
  const each = async ({ repositories, sequence }: AnySequence): Promise<void> => {
    const play =
      repositories === 1
        ? new Play(sequence, oracle, engine?.open)
        : new CommandPlay(sequence, oracle, wrong);
    let breach: string | undefined;
    try {
      await play.run();
    } catch (error) {
      breach = error instanceof Broken ? error.breach : "unsettled";
      throw error;
    } finally {
      // Shrinking plays variations of one sequence, which do not count.
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
    const details = await fc.check(fc.asyncProperty(sequencesOf(options), each), {
      numRuns: sequences,
      seed,
      endOnFailure: options.engine === true,
      // By default, the first sequences are small, and here there are few.
      unbiased: options.engine === true,
      ...(within === undefined ? {} : { interruptAfterTimeLimit: within }),
      ...(path === undefined ? {} : { path }),
    });
    if (details.failed) result.failure = failureText(details);
    return result;
  } finally {
    await oracle.close();
    await wrong.close();
    engine?.close();
  }
}

function sequencesOf({ only, engine = false, repositories }: FuzzOptions): Arbitrary<AnySequence> {
  const one = sequenceOf(only, engine).map((sequence): AnySequence => ({ repositories: 1, sequence }));
  const two = commandSequenceOf(only).map((sequence): AnySequence => ({ repositories: 2, sequence }));
  if (engine || repositories === 1) return one;
  return repositories === 2 ? two : fc.oneof(one, two);
}

function failureText({
  seed,
  counterexamplePath,
  counterexample,
  errorInstance,
}: fc.RunDetails<[AnySequence]>): string {
  const error =
    errorInstance instanceof Broken ? errorInstance.message : String((errorInstance as Error)?.stack);
  return [
    `seed ${seed}, path ${counterexamplePath}`,
    error,
    counterexample ? sequenceText(counterexample[0]) : "no sequence",
  ].join("\n");
}

const sequenceText = (each: AnySequence): string =>
  each.repositories === 1 ? told(each.sequence) : commandText(each.sequence);

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

/** A Markdown table with one line for each kind of fault. */
export function table({ rows }: FuzzResult): string {
  const lines = [...LABELS, ...KILLS, ...STEPS]
    .filter((label) => rows.has(label))
    .map((label) => {
      const { injected, sequences, survived, duplicated, lost } = rows.get(label)!;
      return `| ${[label, injected, sequences, survived, duplicated, lost].join(" | ")} |`;
    });
  return [
    "| fault or step | times | sequences | survived | duplicated | lost |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}
