import fc, { type Arbitrary } from "fast-check";
import type { ApiVersion } from "../../provider/emulator";
import {
  type Definition,
  definition,
  definitionAnywhere,
  type Edit,
  edit,
  editAnywhere,
  type Hand,
  hand,
  handAnywhere,
} from "./definitions";
import type { Kill } from "./engine/provider-process";
import { briefFaultOf, faultsOf, KILLS, LABELS, type Named } from "./palette";

/** What happens before a run, and the run. */
export interface Round {
  edits: Edit[];
  hands: Hand[];
  faults: Named[];
  run: "up" | "preview" | "refresh" | "up after a refresh" | "destroy";
  /** How a command's run is unusual. */
  how?: How;
  kill?: Kill;
}

export type How =
  /** Something other than the API responds. */
  | "wrong address"
  /** It applies a plan that was saved before this round's edits and manual changes. */
  | "saved plan"
  /** Its stack belongs to another repository, environment or namespace. */
  | "another repository"
  | "another environment"
  | "another namespace";

/** How the service and the engine behave, the same for the whole sequence. */
export interface Habits {
  /** Whether `pulumi up` applies a program, or a command applies files, with its own plan. */
  by: "program" | "command";
  atOnce: number;
  /** Triggers have no names in 0.81. */
  api: ApiVersion;
  /** How many namespaces the program and others use. */
  namespaces: number;
  /** How many triggers of others exist at the start, for lists of many pages. */
  theirs: number;
  pageSize: number;
  listDisabled: boolean;
  storeDefaults: boolean;
  reorderKeys: boolean;
  /** The seed of everything random. */
  seed: number;
}

export interface Sequence {
  declared: Definition[];
  rounds: Round[];
  habits: Habits;
}

const oneNamespace: Arbitrary<Omit<Habits, "api" | "namespaces" | "by">> = fc.record({
  atOnce: fc.constantFrom(1, 4),
  theirs: fc.nat({ max: 5 }),
  pageSize: fc.constantFrom(1000, 2, 1, 3),
  listDisabled: fc.boolean(),
  storeDefaults: fc.boolean(),
  reorderKeys: fc.boolean(),
  seed: fc.nat({ max: 1000 }),
});

/** Short pages are more frequent, with triggers on them: a problem between two pages needs three pages. */
const service: Arbitrary<Pick<Habits, "api" | "theirs" | "pageSize" | "namespaces" | "by">> = fc.record({
  by: fc.constantFrom("command" as const, "command" as const, "program" as const),
  api: fc.constantFrom<ApiVersion[]>("2026-10", "2026-10", "2026-10", "0.81"),
  theirs: fc.constantFrom(0, 1, 2, 3, 4, 5),
  pageSize: fc.constantFrom(1000, 1, 1, 2, 2, 3),
  namespaces: fc.constantFrom(1, 1, 2, 3),
});

const habitsOf = (brief: boolean): Arbitrary<Habits> =>
  brief
    ? oneNamespace.map((habits) => ({
        ...habits,
        api: "2026-10" as const,
        namespaces: 1,
        by: "program" as const,
      }))
    : fc.tuple(oneNamespace, service).map(([habits, rest]) => ({ ...habits, ...rest }));

const odd = fc.option(
  fc.constantFrom<How>(
    "saved plan",
    "saved plan",
    "wrong address",
    "another repository",
    "another environment",
    "another namespace",
  ),
  { nil: undefined, freq: 3 },
);

/** In: the labels to use; empty: all. `brief`: for the real engine, with which each run takes seconds. */
export function sequenceOf(only: readonly string[], brief = false): Arbitrary<Sequence> {
  const wanted = (label: string): boolean => only.length === 0 || only.includes(label);
  const kills = KILLS.filter(wanted).map((label) => label.slice("kill-".length) as Kill["at"]);
  const faults = LABELS.some(wanted)
    ? brief
      ? fc.array(briefFaultOf(only), { minLength: 2, maxLength: 4 })
      : fc.array(faultsOf(only), { maxLength: 3 }).map((together) => together.flat())
    : fc.constant<Named[]>([]);
  const round: Arbitrary<Round> = fc
    .record({
      edits: fc.array(brief ? edit : editAnywhere, { maxLength: 3 }),
      hands: fc.array(brief ? hand : handAnywhere, { maxLength: 3 }),
      faults,
      run: fc.oneof(
        { weight: 6, arbitrary: fc.constant("up" as const) },
        {
          weight: 3,
          arbitrary: fc.constantFrom<Round["run"]>("refresh", "up after a refresh", "preview"),
        },
        { weight: 1, arbitrary: fc.constant("destroy" as const) },
      ),
      ...(brief ? {} : { how: odd }),
      kill:
        kills.length === 0
          ? fc.constant(undefined)
          : fc.option(fc.record({ at: fc.constantFrom(...kills), after: fc.nat({ max: brief ? 5 : 9 }) }), {
              nil: undefined,
              freq: 2,
            }),
    })
    .map(
      ({
        kill,
        how,
        ...rest
      }: Omit<Round, "kill" | "how"> & { kill: Kill | undefined; how?: How | undefined }) => ({
        ...rest,
        ...(how ? { how } : {}),
        ...(kill ? { kill } : {}),
      }),
    );
  return fc.record({
    declared: fc.array(brief ? definition : definitionAnywhere, { minLength: brief ? 2 : 1, maxLength: 6 }),
    rounds: fc.array(round, { minLength: 1, maxLength: brief ? 2 : 5 }),
    habits: habitsOf(brief),
  });
}

/** A sequence as text, one line for each event. */
export function told({ declared, rounds, habits: { seed, ...rest } }: Sequence): string {
  const lines = [`habits: ${JSON.stringify(rest)}, seed ${seed}`];
  for (const [at, each] of declared.entries()) lines.push(`declare t${at}: ${JSON.stringify(each)}`);
  for (const [at, { edits, hands, faults, run, how, kill }] of rounds.entries()) {
    lines.push(`round ${at + 1}:`);
    for (const each of edits) lines.push(`  edit ${JSON.stringify(each)}`);
    for (const each of hands) lines.push(`  by hand ${JSON.stringify(each)}`);
    for (const { label, fault } of faults) lines.push(`  fault ${label} ${JSON.stringify(fault)}`);
    lines.push(
      `  ${run}${how ? `, ${how}` : ""}${kill ? `, killed ${kill.at} request ${kill.after + 1} is handled` : ""}`,
    );
  }
  return lines.join("\n");
}
