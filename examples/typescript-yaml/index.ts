import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "pulumi-mixpeek";

// The name of the stack selects the environment: `pulumi up --stack prod` reads environments/prod.yaml.
const set = new mixpeek.TriggerSet("search", { environment: `environments/${pulumi.getStack()}.yaml` });

// A trigger in TypeScript, next to those from YAML. `ref` resolves names in the same way as `${cluster:…}`.
const rebuild = new mixpeek.Trigger("rebuild-on-drift", {
  namespace: pulumi.getStack(),
  actionType: "cluster",
  actionConfig: { clusterId: mixpeek.ref.cluster("customer-segments", { namespace: pulumi.getStack() }) },
  schedule: mixpeek.whenDrift({ threshold: 0.3, checkIntervalSeconds: 3600 }),
  status: "paused",
});

export const triggerIds = set.triggers.apply((triggers) =>
  pulumi.all([...Object.values(triggers), rebuild].map((trigger) => trigger.triggerId)),
);
