import * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "pulumi-mixpeek";

// The stack's name is the environment's: `pulumi up --stack prod` reads environments/prod.yaml.
const set = new mixpeek.TriggerSet("search", { environment: `environments/${pulumi.getStack()}.yaml` });

// A trigger that needs a program, beside those that do not. Names are resolved in the same way.
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
