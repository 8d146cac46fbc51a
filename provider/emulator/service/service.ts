import type { Clock } from "../schedule/clock";
import { ChangeFeed } from "./change-feed";
import { Executions } from "./executions";
import { Lifecycle } from "./lifecycle";
import { Lag } from "./list-lag";
import { Listings } from "./listing";
import { Scheduler } from "./scheduler";
import type { Settings } from "./settings";
import type { HeldTrigger, Namespace, Store } from "./store";

/** The emulated service behind its HTTP faces: what both the API's and the control plane's calls work on. */
export class Service {
  /** What lists do not show yet. */
  readonly lag = new Lag();
  readonly listings: Listings;
  readonly feed: ChangeFeed;
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
    this.feed = new ChangeFeed(store.state, clock);
    this.executions = new Executions(clock, settings, this.feed);
    this.listings = new Listings(settings, this.lag);
    this.scheduler = new Scheduler(store, clock, this.executions, settings.cron, () => this.keep());
  }

  /** To be called after every change of a trigger, its creation included. */
  triggerChanged(namespace: Namespace, held: HeldTrigger): void {
    this.store.renamed(namespace, held);
    this.scheduler.note(namespace, held);
    this.changed();
  }

  /** Removes a trigger completely, which no call of the API can. */
  purge(namespace: Namespace, held: HeldTrigger): void {
    this.store.purge(namespace, held);
    this.scheduler.forget(namespace, held);
    this.changed();
  }

  /** To be called after every other change: keeps it, then lets the scheduler see it. */
  changed(): void {
    this.keep();
    this.scheduler.wake();
  }

  private keep(): void {
    this.listings.changed();
    this.save();
  }
}
