import fc, { type Arbitrary } from "fast-check";
import { type Definition, definition, type Edit, edit, type Hand, hand, place } from "../definitions";
import type { Kill } from "../engine/provider-process";
import { faultsOf, KILLS, LABELS, type Named } from "../palette";

/** What a team does to its repository in addition to editing definitions. */
export type CommandChange =
  | Edit
  | { edit: "exclude"; at: number; on: boolean }
  /** Another namespace in the environment file: one of this environment's two. */
  | { edit: "environment"; namespace: number }
  /**
   * Renames the environment file, and its stack as `pulumi stack rename` does. `copy`: the old file stays, so both
   * would have one stack.
   */
  | { edit: "rename environment"; copy: boolean }
  /** Gives the project its own name if it shares one with another repository. */
  | { edit: "own project" };

/** What happens before one command, and the command. A plan that is applied was saved before that, or earlier. */
export interface CommandRound {
  /** Whose turn it is: the index of an environment of a repository in SITES. */
  site: number;
  changes: CommandChange[];
  hands: Hand[];
  faults: Named[];
  run: "up" | "preview" | "refresh" | "destroy" | "save plan" | "apply plan";
  takeOver: boolean;
  allowDeletes: boolean;
  /** For this run, something other than the API responds. */
  wrongAddress: boolean;
  kill?: Kill;
}

export interface CommandSequence {
  /** By repository. */
  declared: [Definition[], Definition[]];
  rounds: CommandRound[];
  atOnce: number;
  theirs: number;
  pageSize: number;
  listDisabled: boolean;
  storeDefaults: boolean;
  seed: number;
}

/** An environment of a repository: the two names of its file, and its two namespaces. */
export const SITES = [
  {
    repository: 0,
    files: ["environments/prod.yaml", "environments/live.yaml"],
    namespaces: ["dev", "staging"],
  },
  {
    repository: 0,
    files: ["environments/eu/prod.yaml", "environments/eu.prod.yaml"],
    namespaces: ["eu", "us"],
  },
  {
    repository: 1,
    files: ["environments/prod.yaml", "environments/live.yaml"],
    namespaces: ["prod", "apac"],
  },
] as const;

/** Steps that are counted in addition to faults. */
export const STEPS = [
  "another-repository",
  "another-environment",
  "moved-namespace",
  "renamed-environment",
  "take-over",
  "wrong-address",
  "saved-plan",
  "stale-plan",
] as const;

const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true));

const change: Arbitrary<CommandChange> = fc.oneof(
  { weight: 8, arbitrary: edit as Arbitrary<CommandChange> },
  {
    weight: 1,
    arbitrary: fc.record({ edit: fc.constant("exclude" as const), at: place, on: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ edit: fc.constant("environment" as const), namespace: fc.nat({ max: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ edit: fc.constant("rename environment" as const), copy: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constantFrom<CommandChange>({ edit: "own project" }) },
);

/** In: the labels of faults and kills to use; empty: all. */
export function commandSequenceOf(only: readonly string[]): Arbitrary<CommandSequence> {
  const wanted = (label: string): boolean => only.length === 0 || only.includes(label);
  const kills = KILLS.filter(wanted).map((label) => label.slice("kill-".length) as Kill["at"]);
  const faults = LABELS.some(wanted)
    ? fc.array(faultsOf(only), { maxLength: 2 }).map((together) => together.flat())
    : fc.constant<Named[]>([]);
  const kill =
    kills.length === 0
      ? fc.constant(undefined)
      : fc.option(fc.record({ at: fc.constantFrom(...kills), after: fc.nat({ max: 9 }) }), {
          nil: undefined,
          freq: 3,
        });
  const round: Arbitrary<CommandRound> = fc
    .record({
      site: fc.constantFrom(0, 0, 1, 2, 2),
      changes: fc.array(change, { maxLength: 3 }),
      hands: fc.array(hand, { maxLength: 2 }),
      faults: fc.oneof({ weight: 2, arbitrary: fc.constant<Named[]>([]) }, faults),
      run: fc.constantFrom<CommandRound["run"][]>(
        ...(["up", "up", "up", "up", "up", "up", "preview", "refresh", "destroy"] as const),
        ...(["save plan", "apply plan", "apply plan"] as const),
      ),
      takeOver: seldom,
      allowDeletes: fc.boolean(),
      wrongAddress: seldom,
      kill,
    })
    .map(({ kill: at, ...rest }) => (at ? { ...rest, kill: at } : rest));
  const declared = fc.array(definition, { minLength: 1, maxLength: 4 });
  return fc.record({
    declared: fc.tuple(declared, declared),
    rounds: fc.array(round, { minLength: 3, maxLength: 8, size: "max" }),
    atOnce: fc.constantFrom(1, 4),
    theirs: fc.nat({ max: 3 }),
    pageSize: fc.constantFrom(1000, 1, 2),
    listDisabled: fc.boolean(),
    storeDefaults: fc.boolean(),
    seed: fc.nat({ max: 1000 }),
  });
}

/** A sequence as text, one line for each event. */
export function commandText({ declared, rounds, ...habits }: CommandSequence): string {
  const lines = [`habits: ${JSON.stringify(habits)}`];
  for (const [repository, definitions] of declared.entries())
    for (const [at, each] of definitions.entries())
      lines.push(`repository ${repository} declares t${at}: ${JSON.stringify(each)}`);
  for (const [at, round] of rounds.entries()) {
    const { site, changes, hands, faults, run, takeOver, allowDeletes, wrongAddress, kill } = round;
    lines.push(`round ${at + 1}, ${SITES[site]!.files[0]} of repository ${SITES[site]!.repository}:`);
    for (const each of changes) lines.push(`  edit ${JSON.stringify(each)}`);
    for (const each of hands) lines.push(`  by hand ${JSON.stringify(each)}`);
    for (const { label, fault } of faults) lines.push(`  fault ${label} ${JSON.stringify(fault)}`);
    const flags = Object.entries({ takeOver, allowDeletes, wrongAddress }).flatMap(([name, on]) =>
      on ? [name] : [],
    );
    const end = kill ? `, killed ${kill.at} request ${kill.after + 1} is handled` : "";
    lines.push(`  ${[run, ...flags].join(", ")}${end}`);
  }
  return lines.join("\n");
}
