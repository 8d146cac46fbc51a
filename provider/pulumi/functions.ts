import { isGone, type LiveTrigger } from "../core/schema/model";
import { VARIANTS } from "../core/schema/trigger";
import { lookUp } from "../core/schema/validate";
import { namespaceFor, programSession } from "./program";
import { camelConfig } from "./wire";

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
  status: string;
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
  status?: "active" | "paused" | "failed";
}

export interface GetTriggerArgs {
  namespace?: string;
  /** One of `triggerId` and `name`. */
  triggerId?: string;
  name?: string;
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

/** One live trigger, by id or by name. Throws when there is none, or when several have the name. */
export async function getTrigger(args: GetTriggerArgs): Promise<TriggerInfo> {
  const namespace = namespaceFor(args.namespace, "read a trigger");
  const session = programSession();
  const asked = args.triggerId ?? args.name;
  if (asked === undefined)
    throw new Error("cannot read a trigger: neither triggerId nor name is given. Pass one of them.");
  const snapshot = await session.live.snapshot(namespace);
  const byId = args.triggerId === undefined ? undefined : await session.live.find(namespace, args.triggerId);
  const found = args.triggerId === undefined ? snapshot.byName(asked) : isGone(byId) ? [] : [byId];
  const [live, ...others] = found;
  if (!live)
    throw new Error(
      `cannot read trigger "${asked}" in namespace "${namespace}": there is none. Check the name and the namespace.`,
    );
  if (others.length > 0) {
    const ids = found.map(({ trigger_id }) => trigger_id).join(" and ");
    throw new Error(
      `cannot read trigger "${asked}" in namespace "${namespace}": ${ids} both have this name. Pass triggerId.`,
    );
  }
  return infoOf(live);
}

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
    status: live.status,
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
