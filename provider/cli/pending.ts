import type { Deployment, Stack } from "@pulumi/pulumi/automation";
import { TRIGGER_TYPE } from "../pulumi/shim";
import { nameIn } from "./operation";

interface Operation {
  resource: { urn: string; type: string };
}

/**
 * Takes what a killed run did not end out of the state. The engine cannot know what became of it, warns at each run and
 * asks a person; the provider looks at what is live: a create looks for its name first, a change for what differs.
 * To be called only while nobody works on the stack: it writes back what it was given. Out: the triggers' names.
 */
export async function dropPending(stack: Stack, exported: Deployment): Promise<string[]> {
  const { deployment } = exported;
  const pending = (deployment?.pending_operations ?? []) as Operation[];
  const ours = pending.filter(({ resource }) => resource.type === TRIGGER_TYPE);
  if (ours.length === 0) return [];
  const kept = pending.filter((operation) => !ours.includes(operation));
  await stack.importStack({ ...exported, deployment: { ...deployment, pending_operations: kept } });
  return [...new Set(ours.map(({ resource }) => nameIn(resource.urn)))].sort();
}
