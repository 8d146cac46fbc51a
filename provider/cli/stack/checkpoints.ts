import type { SetPlan, TriggerPlan } from "../../core/plan/plan-model";
import { isHosted, type Project } from "../project/project";

/** Below this number of writes, the state is small and skipping gains nothing. */
const MANY = 100;

/**
 * Decides whether the engine saves the state only once, at the end. By default it saves the whole state after every
 * resource, which takes most of the time for a thousand triggers on a file or object store. Saving once requires that
 * the next run can continue from the old state after a crash. It can, because it finds created triggers by name,
 * without a write. An API without names, and a plan that also replaces or deletes triggers, therefore keep the default.
 * The hosted backend keeps its own journal. Returns variables to add to the engine's environment.
 */
export async function checkpointsOf(
  project: Project,
  planned: readonly TriggerPlan[],
  hasNames: () => Promise<boolean>,
): Promise<Record<string, string>> {
  const writes = planned.filter(({ op }) => op !== "none").length;
  return shouldSkipCheckpoints(project, writes) && (await hasNames()) ? SKIP_CHECKPOINTS : {};
}

/**
 * Whether skipping gains time for this number of writes on this backend. Deletes alone are safe, too: a list shows by
 * id which triggers are already gone.
 */
export const shouldSkipCheckpoints = (project: Project, writes: number): boolean =>
  writes >= MANY && !isHosted(project);

/** The engine's settings that skip checkpoints. */
export const SKIP_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/**
 * Whether the next run can find everything that a killed run leaves by name: not if something is also deleted or
 * replaced.
 */
export const isAdditive = ({ triggers }: SetPlan): boolean =>
  triggers.every(({ op }) => op === "none" || op === "create" || op === "update" || op === "adopt");
