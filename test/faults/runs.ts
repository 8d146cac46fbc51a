import type { Emulator, ManualClock } from "../../provider/emulator";
import { EngineModel, type Outcome, type Props, type Resource } from "./engine/engine-model";
import { type Kill, ProviderProcess } from "./engine/provider-process";
import type { Habits, How } from "./sequence";

export type Operation = "up" | "preview" | "refresh" | "destroy";

/** The service that one sequence is played on. */
export interface Stage {
  emulator: Emulator;
  clock: ManualClock;
  habits: Habits;
  /** Chance that repeats with the sequence's seed. */
  random: () => number;
}

/** Who carries out the runs of a sequence: the model of the engine in virtual time, or the engine. */
export interface Runs {
  /** What the state holds. */
  readonly state: readonly Pick<Resource, "urn" | "id" | "pendingDelete">[];
  /** How many operations the state holds for begun and not ended. */
  readonly unfinished: number;
  /** One run in a process of its own. `faulty`: answers that do not come are not waited for long. */
  run(
    operation: Operation,
    program: ReadonlyMap<string, Props>,
    options: { faulty: boolean; how?: How | undefined; kill?: Kill | undefined },
  ): Promise<Outcome>;
  /** Saves the plan of a run, for a later one; runs without a plan of their own save nothing. */
  save?(program: ReadonlyMap<string, Props>): Promise<void>;
}

/** Begins with an empty state. */
export type Open = (stage: Stage) => Runs;

/** The engine's model, which drives the provider in this process: what `pulumi up` does with a program. */
export const model: Open = ({ emulator, clock, habits, random }) => {
  const engine = new EngineModel(habits.atOnce);
  return {
    get state() {
      return engine.state;
    },
    unfinished: 0,
    async run(operation, program, { faulty, kill }) {
      const { pageSize } = habits;
      const host = new ProviderProcess(emulator, clock, { random, pageSize, faulty, kill });
      const run = (): Promise<Outcome> => {
        if (operation === "refresh") return engine.refresh(host);
        if (operation === "destroy") return engine.destroy(host);
        return engine.up(host, program, operation === "preview");
      };
      const outcome = await run();
      await host.end();
      return outcome;
    },
  };
};
