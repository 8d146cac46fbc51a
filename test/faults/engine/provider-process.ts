import { takeOver } from "../../../provider/api/provider-handover";
import { eventText } from "../../../provider/core/report/provider-event";
import type { Emulator, Held, ManualClock } from "../../../provider/emulator";
import { TriggerProvider } from "../../../provider/pulumi/dynamic-provider/provider";
import type { SessionOptions } from "../../../provider/pulumi/dynamic-provider/session";
import type { Host } from "./engine-model";

/** Where to kill a run: at its request number `after`, before or after the service handled it. */
export interface Kill {
  at: "before" | "after";
  after: number;
}

export const KEY = "sk_fuzz";

/** Short, because silence is waited for in real time, but longer than this machine ever pauses. */
const IMPATIENT = { connect: 1_000, headers: 400, body: 400 };
const PATIENT = { connect: 10_000, headers: 20_000, body: 20_000 };

/** Options of a client that uses the emulator's time. `living`: called before each request and after each wait. */
export function sessionOptions(
  emulator: Emulator,
  clock: ManualClock,
  { random, faulty }: { random: () => number; faulty: boolean },
  living: <T>(value: () => T) => T = (value) => value(),
) {
  return {
    now: () => living(() => clock.now()),
    sleep: async (milliseconds: number) => {
      const until = clock.now() + milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      // Waits that start at the same time run in parallel.
      if (until > clock.now()) emulator.advance((until - clock.now()) / 1000);
      living(() => undefined);
    },
    random,
    deadlines: faulty ? IMPATIENT : PATIENT,
  };
}

/** A provider as the engine starts one for each operation, but with the emulator's time. */
export class ProviderProcess implements Host {
  readonly provider: TriggerProvider;
  /** Each printed line. */
  readonly said: string[] = [];
  dead = false;
  /** The machine's clock, randomness and timeouts. */
  readonly surroundings: SessionOptions;
  private readonly held: Held | undefined;

  constructor(
    emulator: Emulator,
    clock: ManualClock,
    options: {
      random: () => number;
      pageSize: number;
      faulty: boolean;
      kill?: Kill | undefined;
      /** Added to the process's environment. */
      env?: Readonly<Record<string, string>>;
    },
  ) {
    const living = <T>(value: () => T): T => {
      if (this.dead) throw new Error("this process was killed");
      return value();
    };
    this.surroundings = { ...sessionOptions(emulator, clock, options, living), pageSize: options.pageSize };
    this.provider = this.inEnvironment({
      MIXPEEK_API_KEY: KEY,
      MIXPEEK_BASE_URL: emulator.url,
      ...options.env,
    });
    if (!options.kill) return;
    this.held = emulator.hold(options.kill);
    void this.held.reached.then(() => {
      this.dead = true;
      void this.held?.drop();
    });
  }

  /** A provider in the same process with another environment. */
  inEnvironment(env: Record<string, string>): TriggerProvider {
    return new TriggerProvider(
      env,
      (event) => this.said.push(eventText(event)),
      this.surroundings,
      () => takeOver(env)?.handedOver,
    );
  }

  /** Call it when the run is over: a kill point that it did not reach must not kill a later run. */
  async end(): Promise<void> {
    await this.held?.release();
  }
}
