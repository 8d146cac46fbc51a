import * as pulumi from "@pulumi/pulumi";
import { defaultNamespace } from "../config";
import type { TriggerArgs } from "./args";
import { perRun } from "./run";
import { SHIM, TRIGGER_TYPE } from "./shim";
import { OUTPUT_KEYS, wireInputs, wireOptions } from "./wire";

/**
 * A Mixpeek trigger: an action on a schedule, kept as declared.
 *
 * In: {@link TriggerArgs}, camelCase, Inputs anywhere. Out: the properties below.
 * A changed schedule, description or name is one PATCH; status is pause or resume; a changed action is a replacement,
 * the new trigger before the old one goes. Source: Triggers API, /v1/triggers.
 *
 * ```ts
 * new mixpeek.Trigger("nightly-clusters", {
 *   actionType: "cluster",
 *   actionConfig: { clusterId: "clust_abc123" },
 *   schedule: mixpeek.cron("0 2 * * *", { timezone: "Europe/Paris" }),
 * });
 * ```
 */
export class Trigger extends pulumi.CustomResource {
  /** `trg_…` */
  readonly triggerId!: pulumi.Output<string>;
  /** `ns_…` */
  readonly namespaceId!: pulumi.Output<string>;
  /** Identity inside the namespace. */
  readonly name!: pulumi.Output<string>;
  /** Live status when last applied or refreshed: active, paused or failed. */
  readonly status!: pulumi.Output<string>;
  /** ISO 8601, UTC. */
  readonly createdAt!: pulumi.Output<string>;
  readonly createdBy!: pulumi.Output<string | undefined>;

  constructor(name: string, args: TriggerArgs, options: pulumi.CustomResourceOptions = {}) {
    const inputs = wireInputs(args as unknown as Record<string, unknown>);
    inputs["name"] ??= name;
    inputs["namespace"] ??= configuredNamespace();
    const outputs = Object.fromEntries(OUTPUT_KEYS.map((key) => [key, undefined]));
    super(TRIGGER_TYPE, name, { ...outputs, ...inputs, __provider: SHIM }, wireOptions(options));
    const known = this as unknown as Record<string, pulumi.Output<string>>;
    this.triggerId = known["trigger_id"]!;
    this.namespaceId = known["namespace_id"]!;
    this.createdAt = known["created_at"]!;
    this.createdBy = known["created_by"]!;
    claim(name, inputs);
  }
}

/** The default namespace of this program: Pulumi config, else the environment. */
function configuredNamespace(): string | undefined {
  const config = new pulumi.Config("mixpeek");
  return defaultNamespace({ config: (key) => config.get(key.slice("mixpeek:".length)), env: process.env });
}

/** Names taken by the triggers of this run. */
const claims = perRun(() => new Map<string, string>());

/** Two resources that declare one trigger would each undo what the other did: the second one is an error. */
function claim(resource: string, inputs: Record<string, unknown>): void {
  const taken = claims();
  pulumi.all([inputs["namespace"], inputs["name"]] as pulumi.Input<string | undefined>[]).apply(([namespace, name]) => {
    const key = `${namespace}\n${name}`;
    const other = taken.get(key);
    if (other !== undefined) {
      throw new pulumi.RunError(
        `cannot declare trigger "${name}" in namespace "${namespace}" twice: the resources "${other}" and "${resource}" both do. Give one of them another name [NAME_CLAIMED_TWICE].`,
      );
    }
    taken.set(key, resource);
  });
}
