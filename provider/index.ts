export { type ApiCode, ApiError } from "./api/errors";
export { type ConfigCode, ConfigError } from "./config";
export * from "./pulumi/args";
export {
  type GetTriggerArgs,
  type GetTriggersArgs,
  getTrigger,
  getTriggers,
  type TriggerInfo,
} from "./pulumi/functions";
export { cron, type Every, every, onEvent, whenDrift } from "./pulumi/schedules";
export { Trigger } from "./pulumi/trigger";
