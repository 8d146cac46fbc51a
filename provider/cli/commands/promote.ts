import { driftOf, healthText } from "../../core/comparison/drift";
import { isError } from "../../core/issues/issue";
import { visible } from "../../core/json/printed";
import type { SetPlan } from "../../core/plan/trigger-plan";
import { type Command, UsageError } from "../command";
import { needYes } from "../output/terminal";
import { lockTimeoutOf } from "../project/lock-timeout";
import { APPLY_OPTIONS, environmentFileOf } from "../project/set-options";
import { liveByEnvironment, sideOf } from "../run/environment-side";
import { declarationsOf, declaredBy, refused } from "../run/live-set";

export const promote: Command = {
  summary: "bring one environment's definitions to the next, once the first is live and well",
  options: {
    from: { value: "FILE", doc: "the environment where they passed their checks" },
    to: { value: "FILE", doc: "the environment that gets them" },
    ...APPLY_OPTIONS,
    force: { doc: "even where the first differs live, is unhealthy or has never run" },
  },
  async run(given) {
    const { from: first, to: next } = given;
    if (typeof first !== "string" || typeof next !== "string" || first === "" || next === "")
      throw new UsageError(
        "mixpeek-triggers promote: name both environments. Write --from environments/staging.yaml --to environments/prod.yaml.",
      );
    const [from, to] = [environmentFileOf(first), environmentFileOf(next)];
    if (from === to)
      throw new UsageError(
        `mixpeek-triggers promote: --from and --to are both ${from}. Name another environment with --to.`,
      );
    needYes("promote", given);
    lockTimeoutOf("promote", given);
    const declarations = declaredBy(given, from);
    // What is wrong with the next environment need not wait for what is live in this one.
    if (!declarations || refused(declarationsOf(given, to).issues.filter(isError))) return 1;
    const source = await sideOf(declarations, await liveByEnvironment(given["project"])(from));
    if (!source) return 1;
    const doubts = doubtsOf(source.plan);
    for (const doubt of doubts) process.stderr.write(`${from}: ${visible(doubt)}\n`);
    if (doubts.length > 0 && !given["force"]) {
      process.stderr.write(
        `cannot promote ${from} to ${to}: it failed its promotion checks. Fix them, or add --force [NOT_PROVED].\n`,
      );
      return 1;
    }
    const { up } = await import("./reconcile");
    const { from: _, to: __, force: ___, ...rest } = given;
    return up.run({ ...rest, env: to });
  },
};

/** Why what runs in an environment says little about the definitions. */
function doubtsOf(plan: SetPlan): string[] {
  const { drifted, pending, unhealthy } = driftOf(plan);
  const never = plan.triggers.filter(
    ({ live, op }) => op === "none" && live?.status === "active" && !live.health.execution_count,
  );
  return [
    ...drifted.map(({ plan: { name } }) => `${name} is not live as declared`),
    ...pending.map(({ name }) => `${name} is not live`),
    ...unhealthy.map((each) => `${each.name}: ${healthText(each)}`),
    ...never.map(({ name }) => `${name} has never run`),
  ];
}
