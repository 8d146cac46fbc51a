import * as pulumi from "@pulumi/pulumi";
import { isGone, type LiveTrigger } from "../core/schema/model";
import { VARIANTS } from "../core/schema/trigger";
import { lookUp } from "../core/schema/validate";
import { namespaceFor, programSession } from "./program";
import { camelConfig } from "./wire";

/** `failed`: the service stopped it after failed runs. */
export type TriggerStatus = "active" | "paused" | "failed";

/** A live trigger as it is now, with what the service itself keeps about it. Times are ISO 8601, UTC. */
export interface TriggerInfo {
  triggerId: string;
  namespaceId: string;
  name: string | undefined;
  description: string | undefined;
  actionType: string;
  actionConfig: Record<string, unknown>;
  triggerType: string;
  scheduleConfig: Record<string, unknown>;
  status: TriggerStatus;
  createdAt: string | undefined;
  createdBy: string | undefined;
  updatedAt: string | undefined;
  lastTriggeredAt: string | undefined;
  nextScheduledAt: string | undefined;
  executionCount: number | undefined;
  consecutiveFailures: number | undefined;
  lastExecutionStatus: string | undefined;
  lastExecutionError: string | undefined;
  isOverdue: boolean | undefined;
}

export interface GetTriggersArgs {
  /** Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
  actionType?: string;
  triggerType?: string;
  status?: TriggerStatus;
}

/** Which trigger: by its id or by its name, never both. */
export type GetTriggerArgs = {
  /** Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
} & ({ triggerId: string; name?: undefined } | { name: string; triggerId?: undefined });

/** {@link GetTriggersArgs} with Inputs. */
export type GetTriggersOutputArgs = { [K in keyof GetTriggersArgs]: pulumi.Input<GetTriggersArgs[K]> };

/** {@link GetTriggerArgs} with Inputs. */
export type GetTriggerOutputArgs = {
  /** Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: pulumi.Input<string | undefined>;
} & (
  | { triggerId: pulumi.Input<string>; name?: undefined }
  | { name: pulumi.Input<string>; triggerId?: undefined }
);

export const LOOKUP_CODES = ["TRIGGER_NOT_FOUND", "TRIGGER_AMBIGUOUS", "ARGUMENT_INVALID"] as const;

/** One of {@link LOOKUP_CODES}; docs/errors.md describes each. */
export type LookupCode = (typeof LOOKUP_CODES)[number];

/** {@link getTrigger} has not found the one trigger that it is asked for. */
export class LookupError extends Error {
  override readonly name = "LookupError";
  constructor(
    readonly code: LookupCode,
    message: string,
  ) {
    super(`${message} [${code}].`);
  }
}

/** The namespace's live triggers, deleted ones left out; one list per namespace and run. Throws an ApiError. */
export async function getTriggers(args: GetTriggersArgs = {}): Promise<TriggerInfo[]> {
  const namespace = namespaceFor(args.namespace, "list triggers");
  const session = programSession();
  const snapshot = await session.live.snapshot(namespace);
  return snapshot
    .all()
    .filter(
      (live) =>
        !isGone(live) &&
        (args.actionType === undefined || live.action_type === args.actionType) &&
        (args.triggerType === undefined || live.trigger_type === args.triggerType) &&
        (args.status === undefined || live.status === args.status),
    )
    .map(infoOf);
}

/** One live trigger, by id or by name. Throws a {@link LookupError} or an ApiError. */
export async function getTrigger(args: GetTriggerArgs): Promise<TriggerInfo> {
  const namespace = namespaceFor(args.namespace, "read a trigger");
  const { triggerId, name } = args;
  if ((triggerId === undefined) === (name === undefined)) {
    const given =
      triggerId === undefined ? "neither triggerId nor name is given" : "triggerId and name are both given";
    throw new LookupError("ARGUMENT_INVALID", `cannot read a trigger: ${given}. Pass one of them`);
  }
  const { live: namespaces } = programSession();
  const where = `cannot read trigger "${triggerId ?? name}" in namespace "${namespace}"`;
  const snapshot = await namespaces.snapshot(namespace);
  const byId = triggerId === undefined ? undefined : await namespaces.find(namespace, triggerId);
  const found = name !== undefined ? snapshot.byName(name) : isGone(byId) ? [] : [byId];
  const [live, ...others] = found;
  if (!live) {
    const fix = `Check the ${name === undefined ? "id" : "name"} and the namespace`;
    throw new LookupError("TRIGGER_NOT_FOUND", `${where}: there is none. ${fix}`);
  }
  if (others.length > 0) {
    const ids = found.map(({ trigger_id }) => trigger_id).join(" and ");
    throw new LookupError("TRIGGER_AMBIGUOUS", `${where}: ${ids} have this name. Pass triggerId`);
  }
  return infoOf(live);
}

/** {@link getTriggers} with Inputs: what is live when they are known; in a preview they may not be. */
export const getTriggersOutput = (args: GetTriggersOutputArgs = {}): pulumi.Output<TriggerInfo[]> =>
  pulumi.output(args as GetTriggersArgs).apply(getTriggers);

/**
 * {@link getTrigger} with Inputs. A trigger that the same program creates is found by its id; its name may not be live yet
 * when the namespace is listed.
 */
export const getTriggerOutput = (args: GetTriggerOutputArgs): pulumi.Output<TriggerInfo> =>
  pulumi.output(args as GetTriggerArgs).apply(getTrigger);

function infoOf(live: LiveTrigger): TriggerInfo {
  const [actionConfig, scheduleConfig] = VARIANTS.map(({ type, config, table }) =>
    camelConfig(live[config], lookUp(table, live[type])?.keys),
  );
  return {
    triggerId: live.trigger_id,
    namespaceId: live.namespace_id,
    name: live.name,
    description: live.description,
    actionType: live.action_type,
    actionConfig: actionConfig!,
    triggerType: live.trigger_type,
    scheduleConfig: scheduleConfig!,
    // One that is disabled is gone, and was left out.
    status: live.status as TriggerStatus,
    createdAt: live.created_at,
    createdBy: live.created_by,
    updatedAt: live.updated_at,
    lastTriggeredAt: live.health.last_triggered_at,
    nextScheduledAt: live.health.next_scheduled_at,
    executionCount: live.health.execution_count,
    consecutiveFailures: live.health.consecutive_failures,
    lastExecutionStatus: live.health.last_execution_status,
    lastExecutionError: live.health.last_execution_error,
    isOverdue: live.health.is_overdue,
  };
}
