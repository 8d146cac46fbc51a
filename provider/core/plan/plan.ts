import {
  type DesiredTrigger,
  isGivenUp,
  type Json,
  type JsonObject,
  type LiveTrigger,
} from "../schema/model";
import { FIELDS } from "../schema/trigger";
import { type AlertReport, alertReports } from "./alert-schedule";
import { type Applied, type Cause, type DiffContext, diffTrigger, type FieldChange } from "./diff";
import { decideStatus, type StatusDecision } from "./status";

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
  | { kind: "left paused" }
  | {
      kind: "failed";
      statusChange: StatusDecision["op"];
      error: string | undefined;
      failures: number | undefined;
    }
  | { kind: "gone"; disabled: boolean }
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

export type Plan =
  | { op: "none"; changes: []; calls: []; reports: PlanNote[] }
  | { op: "create"; changes: FieldChange[]; calls: Call[]; reports: PlanNote[] }
  | { op: "update"; changes: FieldChange[]; calls: Call[]; reports: PlanNote[] }
  | { op: "replace"; changes: FieldChange[]; calls: Call[]; reports: PlanNote[] }
  | { op: "adopt"; triggerId: string; changes: FieldChange[]; calls: Call[]; reports: PlanNote[] };

/** Why a trigger can be neither created nor adopted. */
export interface Conflict {
  op: "conflict";
  code: "NAME_TAKEN" | "NAME_AMBIGUOUS" | "ADOPT_NEEDS_REPLACE" | "ADOPT_NOT_FOUND";
  triggerIds: string[];
  changes: FieldChange[];
}

/**
 * The create body: only keys that are declared, `name` among them. Source: POST /v1/triggers. `paused`: so is the one
 * that it replaces, and no status is declared.
 */
export function createBody(desired: DesiredTrigger, paused = false): JsonObject {
  const status = desired.status ?? (paused ? "paused" : undefined);
  return {
    name: desired.name,
    ...(desired.description ? { description: desired.description } : {}),
    action_type: desired.action_type,
    action_config: desired.action_config,
    trigger_type: desired.trigger_type,
    schedule_config: desired.schedule_config,
    // Created paused in one request: paused afterwards it could fire in between.
    ...(status ? { status } : {}),
  };
}

/**
 * The plan for a trigger that this stack owns; `live` undefined or disabled: it is gone and is recreated. One that was
 * disabled after failed runs was more likely given up by the service than deleted: it is tried to be resumed first,
 * unless it is to be paused, since it could fire in between.
 */
export function planOwned(
  desired: DesiredTrigger,
  applied: Applied,
  live: LiveTrigger | undefined,
  context: DiffContext = {},
): Plan {
  if (live === undefined || live.status === "disabled") {
    if (live && isGivenUp(live) && desired.status !== "paused") {
      const revival = planRevival(desired, applied, live, context);
      if (revival) return revival;
    }
    const gone: PlanNote = { kind: "gone", disabled: live !== undefined };
    return {
      op: "replace",
      changes: [],
      calls: [{ op: "create", body: createBody(desired) }],
      reports: [gone],
    };
  }
  const changes = diffTrigger(desired, applied, live, context);
  if (changes.some((change) => change.rule === "replace"))
    return replacement(desired, applied, live, changes, context);
  return updateInPlace(desired, applied, live, changes, context);
}

/** Whether what replaces a live trigger is created paused: a replacement is no way to resume a paused one. */
export const staysPaused = (desired: DesiredTrigger, live: LiveTrigger): boolean =>
  desired.status === undefined && live.status === "paused";

function replacement(
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  fields: FieldChange[],
  context: DiffContext,
): Plan {
  const secret_paths = [...(desired.secret_paths ?? []), ...(applied?.secret_paths ?? [])];
  const paused = staysPaused(desired, live);
  const moves = fields.some(({ path }) => path[0] === "namespace");
  const status = context.isUnknown?.(desired.status)
    ? live.status
    : (desired.status ?? (paused ? "paused" : "active"));
  return {
    op: "replace",
    changes: status === live.status ? fields : [...fields, statusChange(desired, applied, live, status)],
    calls: [{ op: "create", body: createBody(desired, paused) }],
    reports: [
      ...(paused ? [{ kind: "left paused" } as const] : []),
      // In another namespace the replacement evaluates an alert of that one.
      ...alertReports("replace", { ...live, secret_paths }, moves ? undefined : desired),
    ],
  };
}

/** undefined where what it is to be cannot be had from what it is. */
function planRevival(
  desired: DesiredTrigger,
  applied: Applied,
  live: LiveTrigger,
  context: DiffContext,
): Plan | undefined {
  const changes = diffTrigger(desired, applied, live, context);
  if (changes.some((change) => change.rule === "replace")) return undefined;
  const body = patchBody(desired, changes);
  return {
    op: "replace",
    changes,
    calls: [
      { op: "revive", body: createBody(desired) },
      ...(Object.keys(body).length > 0 ? [{ op: "patch", body } as const] : []),
    ],
    reports: [
      {
        kind: "given up",
        error: live.health.last_execution_error,
        failures: live.health.consecutive_failures ?? 0,
      },
    ],
  };
}

/**
 * The plan for a trigger of which only the live twin is known, by its name: what `up` does where it is the stack's own.
 */
export function planNamed(desired: DesiredTrigger, live: LiveTrigger, context: DiffContext = {}): Plan {
  const changes = diffTrigger(desired, undefined, live, context);
  if (changes.some((change) => change.rule === "replace"))
    return replacement(desired, undefined, live, changes, context);
  return updateInPlace(desired, undefined, live, changes, context);
}

/**
 * The plan for a trigger that no state knows. `candidates` are live ones it could be: of its name, or the one `adopt`
 * names; never ones that this stack owns already, such as the predecessor in a replacement. `paused`: that predecessor
 * was, and no status is declared.
 */
export function planNew(
  desired: DesiredTrigger,
  candidates: readonly LiveTrigger[],
  context: DiffContext & { paused?: boolean } = {},
): Plan | Conflict {
  const [live, ...others] = candidates;
  if (live === undefined) {
    if (typeof desired.adopt === "string")
      return { op: "conflict", code: "ADOPT_NOT_FOUND", triggerIds: [desired.adopt], changes: [] };
    const body = createBody(desired, context.paused);
    return { op: "create", changes: [], calls: [{ op: "create", body }], reports: [] };
  }
  const triggerIds = candidates.map((candidate) => candidate.trigger_id);
  if (others.length > 0) return { op: "conflict", code: "NAME_AMBIGUOUS", triggerIds, changes: [] };
  const changes = diffTrigger(desired, undefined, live, context);
  if (changes.some((change) => change.rule === "replace")) {
    const code = desired.adopt ? "ADOPT_NEEDS_REPLACE" : "NAME_TAKEN";
    return { op: "conflict", code, triggerIds, changes };
  }
  const update = updateInPlace(desired, undefined, live, changes, context);
  if (update.op !== "none" && !desired.adopt)
    return { op: "conflict", code: "NAME_TAKEN", triggerIds, changes: update.changes };
  const adopted: PlanNote = {
    kind: "adopted",
    triggerId: live.trigger_id,
    ...(update.op === "none" ? {} : { updated: true }),
  };
  return { ...update, op: "adopt", triggerId: live.trigger_id, reports: [adopted, ...update.reports] };
}

const statusChange = (
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  status: string | undefined,
): FieldChange => ({
  path: ["status"],
  desired: status,
  live: live.status,
  cause: statusCause(desired.status, applied, live),
  rule: FIELDS.status.onChange,
  secret: false,
});

function updateInPlace(
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  fields: FieldChange[],
  context: DiffContext,
): Plan {
  const changes = [...fields];
  const calls: Call[] = [];
  const reports: PlanNote[] = [];
  const body = patchBody(desired, fields);
  if (Object.keys(body).length > 0) calls.push({ op: "patch", body });

  const declared = context.isUnknown?.(desired.status) ? undefined : desired.status;
  const decision = decideStatus(declared, live.status);
  if (decision.op !== "none") {
    changes.push(statusChange(desired, applied, live, desired.status));
    // Paused before its new schedule can fire; resumed after, so that the next run is reckoned from it.
    if (decision.op === "pause") {
      calls.unshift({ op: "pause" });
      reports.push(...alertReports("pause", desired));
    } else calls.push({ op: "resume" });
  } else if (decision.report === "paused") {
    reports.push({ kind: "left paused" });
  }
  if (live.status === "failed") {
    const { last_execution_error: error, consecutive_failures: failures } = live.health;
    reports.push({ kind: "failed", statusChange: decision.op, error, failures });
  }
  return changes.length === 0
    ? { op: "none", changes: [], calls: [], reports }
    : { op: "update", changes, calls, reports };
}

/** PATCH takes these; schedule_config goes whole, since whether the API merges it is not documented. */
function patchBody(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const body: JsonObject = {};
  for (const { path } of changes) {
    const [field] = path;
    if (field === "name") body["name"] = desired.name;
    // An empty text is a value to every JSON API; null might mean "not given".
    if (field === "description") body["description"] = desired.description ?? "";
    if (field === "schedule_config") body["schedule_config"] = wholeSchedule(desired, changes);
  }
  return body;
}

/** A key that goes back to its default is sent with it: should the API merge, leaving it out would change nothing. */
function wholeSchedule(desired: DesiredTrigger, changes: readonly FieldChange[]): JsonObject {
  const defaults: JsonObject = {};
  for (const { path, desired: value } of changes) {
    const [field, key, ...below] = path;
    if (field === "schedule_config" && key !== undefined && below.length === 0 && value !== undefined)
      defaults[key] = value;
  }
  return { ...defaults, ...desired.schedule_config };
}

function statusCause(desired: Json | undefined, applied: Applied | undefined, live: LiveTrigger): Cause {
  if (!applied) return "differs";
  if (applied.declared_status === desired) return "live drifted";
  return applied.declared_status === undefined || applied.declared_status === live.status
    ? "you edited"
    : "both changed";
}
