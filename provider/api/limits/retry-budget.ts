/** In fifths of a try: a good answer earns one. */
const MOST = 100;
const TRY = 5;

/** How many tries may be wasted, see {@link RetryBudget}. */
export interface Retries {
  /** Whether one more try may be made; it is taken from the budget. */
  take(): boolean | Promise<boolean>;
  /** A call was answered well. */
  earn(): void;
}

/**
 * How many tries a run may waste: an API that is down fails after few requests, not after four for each of a thousand
 * triggers. Five good answers earn a try.
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
