import type { SetPlan, TriggerPlan } from "../../core/plan/trigger-plan";
import { isHosted, type Project } from "../project/project";

/** So many writes are worth it: below, the state is small. */
const MANY = 100;

/**
 * The engine saves the whole state after every resource: of a thousand triggers on a file or object store that takes
 * most of the time. It can save once, at the end, for who goes on well from a state that a crash left as it was before.
 * We do: what was made is found by name, and without a write; so not on an API without names, and not where some are
 * replaced or deleted beside it. The hosted backend keeps a journal of its own. Out: what to add to the engine's
 * environment.
 */
export async function checkpointsOf(
  project: Project,
  planned: readonly TriggerPlan[],
  hasNames: () => Promise<boolean>,
): Promise<Record<string, string>> {
  const writes = planned.filter(({ op }) => op !== "none").length;
  return shouldSkipCheckpoints(project, writes) && (await hasNames()) ? SKIP_CHECKPOINTS : {};
}

/** Whether so many writes gain by it where the state is kept. Of deletes alone, a list tells by id what is gone already. */
export const shouldSkipCheckpoints = (project: Project, writes: number): boolean =>
  writes >= MANY && !isHosted(project);

/** The engine's switch for it. */
export const SKIP_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What a killed run leaves is found again by name, unless something was deleted or replaced beside it. */
export const isAdditive = ({ triggers }: SetPlan): boolean =>
  triggers.every(({ op }) => op === "none" || op === "create" || op === "update" || op === "adopt");
