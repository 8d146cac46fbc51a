import { setTimeout as delay } from "node:timers/promises";
import { durationText } from "../../core/text/duration-text";
import { holdersText, isAbandoned, type LockHolder } from "./lock-holder";
import { StackLocked } from "./stack-locked-error";

/** The first pause between two looks at a lock, and the longest; milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
/** Each pause is that much longer than the one before. */
const GROWTH = 1.5;
/** A pause is shortened by up to this part at random, so that runs that wait for one lock do not meet again and again. */
const JITTER = 0.3;
/** While the holder stays the same, a line comes this often. */
const NOTE_EVERY = 30_000;

export interface Clock {
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
  random: Math.random,
};

export interface LockWaitOptions {
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal;
  note(line: string): void;
  /** What the run does once the lock is released; absent: it lists and plans. */
  next?: string;
  clock?: Clock;
}

/** The wait of one run for the lock of its stack: its time runs from the first refusal, over all attempts. */
export class LockWait {
  readonly #options: LockWaitOptions;
  readonly #clock: Clock;
  #began: number | undefined;
  #pause = FIRST_PAUSE;
  #noted: { holders: string; at: number } | undefined;
  /** Of an earlier attempt: holders that had ended when it was refused. */
  #ended: readonly LockHolder[] = [];

  constructor(options: LockWaitOptions) {
    this.#options = options;
    this.#clock = options.clock ?? CLOCK;
  }

  /**
   * Waits until `look` finds no holder. Out: whether to try again; false: the run was stopped. Throws {@link StackLocked}
   * when the time is over, or the holder can never release the lock.
   */
  async untilReleased(refusal: StackLocked, look: () => Promise<readonly LockHolder[]>): Promise<boolean> {
    const { timeout, signal, note, next = "listing and planning again" } = this.#options;
    this.#began ??= this.#clock.now();
    let { holders } = refusal;
    // A run that was killed while it created the stack left a lock that shows in no look, only in an attempt.
    let isLeft = isAbandoned(this.#ended, holders);
    this.#ended = holders.filter(({ isAlive }) => isAlive === false);
    for (;;) {
      const waited = this.#clock.now() - this.#began;
      const found = { waited: this.#noted === undefined ? undefined : waited };
      if (isLeft) throw new StackLocked(refusal.project, holders, { ...found, isAbandoned: true });
      if (holders.some(({ isAlive }) => isAlive === false)) {
        const later = await look();
        isLeft = isAbandoned(holders, later);
        if (isLeft) continue;
        if (later.length > 0) holders = later;
      }
      if (waited >= timeout) throw new StackLocked(refusal.project, holders, found);
      this.#tell(refusal.project.stack, holders, waited);
      const pause = this.#pause * (1 - JITTER * this.#clock.random());
      await this.#clock.sleep(Math.min(pause, timeout - waited), signal);
      if (signal.aborted) return false;
      this.#pause = Math.min(this.#pause * GROWTH, LONGEST_PAUSE);
      holders = await look();
      if (holders.length > 0) continue;
      const total = durationText(this.#clock.now() - this.#began);
      note(`waited ${total} for the lock of stack "${refusal.project.stack}"; ${next}`);
      return true;
    }
  }

  #tell(stack: string, holders: readonly LockHolder[], waited: number): void {
    const text = holdersText(holders);
    const now = this.#clock.now();
    if (this.#noted?.holders === text && now - this.#noted.at < NOTE_EVERY) return;
    const [limit, soFar] = [this.#options.timeout, waited].map(durationText);
    const time = this.#noted ? `${soFar} of ${limit}` : `up to ${limit}`;
    this.#options.note(`waiting for the lock of stack "${stack}" (${time}), held by ${text}`);
    this.#noted = { holders: text, at: now };
  }
}
