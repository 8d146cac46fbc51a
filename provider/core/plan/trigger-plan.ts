import type { FieldChange } from "../diff/diff";
import type { Call, Plan, PlanNote } from "../diff/plan-types";
import type { QuietPause, ResumedSince } from "../diff/status";
import { visible } from "../json/printed";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../schema/model";
import { isGone } from "../schema/soft-delete";
import { meaningOf } from "./schedule-effect";

/** What a stack holds of one trigger. */
export interface Remembered {
  /** Name of the resource in the stack: the key of the definition that was applied. */
  resource: string;
  triggerId: string;
  state: JsonObject;
  /** What was declared when it was applied or read last; absent where that is not known. */
  inputs?: JsonObject;
  /** The engine refuses to delete it. */
  protect?: boolean;
  /** Its live trigger stays when it leaves the definitions. */
  retain?: boolean;
  /** An earlier run replaced it and did not delete it yet. */
  replaced?: boolean;
  /** The last write to it was made in part: the engine runs over it until one is whole. */
  partial?: boolean;
}

/** What a definition says about its resource in the stack, beside the trigger itself. */
export interface ResourceOptions {
  /** Name of the resource: the definition's key, which may write the trigger's name with escapes. */
  resource: string;
  /** The key that it had before. */
  replaces?: string;
  protect: boolean;
  retain?: boolean;
  /** Of a cron schedule that is spread: the expression as it is written, and the window such as `30m`. */
  spread?: { cron: string; window: string };
}

/** A write to the API, in the order they are sent. */
export type PlannedCall =
  /** `triggerId`: of what is written to; absent for what is created. */
  (Call & { triggerId?: string }) | { op: "delete"; triggerId: string };

/** What the stack records of a trigger and the API does not get: applying it sends no request for it. */
export type RecordChange =
  | {
      kind: "value";
      /** `["protect"]`, `["schedule_config", "cron_expression"]`. */
      path: readonly string[];
      /** undefined: absent. */
      recorded: Json | undefined;
      desired: Json | undefined;
      /** No output shows its values. */
      secret: boolean;
    }
  /** Whether the state encrypts the value from now on. */
  | { kind: "encryption"; path: readonly string[]; encrypted: boolean };

export type PlanOp = "create" | "update" | "replace" | "delete" | "forget" | "adopt" | "conflict" | "none";

/** What would become of one trigger, and why. */
export interface TriggerPlan {
  name: string;
  /** Name of its resource in the stack. */
  resource: string;
  namespace: string;
  /**
   * `update`: of the live trigger, of what the stack records of it, or of both; without calls only of the record.
   * `forget`: the stack drops it, and the live trigger, if there is one, stays as it is.
   */
  op: PlanOp;
  /** Absent where there is none yet. */
  triggerId?: string;
  /** The namespace that a replacement leaves: its trigger there is deleted. */
  leaves?: string;
  changes: FieldChange[];
  recorded: RecordChange[];
  reports: PlanNote[];
  /** Every write to the API that applying it makes. */
  calls: PlannedCall[];
  /** Why it can be neither made nor taken over nor deleted. */
  conflict?: string;
  /** What a change of schedule or a resume means in time. */
  meaning?: string;
  /** The live trigger, for what it tells beside its definition. */
  live?: LiveTrigger;
  desired?: DesiredTrigger;
  /** See {@link Plan}. */
  pausedForQuiet?: true;
  /** See {@link PlanContext}. */
  requestedPause?: QuietPause;
}

export interface SetPlan {
  triggers: TriggerPlan[];
  /** Live ones of the same namespaces that neither the definitions nor the stack know. */
  unmanaged: LiveTrigger[];
  /** Without the state: deletes and causes are not known. */
  stateless: boolean;
  /** Requests a minute that the API allows; absent where it has not said so. */
  perMinute?: number;
}

/** What is live in one namespace. */
export interface LiveView {
  byId(id: string): LiveTrigger | undefined;
  /** Deleted ones left out. */
  byName(name: string): LiveTrigger[];
  all(): LiveTrigger[];
  /** Whether this API has trigger names. */
  readonly names: boolean | undefined;
}

export interface PlanContext {
  /** By the name that triggers give their namespace. */
  namespaces: ReadonlyMap<string, LiveView>;
  /** What the stack holds; undefined: its state was not read, and whose a difference is cannot be known. */
  remembered?: readonly Remembered[];
  /** In the order of the desired triggers; absent: each resource is called as its trigger. */
  options?: readonly ResourceOptions[];
  /** Triggers that a collection's schedule made and keeps: the collection, by trigger id. */
  owners?: ReadonlyMap<string, string>;
  now: Date;
  /** By resource that the stack does not hold: the pause that an interrupted run asked for when it created the trigger. */
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

/** The row of a trigger with a plan of its own; `live` undefined or disabled: it is created. */
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
  // One that is gone is created again: nothing is left to be deleted.
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
