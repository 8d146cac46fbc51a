import type { JsonObject, Quiet } from "../schema/model";
import type { AlertReport } from "./alert-schedule";
import type { FieldChange } from "./diff";
import type { StatusDecision } from "./status";

/** One API call of a plan. The calls of a plan are made in order. */
export type Call =
  | { op: "create"; body: JsonObject }
  | { op: "patch"; body: JsonObject }
  | { op: "pause" }
  | { op: "resume" }
  /** Resumes a trigger that the service disabled. If the service rejects that, creates it instead and ends the plan. */
  | { op: "revive"; body: JsonObject };

/** Something that a plan reports and does not change. */
export type PlanNote =
  /** `afterQuiet`: a run paused it for planned quiet, and it was changed since. */
  | { kind: "left paused"; afterQuiet?: true }
  /**
   * In planned quiet. `pause`: our own; another one, which stays; or one that ends with it, since `status` is active.
   */
  | { kind: "quiet"; quiet: Quiet; pause: "own" | "other" | "until active" }
  /** It was paused for this quiet, which is over. */
  | { kind: "quiet over"; quiet: Quiet }
  | {
      kind: "failed";
      statusChange: StatusDecision["op"] | "wait";
      error: string | undefined;
      failures: number | undefined;
    }
  /** `status`: the status it is created with, if none is declared. */
  | { kind: "gone"; disabled: boolean; status?: "active" | "paused" }
  | { kind: "given up"; error: string | undefined; failures: number }
  /** `updated`: it differs from the declaration and is updated. */
  | { kind: "adopted"; triggerId: string; updated?: true }
  /** A trigger that was removed from the definitions: why its live trigger stays, or that it is gone already. */
  | { kind: "retained" | "gone already" | "held elsewhere"; triggerId: string }
  /** For a delete: an earlier run created its replacement; or it was adopted, so another owner may still use it. */
  | { kind: "replaced before" | "adopted deleted"; triggerId: string }
  /** How a cron expression is spread over a window such as `30m`; `expressions` is absent if they are secret. */
  | { kind: "spread"; window: string; expressions?: { written: string; sent: string } }
  | AlertReport;

export type Plan = {
  reports: PlanNote[];
  /** After the apply, the trigger is paused for planned quiet by this stack, which resumes it afterwards. */
  pausedForQuiet?: true;
} & (
  | { op: "none"; changes: []; calls: [] }
  | { op: "create" | "update" | "replace"; changes: FieldChange[]; calls: Call[] }
  | { op: "adopt"; triggerId: string; changes: FieldChange[]; calls: Call[] }
);

/** Why a trigger can be neither created nor adopted. */
export interface Conflict {
  op: "conflict";
  code: "NAME_TAKEN" | "NAME_AMBIGUOUS" | "ADOPT_NEEDS_REPLACE" | "ADOPT_NOT_FOUND";
  triggerIds: string[];
  changes: FieldChange[];
}
