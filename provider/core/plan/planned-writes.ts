import { type FieldPlace, fieldPlaces } from "../definitions/field-places";
import type { Declaration } from "../definitions/merged-definition";
import type { Call } from "../diff/plan-types";
import type { QuietPause } from "../diff/status";
import type { JsonObject } from "../schema/model";
import type { SetPlan } from "./trigger-plan";

/** One write, with a digest of what it sends: its values may be secret. */
export interface PlannedWrite {
  op: Call["op"];
  digest: string;
}

type Digest = (value: unknown) => string;

/** All that a run may write to the API, as its plan holds it. */
export interface PlannedWrites {
  /** By trigger, see {@link writeKey}: its writes in their order. */
  calls: Record<string, PlannedWrite[]>;
  /** Ids to delete. */
  deletes: string[];
  /** By id: the trigger that adopts it. */
  adopted: Record<string, string>;
  /** By id: the trigger that holds it, where it is, and whether it is about to let it go. */
  held: Record<string, { key: string; namespace: string; leaving: boolean }>;
  /** By trigger that is adopted: the pause that an interrupted run asked for when it created it. */
  requestedPauses?: Record<string, QuietPause>;
  /** By trigger that is written: where its definition has each field, for what only the API finds wrong. */
  places?: Record<string, FieldPlace[]>;
}

/** A trigger's identity over a run. */
export const writeKey = (namespace: string, name: string): string => `${namespace}\n${name}`;

/** A write as its plan holds it and as the provider is about to make it. */
export const plannedWrite = (call: Call, digest: Digest): PlannedWrite => ({
  op: call.op,
  digest: digest("body" in call ? call.body : {}),
});

export function writesOf({ triggers }: SetPlan, digest: Digest): PlannedWrites {
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
    // What leaves the definitions has no writes of its own, and its key may be another trigger's in this plan.
    if (plan.desired) calls[key] = own;
    if (plan.requestedPause) requestedPauses[key] = plan.requestedPause;
    for (const report of plan.reports) {
      if (report.kind === "adopted") adopted[report.triggerId] = key;
      // Its successor, which may be unrecorded, has the same key, and is another trigger.
      if (report.kind === "replaced before")
        held[report.triggerId] = { key, namespace: plan.namespace, leaving: true };
    }
    if (plan.desired && plan.triggerId !== undefined && plan.op !== "adopt")
      held[plan.triggerId] = {
        key,
        namespace: plan.leaves ?? plan.namespace,
        leaving: plan.op === "replace",
      };
  }
  return { calls, deletes, adopted, held, requestedPauses };
}

/** The places of the definitions that a plan writes. */
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
