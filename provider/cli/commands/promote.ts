import { driftOf, healthText } from "../../core/comparison/drift";
import { isError } from "../../core/issues/issue";
import { visible } from "../../core/json/printed";
import type { SetPlan } from "../../core/plan/trigger-plan";
import { command, UsageError } from "../command";
import { requireConfirmation } from "../output/terminal";
import { lockTimeoutOf } from "../project/lock-timeout";
import { APPLY_OPTIONS, environmentFileOf } from "../project/set-options";
import { liveByEnvironment, planEnvironment } from "../run/environment-side";
import { declarationsOf, declaredBy, reportIssues } from "../run/live-set";

const BOTH = "name both environments. Write --from environments/staging.yaml --to environments/prod.yaml.";

export const promote = command(
  {
    from: { value: "FILE", doc: "the environment where they passed their checks", required: BOTH },
    to: { value: "FILE", doc: "the environment that gets them", required: BOTH },
    ...APPLY_OPTIONS,
    force: { doc: "even where the first differs live, is unhealthy or has never run" },
  },
  async (options) => {
    const [from, to] = [environmentFileOf(options.from), environmentFileOf(options.to)];
    if (from === to)
      throw new UsageError(
        `mixpeek-triggers promote: --from and --to are both ${from}. Name another environment with --to.`,
      );
    requireConfirmation("promote", options);
    lockTimeoutOf("promote", options);
    const declarations = declaredBy(options, from);
    // What is wrong with the next environment need not wait for what is live in this one.
    if (!declarations || reportIssues(declarationsOf(options, to).issues.filter(isError))) return 1;
    const source = await planEnvironment(declarations, await liveByEnvironment(options.project)(from));
    if (!source) return 1;
    const doubts = doubtsOf(source.plan);
    for (const doubt of doubts) process.stderr.write(`${from}: ${visible(doubt)}\n`);
    if (doubts.length > 0 && !options.force) {
      process.stderr.write(
        `cannot promote ${from} to ${to}: it failed its promotion checks. Fix them, or add --force [NOT_PROVED].\n`,
      );
      return 1;
    }
    const { applyEnvironment } = await import("./reconcile");
    return applyEnvironment(to, options);
  },
);

/** Why what runs in an environment says little about the definitions. */
function doubtsOf(plan: SetPlan): string[] {
  const { drifted, pending, unhealthy } = driftOf(plan);
  const never = plan.triggers.filter(
    ({ live, op }) => op === "none" && live?.status === "active" && !live.health.execution_count,
  );
  return [
    // Planned quiet that no run has carried out yet is no fault of the definitions.
    ...drifted
      .filter(({ isPlanned }) => !isPlanned)
      .map(({ plan: { name } }) => `${name} is not live as declared`),
    ...pending.map(({ name }) => `${name} is not live`),
    ...unhealthy.map((each) => `${each.name}: ${healthText(each)}`),
    ...never.map(({ name }) => `${name} has never run`),
  ];
}
