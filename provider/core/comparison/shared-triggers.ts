import { visible } from "../json/safe-text";
import type { SetPlan, TriggerPlan } from "../plan/plan-model";

/** The plan of one environment in a run of several. */
export interface EnvironmentPlan {
  environment: string;
  /** The address of the API: ids of different services may be equal. */
  api: string;
  plan: SetPlan;
}

/** Why an environment's plan cannot be applied in the same run as the plan of another one. */
export interface SharedTrigger {
  environment: string;
  text: string;
}

/** Live triggers that two environments manage, or that one deletes and another keeps; with a text for each of both. */
export function sharedTriggers(plans: readonly EnvironmentPlan[]): SharedTrigger[] {
  const keepers = new Map<string, Use>();
  const errors: SharedTrigger[] = [];
  for (const use of plans.flatMap(keptIn)) {
    const other = keepers.get(use.id);
    if (other) errors.push(...bothManage(other, use), ...bothManage(use, other));
    else keepers.set(use.id, use);
  }
  for (const deletion of plans.flatMap(deletedIn)) {
    const keeper = keepers.get(deletion.id);
    if (keeper && keeper.environment !== deletion.environment)
      errors.push(...deletedElsewhere(deletion, keeper));
  }
  return errors;
}

interface Use {
  /** The API's address and the trigger's id. */
  id: string;
  triggerId: string;
  environment: string;
  trigger: TriggerPlan;
}

/** Live triggers that a definition of this environment has after the run. */
const keptIn = ({ environment, api, plan }: EnvironmentPlan): Use[] =>
  plan.triggers.flatMap((trigger) => {
    const { desired, triggerId, op } = trigger;
    if (!desired || triggerId === undefined || op === "conflict" || op === "replace") return [];
    return [{ id: `${api}\n${triggerId}`, triggerId, environment, trigger }];
  });

const deletedIn = ({ environment, api, plan }: EnvironmentPlan): Use[] =>
  plan.triggers.flatMap((trigger) =>
    trigger.calls.flatMap((call) =>
      call.op === "delete"
        ? [{ id: `${api}\n${call.triggerId}`, triggerId: call.triggerId, environment, trigger }]
        : [],
    ),
  );

function bothManage({ environment, triggerId, trigger }: Use, other: Use): SharedTrigger[] {
  const text = `cannot manage ${triggerId} as trigger "${trigger.name}": it is trigger "${other.trigger.name}" of ${other.environment}, and two stacks would manage one trigger. Exclude it from one of the two environments [TRIGGER_SHARED].`;
  return [{ environment, text: visible(text) }];
}

function deletedElsewhere(deletion: Use, keeper: Use): SharedTrigger[] {
  const { triggerId: id, environment, trigger } = deletion;
  const isLeaving =
    trigger.op === "delete" && trigger.reports.every(({ kind }) => kind !== "replaced before");
  const verb = keeper.trigger.op === "adopt" ? "adopts" : "manages";
  const own = `cannot delete ${id}, trigger "${trigger.name}": ${keeper.environment} ${verb} it.`;
  const move = `To keep it, declare it in ${environment} again, with retain: true, and run up --env ${environment} alone. Then undo that, and run this command again. `;
  const remove = `To delete it, run up --env ${environment} alone [TRIGGER_SHARED].`;
  const kept = `cannot ${keeper.trigger.op === "adopt" ? "adopt" : "manage"} ${id} as trigger "${keeper.trigger.name}": ${environment} deletes it in the same run [TRIGGER_SHARED].`;
  return [
    { environment, text: visible(`${own} ${isLeaving ? move : ""}${remove}`) },
    { environment: keeper.environment, text: visible(kept) },
  ];
}
