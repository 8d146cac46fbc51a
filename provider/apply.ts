import { ApiError } from "./api/errors/api-error";
import type { Snapshot } from "./api/snapshot";
import type { TriggerLists } from "./api/trigger-lists";
import type { TriggersApi } from "./api/triggers";
import type { Call } from "./core/diff/plan-types";
import { planNew } from "./core/plan/adoption";
import { callText } from "./core/report/progress";
import type { DesiredTrigger, LiveTrigger } from "./core/schema/model";
import { isGone } from "./core/schema/soft-delete";

/** Some calls of a plan were made, one failed: `live` is the trigger as it is, so that its id is never lost. */
export class PartlyAppliedError extends Error {
  override readonly name = "PartlyAppliedError";
  constructor(
    readonly live: LiveTrigger,
    readonly done: readonly Call[],
    /** The one that failed and those behind it. */
    readonly undone: readonly Call[],
    override readonly cause: Error,
  ) {
    super(`${cause.message} ${doneText(done, live)}`);
  }

  /** What was done, for who shows the cause by itself. */
  get doneBefore(): string {
    return doneText(this.done, this.live);
  }
}

const doneText = (done: readonly Call[], { trigger_id: id }: LiveTrigger): string =>
  `Already done for ${id}: ${done.map(callText).join(", ")}.`;

export interface Target {
  api: TriggersApi;
  live: TriggerLists;
  namespace: string;
  desired: DesiredTrigger;
}

/**
 * Makes a plan's calls in order and keeps the snapshot true. In: the calls, and the live trigger they are for
 * (undefined when the first call creates it). Out: the trigger as the API last answered.
 * Errors: {@link ApiError} when nothing was done, {@link PartlyAppliedError} when something was.
 */
export async function applyCalls(
  target: Target,
  calls: readonly Call[],
  existing?: LiveTrigger,
): Promise<LiveTrigger> {
  let live = existing;
  const done: Call[] = [];
  for (const [at, call] of calls.entries()) {
    try {
      live = await make(target, call, live);
    } catch (error) {
      if (live && done.length > 0) throw new PartlyAppliedError(live, done, calls.slice(at), error as Error);
      throw error;
    }
    target.live.put(target.namespace, live);
    done.push(call);
    // Created whole: nothing of the plan is left to do.
    if (call.op === "revive" && live.trigger_id !== existing?.trigger_id) break;
  }
  if (!live) throw new Error("a plan without calls and without a live trigger has nothing to return");
  return live;
}

async function make(target: Target, call: Call, live: LiveTrigger | undefined): Promise<LiveTrigger> {
  const { api, namespace } = target;
  if (call.op === "create") return create(target, call);
  if (!live) throw new Error(`${call.op} needs a live trigger`);
  switch (call.op) {
    case "patch":
      return api.patch(namespace, live.trigger_id, call.body);
    case "pause":
      return api.pause(namespace, live.trigger_id);
    case "resume":
      return api.resume(namespace, live.trigger_id);
    case "revive":
      return (await revived(target, live)) ?? create(target, { op: "create", body: call.body });
  }
}

/** How the API says that a disabled trigger is a deleted one, which of these is not documented. */
const REFUSALS: ReadonlySet<string> = new Set(["BAD_REQUEST", "VALIDATION", "ALREADY_EXISTS"]);

/** undefined where the API holds a disabled trigger for deleted. */
async function revived({ api, namespace }: Target, live: LiveTrigger): Promise<LiveTrigger | undefined> {
  try {
    const resumed = await api.resume(namespace, live.trigger_id);
    return isGone(resumed) ? undefined : resumed;
  } catch (error) {
    if (error instanceof ApiError && (REFUSALS.has(error.code) || error.isAbsence("trigger")))
      return undefined;
    throw error;
  }
}

/**
 * How long a list may lag behind a create, milliseconds between looks: a trigger that was made and is not listed yet
 * must not be made again.
 */
const LOOKS = [0, 2_000, 5_000] as const;

/**
 * POST has no idempotency key: after a failure that may have been handled, the trigger is looked up first, taken if it
 * is there, and created again if it is not: once, and while the service is unavailable as long as any other call. An API
 * without names has nothing to look it up by but its content: who finds there what another create of one content made
 * takes it, and the other looks for what this one made, or creates again.
 */
async function create(target: Target, call: Call & { op: "create" }): Promise<LiveTrigger> {
  const { api, live, namespace } = target;
  const before = await live.snapshot(namespace);
  for (let tries = 1; ; tries += 1) {
    const { made, error } = await sent(target, call);
    if (made && live.claim(made.trigger_id)) return made;
    const wait = error ? api.waitToCreateAgain(error, tries) : 0;
    for (const pause of looks(wait ?? 0)) {
      const found = madeIn(await live.listAgain(namespace, pause), before, target);
      if (error && found === "unclear") throw error;
      if (found && found !== "unclear" && live.claim(found.trigger_id)) return found;
    }
    if (error && wait === undefined) throw error;
  }
}

/** The trigger that was created, or why that is not known. Throws where nothing was. */
async function sent(
  { api, namespace }: Target,
  call: Call & { op: "create" },
): Promise<{ made: LiveTrigger; error?: undefined } | { made?: undefined; error: ApiError }> {
  try {
    return { made: await api.create(namespace, call.body) };
  } catch (error) {
    if (error instanceof ApiError && error.ambiguous) return { error };
    throw error;
  }
}

/** The last list is right before the next create, so that it shows what was in progress until then. */
function looks(wait: number): number[] {
  const [first, second, last] = LOOKS;
  return [first, second, Math.max(last, wait - second)];
}

/** What the lost answer was about, if it is there: new since `before`, not created by another run, and as desired. */
function madeIn(
  now: Snapshot,
  before: Snapshot,
  { desired, live }: Target,
): LiveTrigger | "unclear" | undefined {
  const isNew = ({ trigger_id: id }: LiveTrigger): boolean =>
    !before.byId(id) && !now.isOurs(id) && !live.isClaimed(id);
  const asDesired = (candidates: readonly LiveTrigger[]) =>
    planNew({ ...desired, adopt: false }, candidates, { names: now.names });
  if (now.names === false) {
    const fresh = now.all().filter((trigger) => isNew(trigger) && !isGone(trigger));
    return fresh.find((trigger) => {
      const plan = asDesired([trigger]);
      return plan.op === "adopt" && plan.calls.length === 0;
    });
  }
  const fresh = now.byName(desired.name).filter(isNew);
  const plan = asDesired(fresh);
  if (plan.op === "create") return undefined;
  return plan.op === "adopt" && plan.calls.length === 0 ? fresh[0] : "unclear";
}
