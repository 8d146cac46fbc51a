export { ApiError, type ApiCode } from "./api/errors";
export { ConfigError, type ConfigCode } from "./config";
export * from "./pulumi/args";
export { getTrigger, type GetTriggerArgs, getTriggers, type GetTriggersArgs, type TriggerInfo } from "./pulumi/functions";
export { cron, type Every, every, onEvent, whenDrift } from "./pulumi/schedules";
export { Trigger } from "./pulumi/trigger";
