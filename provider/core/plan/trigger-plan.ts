import { alertReports } from "../diff/alert-schedule";
import { type Applied, type Cause, type DiffContext, diffTrigger, type FieldChange } from "../diff/diff";
import type { Call, Plan, PlanNote } from "../diff/plan-types";
import { createBody, isQuieted, patchBody } from "../diff/request-body";
import { decideStatus, ownsPause, staysPaused } from "../diff/status";
import { FIELDS } from "../schema/field-rules";
import type { DesiredTrigger, Json, LiveTrigger } from "../schema/model";
import { isGivenUp } from "../schema/soft-delete";

/**
 * The plan for a trigger that this stack owns. If `live` is undefined or disabled, it is gone and is recreated. A
 * trigger disabled after failed runs was probably disabled by the service, not deleted: then a resume is tried first,
 * unless it should be paused, since it could fire in between.
 */
export function planOwned(
  desired: DesiredTrigger,
  applied: Applied,
  live: LiveTrigger | undefined,
  context: DiffContext = {},
): Plan {
  if (live === undefined || live.status === "disabled") {
    if (live && isGivenUp(live) && desired.status !== "paused" && !isQuieted(desired)) {
      const revival = planRevival(desired, applied, live, context);
      if (revival) return revival;
    }
    const paused = staysPaused(desired, undefined, applied);
    const quiet = createdQuiet(desired, paused);
    const isSilent = desired.status !== undefined || isQuieted(desired);
    const status = isSilent ? {} : ({ status: paused ? "paused" : "active" } as const);
    return {
      op: "replace",
      changes: [],
      calls: [{ op: "create", body: createBody(desired, paused) }],
      reports: [{ kind: "gone", disabled: live !== undefined, ...status }, ...quiet.reports],
      ...pausedFor(quiet.pausedForQuiet === true),
    };
  }
  const changes = diffTrigger(desired, applied, live, context);
  if (changes.some((change) => change.rule === "replace"))
    return replacement(desired, applied, live, changes, context);
  return updateInPlace(desired, applied, live, changes, context);
}

const pausedFor = (quiet: boolean): Pick<Plan, "pausedForQuiet"> => (quiet ? { pausedForQuiet: true } : {});

/** Planned quiet of a trigger that is created. `paused`: it is created paused in any case. */
export function createdQuiet(
  { active_quiet: quiet, ...desired }: DesiredTrigger,
  paused = false,
): Pick<Plan, "reports" | "pausedForQuiet"> {
  if (!quiet || desired.status === "paused") return { reports: [] };
  return { reports: [{ kind: "quiet", quiet, pause: paused ? "other" : "own" }], ...pausedFor(!paused) };
}

/** Replaces the live trigger with a new one. */
export function replacement(
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  fields: FieldChange[],
  context: DiffContext,
): Plan {
  const secret_paths = [...(desired.secret_paths ?? []), ...(applied?.secret_paths ?? [])];
  const paused = staysPaused(desired, live, applied, context);
  const quiet = createdQuiet(desired, paused);
  const moves = fields.some(({ path }) => path[0] === "namespace");
  const status = context.isUnknown?.(desired.status)
    ? live.status
    : isQuieted(desired)
      ? "paused"
      : (desired.status ?? (paused ? "paused" : "active"));
  const forQuiet = isQuieted(desired) || ownsPause(applied?.quiet_pause, live, context.resumedSince);
  const change = statusChange(desired, applied, live, { status, forQuiet });
  return {
    op: "replace",
    changes: status === live.status ? fields : [...fields, change],
    calls: [{ op: "create", body: createBody(desired, paused) }],
    reports: [
      ...(paused ? [{ kind: "left paused" } as const] : []),
      ...quiet.reports,
      // In another namespace, the replacement evaluates an alert of that namespace.
      ...alertReports("replace", { ...live, secret_paths }, moves ? undefined : desired),
    ],
    ...pausedFor(quiet.pausedForQuiet === true),
  };
}

/** Returns undefined if the disabled trigger cannot become what is desired. */
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

const statusChange = (
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  { status, forQuiet = false }: { status: string | undefined; forQuiet?: boolean },
): FieldChange => ({
  path: ["status"],
  desired: status,
  live: live.status,
  cause: forQuiet
    ? desired.active_quiet
      ? "quiet"
      : "quiet over"
    : statusCause(desired.status, applied, live),
  rule: FIELDS.status.onChange,
  secret: false,
  ...(forQuiet && desired.active_quiet ? { quiet: desired.active_quiet } : {}),
});

/** An update with the changes of the fields and of the status. */
export function updateInPlace(
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
  const { active_quiet: quiet } = desired;
  const pause = applied?.quiet_pause ?? context.requestedPause;
  const decision = decideStatus(declared, live.status, {
    isQuiet: quiet !== undefined,
    ownsPause: ownsPause(pause, live, context.resumedSince),
  });
  const { forQuiet = false } = decision;
  if (decision.op !== "none") {
    const status = forQuiet ? (decision.op === "pause" ? "paused" : "active") : desired.status;
    changes.push(statusChange(desired, applied, live, { status, forQuiet }));
    // Paused before its new schedule can fire; resumed after it, so that the next run is computed from the new
    // schedule.
    if (decision.op === "pause") {
      calls.unshift({ op: "pause" });
      reports.push(...alertReports("pause", desired));
    } else calls.push({ op: "resume" });
  } else if (decision.report === "paused") {
    reports.push({ kind: "left paused", ...(pause && !quiet ? { afterQuiet: true } : {}) });
  }
  if (quiet && isQuieted(desired) && live.status !== "failed")
    reports.push({
      kind: "quiet",
      quiet,
      pause: forQuiet ? "own" : declared === "active" ? "until active" : "other",
    });
  if (decision.op === "resume" && forQuiet && pause) reports.push({ kind: "quiet over", quiet: pause });
  if (live.status === "failed") {
    const { last_execution_error: error, consecutive_failures: failures } = live.health;
    const statusChange = quiet && declared === "active" ? "wait" : decision.op;
    reports.push({ kind: "failed", statusChange, error, failures });
  }
  const result = { reports, ...pausedFor(forQuiet && decision.op !== "resume") };
  return changes.length === 0
    ? { op: "none", changes: [], calls: [], ...result }
    : { op: "update", changes, calls, ...result };
}

function statusCause(desired: Json | undefined, applied: Applied | undefined, live: LiveTrigger): Cause {
  if (!applied) return "differs";
  if (applied.declared_status === desired) return "live drifted";
  return applied.declared_status === undefined || applied.declared_status === live.status
    ? "you edited"
    : "both changed";
}
