import type { Clock } from "../schedule/clock";
import { ChangeFeed } from "./change-feed";
import { Executions } from "./executions";
import { Lifecycle } from "./lifecycle";
import { Lag } from "./list-lag";
import { Listings } from "./listing";
import { Scheduler } from "./scheduler";
import type { Settings } from "./settings";
import type { HeldTrigger, Namespace, Store } from "./store";

/** The emulated service behind HTTP: the calls of both the API and the control plane work on it. */
export class Service {
  /** Changes that are not yet visible in lists. */
  readonly lag = new Lag();
  readonly listings: Listings;
  readonly feed: ChangeFeed;
  readonly lifecycle: Lifecycle;
  readonly executions: Executions;
  readonly scheduler: Scheduler;

  /** @param save called after every change, to persist it */
  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly settings: Settings,
    private readonly save: () => void,
  ) {
    this.lifecycle = new Lifecycle(store, clock, settings);
    this.feed = new ChangeFeed(store.state, clock);
    this.executions = new Executions(clock, settings, this.feed);
    this.listings = new Listings(settings, this.lag);
    this.scheduler = new Scheduler(store, clock, this.executions, settings.cron, () => this.keep());
  }

  /** Call it after every change of a trigger, including its creation. */
  triggerChanged(namespace: Namespace, held: HeldTrigger): void {
    this.store.renamed(namespace, held);
    this.scheduler.note(namespace, held);
    this.changed();
  }

  /** Removes a trigger completely, which is not possible in the API. */
  purge(namespace: Namespace, held: HeldTrigger): void {
    this.store.purge(namespace, held);
    this.scheduler.forget(namespace, held);
    this.changed();
  }

  /** Call it after every other change: saves it, then wakes the scheduler. */
  changed(): void {
    this.keep();
    this.scheduler.wake();
  }

  private keep(): void {
    this.listings.changed();
    this.save();
  }
}
