import { setTimeout as delay } from "node:timers/promises";
import { type Changed, doubtsOf, type Evidence, evidenceOf } from "../../core/comparison/promotion";
import { visible } from "../../core/json/safe-text";
import type { SetPlan } from "../../core/plan/plan-model";
import { durationText } from "../../core/text/duration-text";

export interface WaitClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves early, without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const CLOCK: WaitClock = {
  now: Date.now,
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** How long after its due time a run is looked for, in milliseconds. */
const GRACE = 5_000;
/** The pause between looks, in milliseconds, if no time is known: a run is in progress or late. */
const PAUSE = 15_000;

export interface HealthWaitOptions {
  /** In milliseconds. */
  timeout: number;
  signal: AbortSignal;
  note(line: string): void;
  clock?: WaitClock;
}

/** How a wait ended: all triggers ran well; or why not, with advice; or Ctrl-C. */
export type Waited =
  | { state: "healthy" }
  | { state: "unhealthy"; reasons: string[] }
  | { state: "interrupted" };

/**
 * Waits until every trigger of an environment has run well since its last change. Looks once when the next run is due.
 * Stops at the first failure. Stops at once if the next run is due too late, or if all triggers are paused and one of
 * them was changed. `first`: the environment's plan. `look` returns the current plan; undefined if there is none, which
 * is then already reported.
 */
export async function waitHealthy(
  first: SetPlan,
  look: () => Promise<SetPlan | undefined>,
  changed: Changed,
  { timeout, signal, note, clock = CLOCK }: HealthWaitOptions,
): Promise<Waited> {
  const limit = durationText(timeout);
  const end = clock.now() + timeout;
  const seen = new Map<string, Evidence["state"]>();
  for (let plan: SetPlan | undefined = first; plan; plan = await look()) {
    const found = plan.triggers
      .filter(({ desired }) => desired !== undefined)
      .map((each) => ({ name: each.name, evidence: evidenceOf(each, changed) }));
    const waiting = found.flatMap(({ name, evidence }) =>
      evidence.state === "waiting" ? [{ name, ...evidence }] : [],
    );
    for (const { name, evidence } of found) {
      const before = seen.get(name);
      seen.set(name, evidence.state);
      if (evidence.state === before) continue;
      if (evidence.state === "not waited for")
        note(`${visible(name)} is not required to run: ${evidence.reason}`);
      if (evidence.state === "healthy" && before === "waiting")
        note(
          `${visible(name)} ran successfully${evidence.ranAt === undefined ? "" : ` at ${evidence.ranAt}`}`,
        );
      if (evidence.state === "waiting" && before === undefined)
        note(`waiting up to ${limit} for ${visible(name)} to run${dueText(evidence.due)}`);
    }
    const reasons = [
      ...doubtsOf(plan, { changed, isNewDoubted: false }),
      ...found.flatMap(({ name, evidence }) =>
        evidence.state === "failed" && changed.has(name) ? [`${name}: ${evidence.reason}`] : [],
      ),
    ];
    const declared = plan.triggers.filter(({ desired }) => desired !== undefined);
    const isPaused = declared.every(({ live }) => live?.status === "paused");
    if (reasons.length === 0 && changed.size > 0 && declared.length > 0 && isPaused)
      reasons.push("every trigger is paused, so no run can show that they work");
    if (reasons.length > 0) return { state: "unhealthy", reasons };
    if (waiting.length === 0) return { state: "healthy" };
    const late = waiting.filter(({ due }) => due !== undefined && Date.parse(due) + GRACE > end);
    if (late.length > 0)
      return {
        state: "unhealthy",
        reasons: late.map(({ name, due }) => `${name} next runs at ${due}, which is not within ${limit}`),
      };
    const now = clock.now();
    if (now >= end)
      return {
        state: "unhealthy",
        reasons: waiting.map(({ name }) => `${name} has not run successfully within ${limit}`),
      };
    const pauses = waiting.map(({ due }) => {
      const until = due === undefined ? 0 : Date.parse(due) - now;
      return until > 0 ? until + GRACE : PAUSE;
    });
    await clock.sleep(Math.min(...pauses, end - now), signal);
    if (signal.aborted) return { state: "interrupted" };
  }
  return { state: "unhealthy", reasons: [] };
}

const dueText = (due: string | undefined): string => (due === undefined ? "" : `, due at ${due}`);
