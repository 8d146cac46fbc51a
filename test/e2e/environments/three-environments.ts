import type { Repo } from "../repo";

export const ENVIRONMENTS = ["dev", "staging", "prod"];
export const ALL = ENVIRONMENTS.flatMap((name) => ["--env", name]);

/** One trigger, in a namespace of each environment. */
export function nightlyInAll(repo: Repo): void {
  repo.write(
    "triggers/all.yaml",
    `triggers:\n  nightly: { action_type: cluster, action_config: { cluster_id: "\${cluster:product-clusters}" }, trigger_type: interval, schedule_config: { interval_seconds: 600 } }\n`,
  );
  for (const name of ENVIRONMENTS) repo.write(`environments/${name}.yaml`, `namespace: ${name}\n`);
}
