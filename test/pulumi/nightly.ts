import type { DesiredTrigger } from "../../provider/core/schema/model";

/** A definition that the emulator accepts unchanged: its cluster is in the default seed. */
export const NIGHTLY = {
  name: "nightly",
  namespace: "dev",
  action_type: "cluster",
  action_config: { cluster_id: "clust_dev_product_clusters" },
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
} satisfies DesiredTrigger;

/** The same, as the engine passes it to the provider. */
export const INPUTS = { __provider: "shim", ...NIGHTLY };
