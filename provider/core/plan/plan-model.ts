import type { FieldChange } from "../diff/diff";
import type { Call, Plan, PlanNote } from "../diff/plan-types";
import type { QuietPause, ResumedSince } from "../diff/status";
import { visible } from "../json/safe-text";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../schema/model";
import { isGone } from "../schema/soft-delete";
import { meaningOf } from "./schedule-effect";

/** What a stack holds for one trigger. */
export interface Remembered {
  /** The name of the resource in the stack: the key of the definition when it was applied. */
  resource: string;
  triggerId: string;
  state: JsonObject;
  /** What was declared when it was last applied or read; absent if not known. */
  inputs?: JsonObject;
  /** The engine refuses to delete it. */
  protect?: boolean;
  /** Its live trigger is kept when it leaves the definitions. */
  retain?: boolean;
  /** An earlier run replaced it but did not delete it yet. */
  replaced?: boolean;
  /** The last write was only partly made: the engine must run over it until a write is complete. */
  partial?: boolean;
}

/** The resource that has a live trigger after a run. */
export interface Holder {
  resource: string;
  /** Whether this run adopts the trigger. */
  isAdopting: boolean;
}

/** What a definition declares about its resource in the stack, beside the trigger itself. */
export interface ResourceOptions {
  /** The name of the resource: the definition's key, in which the trigger's name may be escaped. */
  resource: string;
  /** Its former key. */
  replaces?: string;
  protect: boolean;
  retain?: boolean;
  /** For a spread cron schedule: the expression as written, and the window such as `30m`. */
  spread?: { cron: string; window: string };
}

/** A write to the API. Writes are sent in order. */
export type PlannedCall =
  /** `triggerId`: the trigger that is written to; absent for a create. */
  (Call & { triggerId?: string }) | { op: "delete"; triggerId: string };

/** A change of the stack's state that needs no request to the API. */
export type RecordChange =
  | {
      kind: "value";
      /** Such as `["protect"]` or `["schedule_config", "cron_expression"]`. */
      path: readonly string[];
      /** undefined: absent. */
      recorded: Json | undefined;
      desired: Json | undefined;
      /** Outputs must hide its values. */
      secret: boolean;
    }
  /** Whether the state will encrypt the value. */
  | { kind: "encryption"; path: readonly string[]; encrypted: boolean };

export type PlanOp = "create" | "update" | "replace" | "delete" | "forget" | "adopt" | "conflict" | "none";

/** What the plan does to one trigger, and why. */
export interface TriggerPlan {
  name: string;
  /** The name of its resource in the stack. */
  resource: string;
  namespace: string;
  /**
   * `update`: updates the live trigger, the stack's state, or both; without calls, only the state. `forget`: removes
   * the trigger from the stack and leaves the live one, if any, as it is.
   */
  op: PlanOp;
  /** Absent if there is no live trigger yet. */
  triggerId?: string;
  /** For a replacement that moves: the old namespace, where the old trigger is deleted. */
  leaves?: string;
  changes: FieldChange[];
  recorded: RecordChange[];
  reports: PlanNote[];
  /** Every write to the API that the apply makes. */
  calls: PlannedCall[];
  /** For a trigger that leaves the state: the definition that adopts it or replaced it. Neither is planned alone. */
  successor?: string;
  /** Why it cannot be created, adopted or deleted. */
  conflict?: string;
  /** What a schedule change or a resume means in time. */
  meaning?: string;
  /** The live trigger, for facts that are not in the definition. */
  live?: LiveTrigger;
  desired?: DesiredTrigger;
  /** See {@link Plan}. */
  pausedForQuiet?: true;
  /** See {@link PlanContext}. */
  requestedPause?: QuietPause;
}

export interface SetPlan {
  triggers: TriggerPlan[];
  /** Those of the whole set that this part of its plan leaves as they are. */
  others?: readonly TriggerPlan[];
  /** Live triggers of the same namespaces that are in neither the definitions nor the stack. */
  unmanaged: LiveTrigger[];
  /** Made without the state: deletes and causes are not known. */
  stateless: boolean;
  /** Requests per minute that the API allows; absent if it has not reported it. */
  perMinute?: number;
}

/** What is live in one namespace. */
export interface LiveView {
  byId(id: string): LiveTrigger | undefined;
  /** Without deleted triggers. */
  byName(name: string): LiveTrigger[];
  all(): LiveTrigger[];
  /** Whether this API has trigger names. */
  readonly names: boolean | undefined;
}

export interface PlanContext {
  /** By namespace, written as the triggers declare it. */
  namespaces: ReadonlyMap<string, LiveView>;
  /** What the stack holds; undefined if its state was not read, so that causes cannot be known. */
  remembered?: readonly Remembered[];
  /** In the order of the desired triggers; absent if each resource has the name of its trigger. */
  options?: readonly ResourceOptions[];
  /** Triggers that a collection's schedule created and manages: the collection by trigger id. */
  owners?: ReadonlyMap<string, string>;
  now: Date;
  /** By resource that is not in the stack: the pause that an interrupted run requested when it created the trigger. */
  requestedPauses?: ReadonlyMap<string, QuietPause>;
  resumedSince?: ResumedSince | undefined;
}

export const nothing = (name: string, namespace: string, live: LiveTrigger | undefined): TriggerPlan => ({
  name,
  resource: name,
  namespace,
  op: "none",
  changes: [],
  recorded: [],
  reports: [],
  calls: [],
  ...(live ? { triggerId: live.trigger_id, live } : {}),
});

export const conflicting = (
  desired: DesiredTrigger,
  live: LiveTrigger | undefined,
  conflict: string,
  changes: FieldChange[],
): TriggerPlan => ({
  ...nothing(desired.name, desired.namespace, live),
  op: "conflict",
  changes,
  conflict: visible(conflict),
  desired,
});

/** A trigger with its own plan. If `live` is undefined or disabled, the trigger is created. */
export function described(
  desired: DesiredTrigger,
  plan: Plan,
  live: LiveTrigger | undefined,
  now: Date,
): TriggerPlan {
  const { name, namespace } = desired;
  const there = isGone(live) ? undefined : live;
  const calls = plan.calls.map((call) =>
    call.op === "create" || live === undefined ? call : { ...call, triggerId: live.trigger_id },
  );
  // A trigger that is gone is created again: there is nothing to delete.
  const op = plan.op === "replace" && there === undefined ? "create" : plan.op;
  const meaning = there && meaningOf(desired, there, plan, now);
  const replaced = op === "replace" && there ? [{ op: "delete", triggerId: there.trigger_id } as const] : [];
  return {
    ...nothing(name, namespace, there),
    op,
    changes: plan.changes,
    reports: plan.reports,
    calls: [...calls, ...replaced],
    ...(meaning === undefined ? {} : { meaning }),
    desired,
    ...(plan.pausedForQuiet ? { pausedForQuiet: true } : {}),
  };
}
