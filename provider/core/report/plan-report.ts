import { serviceDefaults } from "../comparison/service-defaults";
import type { FieldChange } from "../diff/diff";
import { isHidden, visible } from "../json/safe-text";
import { changeText, recordText, reportText, triggerText } from "../plan/explain";
import type { PlanOp, RecordChange, SetPlan, TriggerPlan } from "../plan/plan-model";
import type { Json, JsonObject, LiveTrigger } from "../schema/model";
import { SMALLEST_RATE } from "../service/rate";
import { counted } from "../text/plural";

/** The counts of a plan. */
export interface PlanSummary {
  create: number;
  update: number;
  replace: number;
  delete: number;
  forget: number;
  adopt: number;
  /** The ones in `adopt` that are also updated. */
  adopt_update: number;
  conflict: number;
  unchanged: number;
  /** Requests that the apply needs, without the lists. */
  requests: number;
}

export function summaryOf({ triggers }: SetPlan): PlanSummary {
  const count = (op: PlanOp): number => triggers.filter((plan) => plan.op === op).length;
  return {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    forget: count("forget"),
    adopt: count("adopt"),
    adopt_update: triggers.filter(isAdoptUpdate).length,
    conflict: count("conflict"),
    unchanged: count("none"),
    requests: triggers.reduce((sum, { calls }) => sum + calls.length, 0),
  };
}

/** The words for each operation, before and after it is applied. */
export const OPS: Readonly<Record<PlanOp, { mark: string; will: string; did: string }>> = {
  create: { mark: "+", will: "create", did: "created" },
  update: { mark: "~", will: "update", did: "updated" },
  replace: { mark: "±", will: "replace", did: "replaced" },
  delete: { mark: "-", will: "delete", did: "deleted" },
  forget: { mark: "-", will: "remove from the state", did: "removed from the state" },
  adopt: { mark: "=", will: "adopt", did: "adopted" },
  conflict: { mark: "!", will: "conflict", did: "conflict" },
  none: { mark: " ", will: "unchanged", did: "unchanged" },
};

/** The words for the operation of one trigger: an adoption may include an update. */
export const wordsOf = (trigger: TriggerPlan): (typeof OPS)[PlanOp] =>
  isAdoptUpdate(trigger) ? ADOPT_UPDATE : OPS[trigger.op];

const isAdoptUpdate = ({ op, calls }: TriggerPlan): boolean => op === "adopt" && calls.length > 0;

const ADOPT_UPDATE = {
  mark: OPS.update.mark,
  will: "adopt and update",
  did: "adopted and updated",
};

/** `2 to create, 1 to adopt`, or `2 created, 1 adopted`. Omits conflicts and unchanged triggers. */
export function countsOf(summary: PlanSummary, tense: "will" | "did"): string[] {
  const { unchanged: _, conflict: __, requests: ___, adopt_update: updates, adopt, ...ops } = summary;
  const count = (number: number, words: { will: string; did: string }): string[] => {
    if (number === 0) return [];
    return [tense === "will" ? `${number} to ${words.will}` : `${number} ${words.did}`];
  };
  return [
    ...Object.entries(ops).flatMap(([op, number]) => count(number, OPS[op as PlanOp])),
    ...count(adopt - updates, OPS.adopt),
    ...count(updates, ADOPT_UPDATE),
  ];
}

/** Whether the apply changes anything, in the API or in the state. */
export const hasChanges = ({ triggers }: SetPlan): boolean => triggers.some(({ op }) => op !== "none");

/** Whether a plan reports anything about a trigger. */
export const isReported = ({ op, reports }: TriggerPlan): boolean => op !== "none" || reports.length > 0;

/** All details of one trigger, a sentence each: changed fields, their meaning in time, and what is not changed. */
export function detailsOf({ changes, recorded, reports, meaning, conflict, leaves }: TriggerPlan): string[] {
  if (conflict !== undefined) return [conflict];
  return [
    ...(leaves === undefined ? [] : [`leaves namespace "${visible(leaves)}": its trigger there is deleted`]),
    ...changes.map(changeText),
    ...recorded.map(recordText),
    ...(meaning === undefined ? [] : [meaning]),
    ...reports.map(reportText),
  ];
}

/** `1 to create, 2 unchanged; 1 request to apply`. */
export function summaryText(summary: PlanSummary, perMinute?: number): string {
  const { unchanged, conflict, requests } = summary;
  const parts = [
    ...countsOf(summary, "will"),
    ...(conflict > 0 ? [`${conflict} in conflict`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  const cost = requests === 0 ? "" : `; ${counted(requests, "request")} to apply`;
  return `${parts.join(", ") || "nothing declared"}${cost}${waitText(requests, perMinute)}`;
}

/** What a plan without the state cannot know. */
export const STATELESS =
  "Without the state, this plan shows no deletes or causes, and assumes that a live trigger with the name of a definition belongs to it.";

/** Live triggers that no definition declares. Without the state, `up` may delete some of them. */
export const unmanagedLines = ({ unmanaged }: SetPlan): string[] => unmanaged.map(unmanagedText);

/** The least time that these requests take at the client's rate. Those of the first minute are sent at once. */
function waitText(requests: number, perMinute: number | undefined): string {
  const rate = Math.max(1, Math.floor(perMinute ?? SMALLEST_RATE.perMinute));
  const minutes = Math.ceil(requests / rate) - 1;
  if (minutes < 1) return "";
  const why =
    perMinute === undefined ? `if the API allows ${rate} a minute` : `at the API's ${rate} a minute`;
  return `, at least ${counted(minutes, "minute")} ${why}`;
}

/** The plan as data, without secret values. */
export function planJson(plan: SetPlan): JsonObject {
  return {
    summary: { ...summaryOf(plan) },
    stateless: plan.stateless,
    triggers: plan.triggers.filter(isReported).map(triggerJson),
    ...(plan.stateless
      ? {
          unmanaged: plan.unmanaged.map(({ trigger_id, name = null, namespace_id, status }) => ({
            trigger_id,
            name,
            namespace_id,
            status,
          })),
        }
      : {}),
  };
}

function triggerJson(trigger: TriggerPlan): JsonObject {
  return {
    name: trigger.name,
    namespace: trigger.namespace,
    op: trigger.op,
    trigger_id: trigger.triggerId ?? null,
    ...(trigger.leaves === undefined ? {} : { leaves_namespace: trigger.leaves }),
    ...(trigger.desired?.active_quiet ? { quiet: { ...trigger.desired.active_quiet } } : {}),
    changes: trigger.changes.map(changeJson),
    recorded: trigger.recorded.map(recordJson),
    suppressed: suppressed(trigger),
    details: detailsOf(trigger),
    requests: trigger.calls.length,
  };
}

/** Live keys that are not reported as differences, and why. */
function suppressed({ desired, live, changes }: TriggerPlan): JsonObject[] {
  if (!desired || !live) return [];
  return serviceDefaults(desired, live, changes).map(({ path, live: value, cause, secret }) => ({
    path: path.join("."),
    live: valueJson(value, secret),
    cause,
  }));
}

/** A field's value as data: null if it is secret or absent. */
const valueJson = (value: Json | undefined, secret: boolean): Json =>
  isHidden(value, secret) ? "[secret]" : (value ?? null);

/** One changed field as data, without secret values. */
export function changeJson(change: FieldChange): JsonObject {
  return {
    path: change.path.join("."),
    live: valueJson(change.live, change.secret),
    desired: valueJson(change.desired, change.secret),
    cause: change.cause,
    rule: change.rule,
    ...(change.references ? { references: [...change.references] } : {}),
  };
}

/** A change of the stack's state as data, without secret values. */
function recordJson(change: RecordChange): JsonObject {
  const path = change.path.join(".");
  if (change.kind === "encryption") return { path, encrypted: change.encrypted };
  const { recorded, desired, secret } = change;
  return { path, state: valueJson(recorded, secret), desired: valueJson(desired, secret) };
}

/** A short description of an undeclared live trigger. */
export const unmanagedText = (live: LiveTrigger): string =>
  visible(`${live.name ?? "(no name)"} (${live.trigger_id}): ${triggerText(live)}`);
