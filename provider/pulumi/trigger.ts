import * as pulumi from "@pulumi/pulumi";
import type { TriggerArgs } from "./args";
import { perRun } from "./per-run";
import { configuredNamespace, namespaceFor } from "./program";
import { referencesIn } from "./ref";
import { wireOptions } from "./resource/resource-options";
import { SHIM, TRIGGER_TYPE } from "./resource/shim";
import { Existing, OUTPUT_KEYS, Wired, wireInputs } from "./resource/wire";
import type { TriggerStatus } from "./trigger-info";

/**
 * A Mixpeek trigger: an action that the service runs on a schedule.
 *
 * - A change of `schedule` (of the same type), `description` or `name` updates the trigger in place.
 * - A change of `status` pauses or resumes it.
 * - A change of the action, the trigger type or the namespace replaces it: the new trigger is created before the old one
 *   is deleted.
 *
 * If a trigger of the same name and content exists, it is adopted without a write. If its content differs, the run fails
 * with NAME_TAKEN, unless `adopt` is set. Two resources with the same name and namespace fail with NAME_CLAIMED_TWICE.
 * docs/errors.md lists all codes. Source: Triggers API, `/v1/triggers`.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const nightly = new mixpeek.Trigger("nightly-clusters", {
 *   actionType: "cluster",
 *   actionConfig: { clusterId: mixpeek.ref.cluster("product-clusters") },
 *   schedule: mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" }),
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // Runs a saved search every 15 minutes. A run with fewer than 3 results fails.
 * export const canary = new mixpeek.Trigger("search-canary", {
 *   actionType: "retriever_execution",
 *   actionConfig: {
 *     retrieverId: mixpeek.ref.retriever("product-search"),
 *     inputs: { query: "red shoes" },
 *     acceptance: { minResults: 3 },
 *   },
 *   schedule: mixpeek.every({ minutes: 15 }),
 * });
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // Created paused, and kept paused while `status` is "paused".
 * export const enrich = new mixpeek.Trigger("enrich-new-products", {
 *   actionType: "taxonomy_enrichment",
 *   actionConfig: {
 *     taxonomyId: mixpeek.ref.taxonomy("product-categories"),
 *     collectionId: mixpeek.ref.collection("products"),
 *   },
 *   schedule: mixpeek.onEvent({ eventType: "documents_added", eventThreshold: 100 }),
 *   status: "paused",
 * });
 * ```
 */
export class Trigger extends pulumi.CustomResource {
  /**
   * Reads an existing trigger by its id. The program never changes or deletes this trigger.
   *
   * Fails the run with TRIGGER_NOT_FOUND if no live trigger has the id, and throws a `ConfigError` NAMESPACE_MISSING
   * if no namespace is set. Source: Triggers API, `GET /v1/triggers/{trigger_id}`.
   *
   * @param name Name of the Pulumi resource, which may differ from the name of the trigger.
   * @param id `trg_…` id of the trigger.
   * @param state `namespace`: name or `ns_…` id of its namespace. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE.
   *
   * @example
   * ```ts
   * import * as mixpeek from "pulumi-mixpeek";
   *
   * export const status = mixpeek.Trigger.get("shared", "trg_0123456789abcdef").status;
   * ```
   *
   * @example
   * ```ts
   * import * as mixpeek from "pulumi-mixpeek";
   *
   * const shared = mixpeek.Trigger.get("shared", "trg_0123456789abcdef", { namespace: "prod" });
   * export const { name, createdBy } = shared;
   * ```
   *
   * @example
   * ```ts
   * import * as pulumi from "@pulumi/pulumi";
   * import * as mixpeek from "pulumi-mixpeek";
   *
   * const id = new pulumi.Config().get("sharedTrigger") ?? "trg_0123456789abcdef";
   * export const shared = mixpeek.Trigger.get("shared", id);
   * ```
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state: { namespace?: pulumi.Input<string> } = {},
    options: pulumi.CustomResourceOptions = {},
  ): Trigger {
    const namespace = state.namespace ?? namespaceFor(undefined, `read trigger "${name}"`);
    return new Trigger(name, new Existing(namespace) as unknown as TriggerArgs, { ...options, id });
  }

  // `declare`: a field of our own would wipe what the SDK sets in super().
  /** `trg_…` id of the trigger. */
  declare readonly triggerId: pulumi.Output<string>;
  /** `ns_…` id of its namespace. */
  declare readonly namespaceId: pulumi.Output<string>;
  /** Name of the trigger, which identifies it in its namespace. */
  declare readonly name: pulumi.Output<string>;
  /** Status at the last `up` or `refresh`: `active`, `paused` or `failed`. */
  declare readonly status: pulumi.Output<TriggerStatus>;
  /** When the trigger was created: ISO 8601, UTC. */
  declare readonly createdAt: pulumi.Output<string>;
  /** Id of the user who created the trigger. Undefined if the API does not return it. */
  declare readonly createdBy: pulumi.Output<string | undefined>;

  /**
   * Declares a trigger.
   *
   * @param name Name of the Pulumi resource, and of the trigger if `args.name` is not set.
   * @param args What the trigger runs, and when.
   * @param options Pulumi resource options. `ignoreChanges`, `replaceOnChanges`, `hideDiffs` and `additionalSecretOutputs`
   * accept the names of the arguments, such as `schedule` or `scheduleConfig.cronExpression`. Another name fails with
   * OPTION_PROPERTY_UNKNOWN.
   */
  constructor(name: string, args: TriggerArgs, options?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    args: TriggerArgs | Wired | Existing,
    options: pulumi.CustomResourceOptions = {},
  ) {
    const inputs = args instanceof Existing ? { namespace: args.namespace } : declaredInputs(name, args);
    const outputs = Object.fromEntries(OUTPUT_KEYS.map((key) => [key, undefined]));
    const props = { ...outputs, ...inputs, __provider: SHIM };
    const { stackTraceLimit } = Error;
    try {
      // The SDK records four stack traces for each property, to debug promises that never resolve. That takes a third
      // of its time. The source position that the state stores does not depend on this limit.
      if (!LOOKS_FOR_LEAKS) Error.stackTraceLimit = 0;
      super(TRIGGER_TYPE, name, props, wireOptions(name, options, inputs));
    } catch (error) {
      Error.stackTraceLimit = stackTraceLimit;
      // An error from the program's own transformation, for example, has no trace by now. A trace from here at least
      // leads to the trigger.
      if (!LOOKS_FOR_LEAKS && error instanceof Error) Error.captureStackTrace(error);
      throw error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    const known = this as unknown as Record<string, pulumi.Output<string>>;
    Object.assign(this, {
      triggerId: this.id,
      namespaceId: known["namespace_id"],
      createdAt: known["created_at"],
      createdBy: known["created_by"],
    });
  }
}

function declaredInputs(resource: string, args: TriggerArgs | Wired): Record<string, unknown> {
  const inputs =
    args instanceof Wired ? args.inputs() : wireInputs(args as unknown as Record<string, unknown>);
  const references = referencesIn(inputs);
  if (references) inputs["references"] = references;
  inputs["name"] ??= resource;
  inputs["namespace"] ??= configuredNamespace();
  inputs["name"] = claimed(resource, inputs["name"], inputs["namespace"]);
  return inputs;
}

/** The SDK's own setting for showing these traces. */
const LOOKS_FOR_LEAKS = Boolean(process.env["PULUMI_DEBUG_PROMISE_LEAKS"]);

/** The resource that uses each namespace and name in this run. */
const claims = perRun(() => new Map<string, string>());

/**
 * Returns the name if no other resource of this run uses it in this namespace: two resources for one trigger would undo
 * each other's changes. If name and namespace are plain values, a duplicate throws; if one is an Output, the resource
 * fails.
 */
function claimed(resource: string, name: unknown, namespace: unknown): pulumi.Input<string> {
  const taken = claims();
  const claim = (known: string, within: string | undefined): string => {
    const key = `${within}\n${known}`;
    const other = taken.get(key);
    if (other !== undefined && other !== resource) {
      throw new pulumi.RunError(
        `cannot declare trigger "${known}" in namespace "${within}" twice: the resources "${other}" and "${resource}" both do. Give one of them another name [NAME_CLAIMED_TWICE].`,
      );
    }
    taken.set(key, resource);
    return known;
  };
  if (typeof name === "string" && (typeof namespace === "string" || namespace === undefined))
    return claim(name, namespace);
  return pulumi
    .all([name as pulumi.Input<string>, namespace as pulumi.Input<string | undefined>])
    .apply(([known, within]) => claim(known, within));
}
