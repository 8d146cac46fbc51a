import * as pulumi from "@pulumi/pulumi";
import { VARIANTS } from "../core/schema/field-rules";
import { lookUp } from "../core/schema/key-lookup";
import type { LiveTrigger } from "../core/schema/model";
import { isGone } from "../core/schema/soft-delete";
import { LookupError } from "./dynamic-provider/lookup-error";
import { namespaceFor, programSession } from "./program";
import { camelConfig } from "./resource/wire";

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

/**
 * The namespace's live triggers, deleted ones left out; one list per namespace and run. Throws an ApiError.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const count = mixpeek.getTriggers().then((triggers) => triggers.length);
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const failed = mixpeek
 *   .getTriggers({ status: "failed" })
 *   .then((triggers) => triggers.map(({ name, lastExecutionError }) => `${name}: ${lastExecutionError}`));
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const clustersInProd = mixpeek.getTriggers({ namespace: "prod", actionType: "cluster" });
 * ```
 */
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

/**
 * One live trigger, by id or by name. Throws a {@link LookupError} or an ApiError.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const nightly = mixpeek.getTrigger({ name: "nightly-clusters" });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const nextRun = mixpeek
 *   .getTrigger({ name: "nightly-clusters", namespace: "dev" })
 *   .then(({ nextScheduledAt }) => nextScheduledAt);
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * async function sameTrigger(): Promise<boolean> {
 *   const byName = await mixpeek.getTrigger({ name: "nightly-clusters" });
 *   const byId = await mixpeek.getTrigger({ triggerId: byName.triggerId });
 *   return byId.name === byName.name;
 * }
 * export const same = sameTrigger();
 * ```
 */
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
    throw new LookupError("TRIGGER_NOT_FOUND", `${where}: it does not exist. ${fix}`);
  }
  if (others.length > 0) {
    const ids = found.map(({ trigger_id }) => trigger_id).join(" and ");
    throw new LookupError("TRIGGER_AMBIGUOUS", `${where}: ${ids} have this name. Pass triggerId`);
  }
  return infoOf(live);
}

/**
 * {@link getTriggers} with Inputs: what is live when they are known; in a preview they may not be.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const names = mixpeek.getTriggersOutput().apply((triggers) => triggers.map(({ name }) => name));
 * ```
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * const namespace = pulumi.output(Promise.resolve("prod"));
 * export const paused = mixpeek.getTriggersOutput({ namespace, status: "paused" });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const overdue = mixpeek
 *   .getTriggersOutput({ triggerType: "cron" })
 *   .apply((triggers) => triggers.filter(({ isOverdue }) => isOverdue).length);
 * ```
 */
export const getTriggersOutput = (args: GetTriggersOutputArgs = {}): pulumi.Output<TriggerInfo[]> =>
  pulumi.output(args as GetTriggersArgs).apply(getTriggers);

/**
 * {@link getTrigger} with Inputs. A trigger that the same program creates is found by its id; its name may not be live yet
 * when the namespace is listed.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const nextRun = mixpeek.getTriggerOutput({ name: "nightly-clusters" }).nextScheduledAt;
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * const trigger = new mixpeek.Trigger("hourly", {
 *   actionType: "cluster",
 *   actionConfig: { clusterId: "clust_abc123" },
 *   schedule: mixpeek.every({ hours: 1 }),
 * });
 * export const created = mixpeek.getTriggerOutput({ triggerId: trigger.triggerId }).createdAt;
 * ```
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * const config = new pulumi.Config();
 * const name = pulumi.output(config.get("trigger") ?? "nightly-clusters");
 * export const failures = mixpeek.getTriggerOutput({ name }).consecutiveFailures;
 * ```
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
