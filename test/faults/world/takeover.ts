import type { JsonObject } from "../../../provider/core/schema/model";
import { ACTIONS, another, type Definition, type Edit, SCHEDULES } from "../definitions";
import type { Seen } from "./somebody";

export type Takeover = Edit & { edit: "adopt" };

/** A definition that adopts a live trigger, by name or id, unchanged or with one change. */
export function takeover(
  { by, differs, status }: Takeover,
  live: Seen,
): { name: string | undefined; definition: Definition } {
  const { action_type, action_config, trigger_type, schedule_config, description, namespace } = live;
  // Written for dev, like all definitions.
  const asForDev = (config: object): JsonObject =>
    JSON.parse(
      JSON.stringify(config)
        .replaceAll(`_${namespace}_`, "_dev_")
        // A collection with its own schedule is in only one namespace.
        .replaceAll(/col_dev_crawled_\d+/g, "col_dev_products"),
    );
  const [action, schedule] = [asForDev(action_config), asForDev(schedule_config)];
  const named = by === "name" && typeof live.name === "string";
  return {
    name: named ? live.name! : undefined,
    definition: {
      namespace,
      adopt: named ? true : live.trigger_id,
      action_type,
      action_config: differs === "action" ? another(ACTIONS, action_type, action, 0) : action,
      trigger_type,
      schedule_config: differs === "schedule" ? another(SCHEDULES, trigger_type, schedule, 0) : schedule,
      ...(differs === "description" ? { description: "taken over" } : description ? { description } : {}),
      ...(status === undefined ? {} : { status }),
    },
  };
}
