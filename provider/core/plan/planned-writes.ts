import { type FieldPlace, fieldPlaces } from "../definitions/field-places";
import type { Declaration } from "../definitions/merged-definition";
import type { Call } from "../diff/plan-types";
import type { QuietPause } from "../diff/status";
import type { JsonObject } from "../schema/model";
import type { SetPlan } from "./plan-model";

/** One write, with a digest of its body instead of the values, which may be secret. */
export interface PlannedWrite {
  op: Call["op"];
  digest: string;
}

type Digest = (value: unknown) => string;

/** All writes to the API that a run may make, according to its plan. */
export interface PlannedWrites {
  /** The writes of each trigger in order, by {@link writeKey}. */
  calls: Record<string, PlannedWrite[]>;
  /** Ids of the triggers to delete. */
  deletes: string[];
  /** By id of an adopted trigger: the key of the definition that adopts it. */
  adopted: Record<string, string>;
  /** By id: which trigger of the plan holds it, in which namespace, and whether it is about to be released. */
  held: Record<string, { key: string; namespace: string; leaving: boolean }>;
  /** By key of an adopted trigger: the pause that an interrupted run requested when it created the trigger. */
  requestedPauses?: Record<string, QuietPause>;
  /** By key of a written trigger: where each field is in its definition, for errors that only the API reports. */
  places?: Record<string, FieldPlace[]>;
}

/** Identifies a trigger within a run. */
export const writeKey = (namespace: string, name: string): string => `${namespace}\n${name}`;

/** Describes a write, both for the plan and when the provider is about to make it. */
export const plannedWrite = (call: Call, digest: Digest): PlannedWrite => ({
  op: call.op,
  digest: digest("body" in call ? call.body : {}),
});

export function writesOf({ triggers, others = [] }: SetPlan, digest: Digest): PlannedWrites {
  const calls: PlannedWrites["calls"] = {};
  const deletes: string[] = [];
  const held: PlannedWrites["held"] = {};
  const adopted: PlannedWrites["adopted"] = {};
  const requestedPauses: Record<string, QuietPause> = {};
  for (const plan of triggers) {
    const key = writeKey(plan.namespace, plan.name);
    const own: PlannedWrite[] = [];
    for (const call of plan.calls) {
      if (call.op === "delete") deletes.push(call.triggerId);
      else own.push(plannedWrite(call, digest));
    }
    // A trigger that leaves the definitions has no writes, and its key may belong to another trigger of this plan.
    if (plan.desired) calls[key] = own;
    if (plan.requestedPause) requestedPauses[key] = plan.requestedPause;
  }
  // The provider must not take what belongs to a trigger that this run leaves as it is.
  for (const plan of [...triggers, ...others]) {
    const key = writeKey(plan.namespace, plan.name);
    for (const report of plan.reports) {
      if (report.kind === "adopted") adopted[report.triggerId] = key;
      // Its successor has the same key but is a different trigger, and the state may not contain it.
      if (report.kind === "replaced before")
        held[report.triggerId] = { key, namespace: plan.namespace, leaving: true };
    }
  }
  for (const plan of [...triggers, ...others]) {
    const { desired, triggerId, op, namespace, leaves } = plan;
    if (!desired || triggerId === undefined || op === "adopt") continue;
    // The live trigger in a conflict may be one that another definition adopts.
    if (op === "conflict" && Object.hasOwn(adopted, triggerId)) continue;
    const key = writeKey(namespace, plan.name);
    const leaving = op === "replace" && !others.includes(plan);
    held[triggerId] = { key, namespace: leaves ?? namespace, leaving };
  }
  return { calls, deletes, adopted, held, requestedPauses };
}

/** Where the definitions that a plan writes are in their files. */
export function placesOf(
  { triggers }: SetPlan,
  declarations: readonly Declaration[],
): Record<string, FieldPlace[]> {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const written = triggers.flatMap(({ resource, desired, calls }) => {
    const declaration = byName.get(resource);
    return desired && declaration && calls.some(({ op }) => op !== "delete")
      ? [{ desired, declaration }]
      : [];
  });
  return Object.fromEntries(
    written.map(({ desired, declaration }) => [
      writeKey(desired.namespace, desired.name),
      fieldPlaces(declaration.trigger as unknown as JsonObject, declaration.place),
    ]),
  );
}
