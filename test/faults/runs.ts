import type { Emulator, ManualClock } from "../../provider/emulator";
import { EngineModel, type Outcome, type Props, type Resource } from "./engine/engine-model";
import { type Kill, ProviderProcess } from "./engine/provider-process";
import type { Habits, How } from "./sequence";

export type Operation = "up" | "preview" | "refresh" | "destroy";

/** The service for one sequence. */
export interface Stage {
  emulator: Emulator;
  clock: ManualClock;
  habits: Habits;
  /** Random numbers that are repeatable with the sequence's seed. */
  random: () => number;
}

/** Runs the operations of a sequence: the model of the engine in virtual time, or the real engine. */
export interface Runs {
  /** The contents of the state. */
  readonly state: readonly Pick<Resource, "urn" | "id" | "pendingDelete">[];
  /** How many pending operations are in the state. */
  readonly unfinished: number;
  /** One run in a separate process. `faulty`: missing responses are waited for only briefly. */
  run(
    operation: Operation,
    program: ReadonlyMap<string, Props>,
    options: { faulty: boolean; how?: How | undefined; kill?: Kill | undefined },
  ): Promise<Outcome>;
  /** Saves the plan of a run for a later one. Runs without a plan of their own save nothing. */
  save?(program: ReadonlyMap<string, Props>): Promise<void>;
}

/** Starts with an empty state. */
export type Open = (stage: Stage) => Runs;

/** The engine's model, which calls the provider in this process: what `pulumi up` does with a program. */
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
