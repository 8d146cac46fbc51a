import type { JsonObject, Quiet } from "../schema/model";
import type { AlertReport } from "./alert-schedule";
import type { FieldChange } from "./diff";
import type { StatusDecision } from "./status";

/** One API call of a plan; the order of a plan's calls is the order they are made in. */
export type Call =
  | { op: "create"; body: JsonObject }
  | { op: "patch"; body: JsonObject }
  | { op: "pause" }
  | { op: "resume" }
  /** Resumes what the service disabled; where it does not let itself be resumed, creates it and ends the plan. */
  | { op: "revive"; body: JsonObject };

/** What a plan leaves alone and says. */
export type PlanNote =
  /** `afterQuiet`: a run paused it for planned quiet, and it was changed since. */
  | { kind: "left paused"; afterQuiet?: true }
  /** Planned quiet that the trigger is in; `pause`: whose pause it is, or what it is in its place. */
  | { kind: "quiet"; quiet: Quiet; pause: "own" | "other" | "until active" }
  /** It was paused for this. */
  | { kind: "quiet over"; quiet: Quiet }
  | {
      kind: "failed";
      statusChange: StatusDecision["op"] | "wait";
      error: string | undefined;
      failures: number | undefined;
    }
  /** `status`: what it is created with, where none is declared. */
  | { kind: "gone"; disabled: boolean; status?: "active" | "paused" }
  | { kind: "given up"; error: string | undefined; failures: number }
  /** `updated`: it is not live as declared, and is made so. */
  | { kind: "adopted"; triggerId: string; updated?: true }
  /** Of one that leaves the definitions: why its live trigger stays, or that it has gone before. */
  | { kind: "retained" | "gone already" | "held elsewhere"; triggerId: string }
  /** Of a delete: an earlier run made its replacement; it was adopted, so that somebody else may hold it too. */
  | { kind: "replaced before" | "adopted deleted"; triggerId: string }
  /** What becomes of a cron expression that is spread over a window such as `30m`; without expressions where they are secret. */
  | { kind: "spread"; window: string; expressions?: { written: string; sent: string } }
  | AlertReport;

export type Plan = {
  reports: PlanNote[];
  /** Once it is applied the trigger is paused for planned quiet, by this stack: to be resumed after it. */
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
