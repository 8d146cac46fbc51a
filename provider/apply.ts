import { ApiError } from "./api/errors/api-error";
import type { Snapshot } from "./api/snapshot";
import type { TriggerLists } from "./api/trigger-lists";
import type { TriggersApi } from "./api/triggers";
import type { Call } from "./core/diff/plan-types";
import { planNew } from "./core/plan/adoption";
import { callText } from "./core/report/progress";
import type { DesiredTrigger, LiveTrigger } from "./core/schema/model";
import { isGone } from "./core/schema/soft-delete";

/**
 * One call of a plan failed after others had succeeded. `live` is the trigger after those calls, so that its id is not
 * lost.
 */
export class PartlyAppliedError extends Error {
  override readonly name = "PartlyAppliedError";
  constructor(
    readonly live: LiveTrigger,
    readonly done: readonly Call[],
    /** The call that failed, and the calls after it. */
    readonly undone: readonly Call[],
    override readonly cause: Error,
  ) {
    super(`${cause.message} ${doneText(done, live)}`);
  }

  /** What was done before the failure, for callers that show the cause separately. */
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
 * Makes the calls of a plan in order and updates the snapshot. `existing`: the live trigger; undefined if the first
 * call creates it. Returns the trigger from the last response. Throws {@link ApiError} if the first call fails, and
 * {@link PartlyAppliedError} if a later one does.
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
    // A new trigger was created instead, with everything that the plan declares.
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

/** Codes with which the API may reject resuming a deleted trigger. It does not document which one it uses. */
const REFUSALS: ReadonlySet<string> = new Set(["BAD_REQUEST", "VALIDATION", "ALREADY_EXISTS"]);

/** The resumed trigger; undefined if the API treats a disabled trigger as deleted. */
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
 * Milliseconds to wait before each list after a create without a response. Lists may lag: a trigger that was created
 * but is not listed yet must not be created again.
 */
const LOOKS = [0, 2_000, 5_000] as const;

/**
 * Creates a trigger. POST has no idempotency key, so after a failure that may have been processed, the trigger is
 * looked up first and created again only if it is not found. It is created again once, or during an outage for as long
 * as any other call is retried. Without names in the API, it is looked up by its content. If two creates with the same
 * content run in parallel, one may find and claim the other's trigger; the other create then looks for the first one's
 * trigger, or creates another.
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

/**
 * Sends one create. Returns the trigger, or the error if it may have been created anyway. Throws if it was not created.
 */
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

/**
 * The waits before each list. The last list is read just before the next create, so that it includes creates in
 * progress.
 */
function looks(wait: number): number[] {
  const [first, second, last] = LOOKS;
  return [first, second, Math.max(last, wait - second)];
}

/**
 * The trigger that a create without a response made, if it is listed: new since `before`, not created by another call,
 * and as desired. "unclear" if a new trigger has its name but differs.
 */
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
