import type { Clock } from "./clock";
import { Executions } from "./executions";
import { Lifecycle } from "./lifecycle";
import { Scheduler } from "./scheduler";
import type { Settings } from "./settings";
import type { Store } from "./store";

/** The emulated service behind its HTTP faces: what both the API's and the control plane's calls work on. */
export class Service {
  readonly lifecycle: Lifecycle;
  readonly executions: Executions;
  readonly scheduler: Scheduler;

  /** @param save called after every change, to keep it beyond this process. */
  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly settings: Settings,
    private readonly save: () => void,
  ) {
    this.lifecycle = new Lifecycle(store, clock, settings);
    this.executions = new Executions(clock, settings);
    this.scheduler = new Scheduler(store, clock, this.executions, save);
  }

  /** To be called after every change: keeps it, then lets the scheduler see it. */
  changed(): void {
    this.save();
    this.scheduler.wake();
  }
}
