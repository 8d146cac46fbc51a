export { API_CODES, type ApiCode, ApiError } from "./api/errors/api-error";
export { CONFIG_CODES, type ConfigCode, ConfigError } from "./config";
export type { EnvironmentArgs } from "./core/environments/environment";
export type { QuietArgs } from "./core/environments/quiet-key";
export * from "./pulumi/action-args";
export * from "./pulumi/args";
export { LOOKUP_CODES, type LookupCode, LookupError } from "./pulumi/dynamic-provider/lookup-error";
export {
  type GetTriggerArgs,
  type GetTriggerOutputArgs,
  type GetTriggersArgs,
  type GetTriggersOutputArgs,
  getTrigger,
  getTriggerOutput,
  getTriggers,
  getTriggersOutput,
} from "./pulumi/functions";
export { type RefOptions, ref } from "./pulumi/ref";
export { cron, type Every, every, onEvent, whenDrift } from "./pulumi/schedules";
export { Trigger } from "./pulumi/trigger";
export type { TriggerInfo, TriggerStatus } from "./pulumi/trigger-info";
export { TriggerSet, type TriggerSetArgs } from "./pulumi/trigger-set";
