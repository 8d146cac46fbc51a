import type { TriggerPlan } from "../core/set-plan";
import { isHosted, type Project } from "./project";

/** So many writes are worth it: below, the state is small. */
const MANY = 100;

/**
 * The engine saves the whole state after every resource: of a thousand triggers on a file or object store that takes
 * most of the time. It can save once, at the end, for who finds again what a crash left out of the state. We do, by
 * name, and without a write; so not on an API without names, and not for what is replaced or deleted. The hosted backend
 * keeps a journal of its own. Out: what to add to the engine's environment.
 */
export async function checkpointsOf(
  project: Project,
  planned: readonly TriggerPlan[],
  hasNames: () => Promise<boolean>,
): Promise<Record<string, string>> {
  const writes = planned.filter(({ op }) => op !== "none").length;
  if (writes < MANY || isHosted(project) || !(await hasNames())) return {};
  return { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
}
