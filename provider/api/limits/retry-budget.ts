/** In fifths of a retry: each success earns one fifth. */
const MOST = 100;
const TRY = 5;

/** How many retries are left, see {@link RetryBudget}. */
export interface Retries {
  /** Takes one retry from the budget; false if there is none left. */
  take(): boolean | Promise<boolean>;
  /** Called when a call succeeds. */
  earn(): void;
}

/**
 * Limits the retries of a run: if the API is down, the run fails after a few requests, not after four for each of a
 * thousand triggers. Five successes earn one retry.
 */
export class RetryBudget implements Retries {
  #left = MOST;

  take(): boolean {
    if (this.#left < TRY) return false;
    this.#left -= TRY;
    return true;
  }

  earn(): void {
    this.#left = Math.min(MOST, this.#left + 1);
  }
}
