import { KINDS, type ResourceKind } from "../model/kinds";
import type { Config, TriggerType } from "../model/types";
import type { Fields } from "../validation/check";
import { ACTIONS, SCHEDULES } from "../validation/rules";

/** A resource that a config refers to by id. */
export interface Reference {
  kind: ResourceKind;
  id: string;
}

/** The parts of a trigger that refer to resources. */
export interface Referring {
  action_type: string;
  action_config: Config;
  trigger_type: TriggerType;
  schedule_config: Config;
}

/** All resources that a trigger's two configs refer to, in the documented order of their keys. */
export function referencesOf(trigger: Referring): Reference[] {
  return [
    ...named(trigger.action_config, ACTIONS[trigger.action_type]?.fields ?? {}),
    ...named(trigger.schedule_config, SCHEDULES[trigger.trigger_type]),
  ];
}

/** The ids in an `action_config`, of any kind. The list's `resource_id` filter matches them. */
export function actionIds(config: Config): string[] {
  return Object.entries(config)
    .filter(([key]) => /_ids?$|^include_/.test(key))
    .flatMap(([, value]) => texts(value));
}

/** The error text for a missing resource: "Cluster clust_x not found". */
export function missing(reference: Reference): string {
  return `${KINDS[reference.kind].label} ${reference.id} not found`;
}

function named(config: Config, fields: Fields): Reference[] {
  return Object.entries(fields).flatMap(([key, rule]) => {
    const { refersTo, noReference } = rule;
    if (refersTo === undefined) return [];
    return texts(config[key])
      .filter((id) => id !== noReference)
      .map((id) => ({ kind: refersTo, id }));
  });
}

function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((one): one is string => typeof one === "string");
}
