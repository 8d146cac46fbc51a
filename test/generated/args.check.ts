// Compiled by `tsc -p tsconfig.check.json`, never run: each line below an expect-error must not compile.
import { output } from "@pulumi/pulumi";
import type { ActionArgs, NotificationChannel, Schedule, TriggerArgs } from "../../provider";

declare const maybe: string | undefined;

const action = { actionType: "cluster", actionConfig: { clusterId: "clust_1" } } as const;
const schedule = { triggerType: "cron", scheduleConfig: { cronExpression: "0 2 * * *" } } as const;

export const sound: TriggerArgs[] = [
  { ...action, ...schedule },
  { ...action, schedule },
  { ...action, schedule: output(schedule) },
  { ...schedule, actionType: "cluster", actionConfig: output({ clusterId: "clust_1" }) },
  {
    name: output("nightly"),
    namespace: maybe,
    description: Promise.resolve("d"),
    status: "paused",
    adopt: output(true),
    allowUnknown: ["action_config.new_key"],
    ...schedule,
    actionType: "cluster",
    actionConfig: {
      clusterId: output("clust_1"),
      outputCollectionIds: [output("col_1"), "col_2"],
      filters: { AND: [{ field: "a", operator: "eq", value: output(1) }] },
      mode: "composite",
      sourceExecutionIds: output(["run_1", "run_2"]),
      assignmentThreshold: 0.5,
    },
  },
  {
    adopt: "trg_1",
    actionType: "batch_rerun",
    actionConfig: { batchId: "btch_1", retryFailedOnly: maybe === undefined },
    schedule,
  },
  {
    actionType: "alert_evaluation",
    actionConfig: { alertId: output("alt_1"), whatever: { the: ["vendor", "means"] } },
    ...schedule,
  },
  {
    actionType: "retriever_execution",
    actionConfig: {
      retrieverId: "ret_1",
      inputs: { query: output("shoes") },
      acceptance: { minResults: output(3), judgeField: "a.b", minPassRatio: 1 },
      notificationConfig: {
        channels: [
          { channel_type: "slack", config: { webhook_url: output("https://example.com") } },
          { channel_type: "webhook", channel_id: output("wh_1") },
          { channel_type: "webhook", channel_id: "wh_1", config: null },
        ],
        notifyOn: "always",
      },
    },
    triggerType: "conditional",
    scheduleConfig: { conditionType: "drift", threshold: 0.3, checkIntervalSeconds: 3600 },
  },
  {
    actionType: "taxonomy_enrichment",
    actionConfig: { taxonomyId: "tax_1", collectionId: "col_1", batchSize: 100 },
    triggerType: "interval",
    scheduleConfig: { intervalSeconds: output(60), startImmediately: true },
  },
  {
    actionType: "collection_trigger",
    actionConfig: { collectionId: "col_1", includeBuckets: ["bkt_1"] },
    triggerType: "event",
    scheduleConfig: { eventType: "documents_added", eventThreshold: 100 },
  },
];

// A missing field.
// @ts-expect-error no action
export const noAction: TriggerArgs = { ...schedule };
// @ts-expect-error no schedule
export const noSchedule: TriggerArgs = { ...action };
// @ts-expect-error no config
export const noConfig: TriggerArgs = { ...schedule, actionType: "cluster" };
// @ts-expect-error no required key
export const noKey: TriggerArgs = { ...schedule, actionType: "cluster", actionConfig: {} };

// The type determines the config.
// @ts-expect-error another action's key
export const otherAction: ActionArgs = { actionType: "batch_rerun", actionConfig: { clusterId: "clust_1" } };
// @ts-expect-error another schedule's key
export const otherSchedule: Schedule = { triggerType: "event", scheduleConfig: { cronExpression: "" } };
// @ts-expect-error a type newer than this release needs a cast
export const newAction: ActionArgs = { actionType: "video_render", actionConfig: { any: 1 } };
// @ts-expect-error a schedule twice
export const twice: TriggerArgs = { ...action, ...schedule, schedule };

// Misspelled keys, also in nested objects.
// @ts-expect-error not a field
export const field: TriggerArgs = { ...action, ...schedule, descripton: "d" };
// @ts-expect-error a field that only we write
export const internal: TriggerArgs = { ...action, ...schedule, references: {} };
// @ts-expect-error the API's snake_case
export const snake: Schedule = { triggerType: "cron", scheduleConfig: { cron_expression: "0 2 * * *" } };
export const key: Schedule = {
  triggerType: "cron",
  // @ts-expect-error not a key
  scheduleConfig: { cronExpression: "0 2 * * *", timeZone: "UTC" },
};
export const nested: ActionArgs = {
  actionType: "retriever_execution",
  // @ts-expect-error not a key of acceptance
  actionConfig: { retrieverId: "ret_1", acceptance: { minResult: 3 } },
};
// @ts-expect-error lists keep the API's own keys
export const channel: NotificationChannel = { channelType: "slack", config: {} };

// Values of a wrong type.
// @ts-expect-error not a status that can be declared
export const status: TriggerArgs = { ...action, ...schedule, status: "disabled" };
// @ts-expect-error not a mode
export const mode: ActionArgs = {
  actionType: "cluster",
  actionConfig: { clusterId: "clust_1", mode: "none" },
};
// @ts-expect-error not a number
export const number: Schedule = { triggerType: "interval", scheduleConfig: { intervalSeconds: "60" } };
// @ts-expect-error an output of another type
export const outputOf: ActionArgs = { actionType: "cluster", actionConfig: { clusterId: output(5) } };
// @ts-expect-error a required key cannot be undefined
export const undefinedKey: ActionArgs = { actionType: "cluster", actionConfig: { clusterId: maybe } };
