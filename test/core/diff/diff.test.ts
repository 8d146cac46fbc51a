import { describe } from "@jest/globals";
import type { Applied } from "../../../provider/core/diff/diff";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import { canary } from "../samples";
import { action, each, schedule } from "./diff-rows";

describe("no difference", () => {
  each({
    equal: { changes: [] },
    "equal by meaning": {
      desired: { schedule_config: { timezone: "Etc/UTC", cron_expression: "00 2 * * *" } },
      applied: { schedule_config: { timezone: "Etc/UTC", cron_expression: "00 2 * * *" } },
      live: { schedule_config: { cron_expression: "0 2 * * *", timezone: "UTC" } },
      changes: [],
    },
    "a set in another order": {
      desired: action({ output_collection_ids: ["b", "a"] }),
      live: action({ output_collection_ids: ["a", "b"] }),
      changes: [],
    },
    "a live key that every object inherits": { live: action({ constructor: "x" }), changes: [] },
    "a live-only default": { live: schedule({ timezone: "UTC" }), changes: [] },
    "a live-only default in another spelling": { live: schedule({ timezone: "Etc/UTC" }), changes: [] },
    "a declared default that is not live": {
      desired: schedule({ timezone: "UTC" }),
      live: schedule(),
      changes: [],
    },
    "live-only defaults of an action": {
      live: action({ mode: "full", assignment_threshold: 0.5 }),
      changes: [],
    },
    "live-only nulls": { live: action({ filters: null, mode: null }), changes: [] },
    "live-only empty values": { live: action({ filters: {}, output_collection_ids: [] }), changes: [] },
    "empty values that the service drops": {
      desired: action({ filters: {}, output_collection_ids: [] }),
      live: action(),
      changes: [],
    },
    "a nested default": {
      desired: canary({ notification_config: { channels: [] } }),
      live: canary({
        notification_config: { notify_on: "change", channels: [], include_internal_diagnostics: false },
      }),
      changes: [],
    },
    "a live-only nested object without values": {
      desired: canary(),
      live: canary({
        acceptance: { min_results: null },
        notification_config: { notify_on: "change", channels: [] },
      }),
      changes: [],
    },
    "live-only keys that this release does not know": {
      desired: canary({ acceptance: { min_results: 1 } }),
      live: canary({ brand_new: 1, acceptance: { min_results: 1, brand_new: 2 } }),
      changes: [],
    },
    "a service default, seen after our own write": {
      applied: { service_defaults: { schedule_config: { timezone: "Europe/Paris" } } },
      live: schedule({ timezone: "Europe/Paris" }),
      changes: [],
    },
    "an empty description": { desired: { description: "" }, live: {}, changes: [] },
    "a number that the API returns as a string": {
      desired: action({ assignment_threshold: 0.7 }),
      live: action({ assignment_threshold: "0.7" }),
      changes: [],
    },
    "a namespace by name, then by id": {
      desired: { namespace: "ns_1" },
      applied: { namespace: "prod" },
      changes: [],
    },
    "a name on an API without names": { live: nameless(), changes: [] },
    "a name on an API that may have no names": { live: nameless(), context: { names: false }, changes: [] },
    "an adoption of equal content": { applied: null, live: schedule({ timezone: "UTC" }), changes: [] },
    "an adoption from another namespace's id": { applied: null, desired: { namespace: "ns_1" }, changes: [] },
  });
});

describe("you edited", () => {
  each({
    "a schedule key": {
      desired: { schedule_config: { cron_expression: "0 3 * * *" } },
      applied: {},
      changes: ['schedule_config.cron_expression: "0 2 * * *" → "0 3 * * *" (you edited, patch)'],
    },
    "a key added": {
      desired: schedule({ timezone: "Europe/Paris" }),
      applied: {},
      changes: ['schedule_config.timezone: "UTC" → "Europe/Paris" (you edited, patch)'],
    },
    "a key removed returns to its default": {
      applied: schedule({ timezone: "Europe/Paris" }) as Partial<Applied>,
      changes: ['schedule_config.timezone: "Europe/Paris" → "UTC" (you edited, patch)'],
    },
    "a key without a default removed": {
      desired: { trigger_type: "event", schedule_config: { event_type: "e", event_threshold: 1 } },
      applied: {
        trigger_type: "event",
        schedule_config: { event_type: "e", event_threshold: 1, cooldown_seconds: 5 },
      },
      changes: ["schedule_config.cooldown_seconds: 5 → undefined (you edited, patch)"],
    },
    "a removed key that allow_unknown allows": {
      applied: action({ brand_new: 1 }) as Partial<Applied>,
      changes: ["action_config.brand_new: 1 → undefined (you edited, replace)"],
    },
    "a description": {
      desired: { description: "new" },
      applied: { description: "old" },
      changes: ['description: "old" → "new" (you edited, patch)'],
    },
    "a description removed": {
      applied: { description: "old" },
      changes: ['description: "old" → undefined (you edited, patch)'],
    },
    "a name": {
      desired: { name: "weekly" },
      applied: {},
      changes: ['name: "nightly" → "weekly" (you edited, patch)'],
    },
    "a name for a trigger without one, on an API with names": {
      applied: { name: undefined } as unknown as Partial<Applied>,
      live: nameless(),
      context: { names: true },
      changes: ['name: undefined → "nightly" (you edited, patch)'],
    },
    "a namespace": {
      desired: { namespace: "staging" },
      applied: {},
      changes: ['namespace: "prod" → "staging" (you edited, replace)'],
    },
    "an action's key": {
      desired: action({ mode: "assign" }),
      applied: {},
      changes: ['action_config.mode: "full" → "assign" (you edited, replace)'],
    },
    "an action, whose configs are not compared": {
      desired: { action_type: "batch_rerun", action_config: { batch_id: "btch_1" } },
      applied: {},
      changes: ['action_type: "cluster" → "batch_rerun" (you edited, replace)'],
    },
    "a schedule's type": {
      desired: { trigger_type: "interval", schedule_config: { interval_seconds: 60 } },
      applied: {},
      changes: ['trigger_type: "cron" → "interval" (you edited, replace)'],
    },
    "a nested key": {
      desired: canary({ acceptance: { min_results: 2, judge_field: "a" } }),
      applied: canary({ acceptance: { min_results: 1, judge_field: "a" } }),
      changes: ["action_config.acceptance.min_results: 1 → 2 (you edited, replace)"],
    },
    "removing a nested object is one change": {
      desired: canary(),
      applied: canary({ acceptance: { min_results: 1, judge_field: "a" } }),
      changes: [
        'action_config.acceptance: {"min_results":1,"judge_field":"a"} → undefined (you edited, replace)',
      ],
    },
    "adding a nested object is one change": {
      desired: canary({ acceptance: { min_results: 1 } }),
      applied: canary(),
      changes: ['action_config.acceptance: undefined → {"min_results":1} (you edited, replace)'],
    },
    "everything, if nothing was applied": {
      applied: null,
      live: {
        description: "theirs",
        name: "other",
        ...schedule({ timezone: "Asia/Tokyo" }),
        ...action({ mode: "assign" }),
      },
      changes: [
        'name: "other" → "nightly" (differs, patch)',
        'description: "theirs" → undefined (differs, patch)',
        'action_config.mode: "assign" → "full" (differs, replace)',
        'schedule_config.timezone: "Asia/Tokyo" → "UTC" (differs, patch)',
      ],
    },
  });
});

describe("live drifted", () => {
  each({
    "a null that the live filters lost": {
      desired: action({ filters: { deleted_at: null } }),
      applied: action({ filters: { deleted_at: null } }) as Partial<Applied>,
      live: action({ filters: {} }),
      changes: ['action_config.filters: {} → {"deleted_at":null} (live drifted, replace)'],
    },
    "undeclared filters of one null": {
      live: action({ filters: { deleted_at: null } }),
      changes: ['action_config.filters: {"deleted_at":null} → undefined (live drifted, replace)'],
    },
    "a weekday by number that is declared by name": {
      desired: schedule({ cron_expression: "0 9 * * MON" }),
      applied: schedule({ cron_expression: "0 9 * * MON" }) as Partial<Applied>,
      live: schedule({ cron_expression: "0 9 * * 1" }),
      changes: ['schedule_config.cron_expression: "0 9 * * 1" → "0 9 * * MON" (live drifted, patch)'],
    },
    "a manually changed key": {
      live: { schedule_config: { cron_expression: "0 5 * * *" } },
      changes: ['schedule_config.cron_expression: "0 5 * * *" → "0 2 * * *" (live drifted, patch)'],
    },
    "a key that the definition omits": {
      live: schedule({ timezone: "Asia/Tokyo" }),
      changes: ['schedule_config.timezone: "Asia/Tokyo" → "UTC" (live drifted, patch)'],
    },
    "a key without a default that the definition omits": {
      live: action({ filters: { AND: [{ field: "a" }] } }),
      changes: ['action_config.filters: {"AND":[{"field":"a"}]} → undefined (live drifted, replace)'],
    },
    "a nested object that the definition omits": {
      desired: canary(),
      live: canary({ acceptance: { min_results: 3 } }),
      changes: ['action_config.acceptance: {"min_results":3} → undefined (live drifted, replace)'],
    },
    "a nested key that the definition omits": {
      desired: canary({ acceptance: { min_results: 3 } }),
      live: canary({ acceptance: { min_results: 3, max_total_time_ms: 9 } }),
      changes: ["action_config.acceptance.max_total_time_ms: 9 → undefined (live drifted, replace)"],
    },
    "a manually changed service default": {
      applied: { service_defaults: { schedule_config: { timezone: "Europe/Paris" } } },
      live: schedule({ timezone: "Asia/Tokyo" }),
      changes: ['schedule_config.timezone: "Asia/Tokyo" → "UTC" (live drifted, patch)'],
    },
    "a manually removed key": {
      desired: schedule({ timezone: "Europe/Paris" }),
      live: schedule(),
      changes: ['schedule_config.timezone: "UTC" → "Europe/Paris" (live drifted, patch)'],
    },
    "a manually emptied list": {
      desired: action({ output_collection_ids: ["a"] }),
      live: action({ output_collection_ids: [] }),
      changes: ['action_config.output_collection_ids: [] → ["a"] (live drifted, replace)'],
    },
    "a key that allow_unknown allows": {
      desired: action({ brand_new: 1 }),
      live: action({ brand_new: 2 }),
      changes: ["action_config.brand_new: 2 → 1 (live drifted, replace)"],
    },
    "a name": { live: { name: "renamed" }, changes: ['name: "renamed" → "nightly" (live drifted, patch)'] },
    "a description": {
      live: { description: "by hand" },
      changes: ['description: "by hand" → undefined (live drifted, patch)'],
    },
    "a type": {
      live: { trigger_type: "interval", schedule_config: { interval_seconds: 60 } },
      changes: ['trigger_type: "interval" → "cron" (live drifted, replace)'],
    },
  });
});

describe("both changed", () => {
  each({
    "a key, to two values": {
      desired: { schedule_config: { cron_expression: "0 3 * * *" } },
      applied: {},
      live: { schedule_config: { cron_expression: "0 5 * * *" } },
      changes: ['schedule_config.cron_expression: "0 5 * * *" → "0 3 * * *" (both changed, patch)'],
    },
    "a key, to one value, is no difference": {
      desired: { schedule_config: { cron_expression: "0 3 * * *" } },
      applied: {},
      live: { schedule_config: { cron_expression: "00 3 * * *" } },
      changes: [],
    },
    "a key removed here and changed there": {
      applied: schedule({ timezone: "Europe/Paris" }) as Partial<Applied>,
      live: schedule({ timezone: "Asia/Tokyo" }),
      changes: ['schedule_config.timezone: "Asia/Tokyo" → "UTC" (both changed, patch)'],
    },
    "each its own key": {
      desired: schedule({ timezone: "Europe/Paris" }),
      applied: {},
      live: { schedule_config: { cron_expression: "0 5 * * *" } },
      changes: [
        'schedule_config.cron_expression: "0 5 * * *" → "0 2 * * *" (live drifted, patch)',
        'schedule_config.timezone: "UTC" → "Europe/Paris" (you edited, patch)',
      ],
    },
  });
});

function nameless(): Partial<LiveTrigger> {
  return { name: undefined } as unknown as Partial<LiveTrigger>;
}
