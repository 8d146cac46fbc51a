import { setTimeout as delay } from "node:timers/promises";
import { durationText } from "../../core/text/duration-text";
import { holdersText, isAbandoned, type LockHolder } from "./lock-holder";
import { StackLocked } from "./stack-locked-error";

/** The first and the longest pause between two looks at a lock, in milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
/** Each pause is longer than the one before by this factor. */
const GROWTH = 1.5;
/**
 * Each pause is shortened by a random part of up to this size, so that runs that wait for one lock do not stay in step.
 */
const JITTER = 0.3;
/** How often a line is printed while the holder stays the same, in milliseconds. */
const NOTE_EVERY = 30_000;

export interface Clock {
  now(): number;
  /** Resolves early, without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** A number from 0 up to, but not including, 1. */
  random(): number;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
  random: Math.random,
};

export interface LockWaitOptions {
  /** In milliseconds. */
  timeout: number;
  signal: AbortSignal;
  note(line: string): void;
  /** What the run does once the lock is released; absent: it lists and plans. */
  next?: string;
  clock?: Clock;
}

/** One run's wait for its stack's lock. The timeout covers all attempts, from the first refusal. */
export class LockWait {
  readonly #options: LockWaitOptions;
  readonly #clock: Clock;
  #began: number | undefined;
  #pause = FIRST_PAUSE;
  #noted: { holders: string; at: number } | undefined;
  /** From an earlier attempt: holders that had already ended when it was refused. */
  #ended: readonly LockHolder[] = [];

  constructor(options: LockWaitOptions) {
    this.#options = options;
    this.#clock = options.clock ?? CLOCK;
  }

  /**
   * Waits until `look` finds no holder. Returns whether to try again: false if the run was stopped. Throws {@link
   * StackLocked} at the timeout, or if the holder can never release the lock.
   */
  async untilReleased(refusal: StackLocked, look: () => Promise<readonly LockHolder[]>): Promise<boolean> {
    const { timeout, signal, note, next = "listing and planning again" } = this.#options;
    this.#began ??= this.#clock.now();
    let { holders } = refusal;
    // If a run was killed while it created the stack, no look shows its lock; only an attempt does.
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
