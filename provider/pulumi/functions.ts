import * as pulumi from "@pulumi/pulumi";
import { VARIANTS } from "../core/schema/field-rules";
import { lookUp } from "../core/schema/key-lookup";
import type { LiveTrigger } from "../core/schema/model";
import { isGone } from "../core/schema/soft-delete";
import { LookupError } from "./dynamic-provider/lookup-error";
import { namespaceFor, programSession } from "./program";
import { camelConfig } from "./resource/wire";
import type { TriggerInfo, TriggerStatus } from "./trigger-info";

/** Which triggers {@link getTriggers} returns: those that match all of the given values. */
export interface GetTriggersArgs {
  /** Name or `ns_…` id of the namespace. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
  /** Only triggers with this action type, such as `cluster`. */
  actionType?: string;
  /** Only triggers with this trigger type: `cron`, `interval`, `event` or `conditional`. */
  triggerType?: string;
  /** Only triggers with this status. */
  status?: TriggerStatus;
}

/** Which trigger {@link getTrigger} returns: set either `triggerId` or `name`, not both. */
export type GetTriggerArgs = {
  /** Name or `ns_…` id of the namespace. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: string;
} & (
  | {
      /** `trg_…` id of the trigger. */
      triggerId: string;
      name?: undefined;
    }
  | {
      /** Name of the trigger. */
      name: string;
      triggerId?: undefined;
    }
);

/** The arguments of {@link getTriggersOutput}: {@link GetTriggersArgs} as Inputs. */
export type GetTriggersOutputArgs = { [K in keyof GetTriggersArgs]: pulumi.Input<GetTriggersArgs[K]> };

/** The arguments of {@link getTriggerOutput}: {@link GetTriggerArgs} as Inputs. */
export type GetTriggerOutputArgs = {
  /** Name or `ns_…` id of the namespace. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE. */
  namespace?: pulumi.Input<string | undefined>;
} & (
  | {
      /** `trg_…` id of the trigger. */
      triggerId: pulumi.Input<string>;
      name?: undefined;
    }
  | {
      /** Name of the trigger. */
      name: pulumi.Input<string>;
      triggerId?: undefined;
    }
);

/**
 * Returns the live triggers of a namespace, without deleted ones.
 *
 * The list of a namespace is read once per run of the program: it does not show later changes.
 * Rejects with an `ApiError` or a `ConfigError`.
 * Source: Triggers API, `POST /v1/triggers/list`.
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
 * // Triggers of another namespace that run clusters.
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
 * Returns one live trigger, by id or by name.
 *
 * Names are looked up in the list of the namespace, which is read once per run of the program. An id that is not in the
 * list is read separately.
 * Rejects with a {@link LookupError} (TRIGGER_NOT_FOUND, TRIGGER_AMBIGUOUS or ARGUMENT_INVALID), an `ApiError` or a
 * `ConfigError`.
 * Source: Triggers API, `POST /v1/triggers/list` and `GET /v1/triggers/{trigger_id}`.
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
 * // Undefined if there is no such trigger.
 * export const status = mixpeek.getTrigger({ name: "weekly-clusters" }).then(
 *   (trigger) => trigger.status,
 *   (error: unknown) => {
 *     if (error instanceof mixpeek.LookupError && error.code === "TRIGGER_NOT_FOUND") return undefined;
 *     throw error;
 *   },
 * );
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
 * {@link getTriggers} for arguments that are Inputs. Returns an Output.
 *
 * The triggers are read when all Inputs are known. In a preview, the result is unknown if an Input is.
 * Fails the run with the errors of {@link getTriggers}.
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
 * {@link getTrigger} for arguments that are Inputs. Returns an Output.
 *
 * To look up a trigger that the same program creates, pass its `triggerId`: by name, the lookup may run before the
 * trigger exists. In a preview, the result is unknown if an Input is.
 * Fails the run with the errors of {@link getTrigger}.
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
    // Never `disabled`: such triggers count as deleted and are already left out.
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
