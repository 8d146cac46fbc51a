import { nightly } from "../../core/files";
import type { Definition } from "./definitions-syntax-cases";

const action = (type: string, config: string): string =>
  `triggers:
  nightly:
    action_type: ${type}
    action_config: ${config}
    trigger_type: cron
    schedule_config: { cron_expression: "0 2 * * *" }
`;
const schedule = (type: string, config: string): string =>
  `triggers:
  nightly:
    action_type: cluster
    action_config: { cluster_id: clust_1 }
    trigger_type: ${type}
    schedule_config: ${config}
`;
const cron = (expression: string, more = ""): string =>
  nightly(`schedule_config: { cron_expression: ${JSON.stringify(expression)}${more} }`);
const zone = (name: string): string => cron("0 2 * * *", `, timezone: ${JSON.stringify(name)}`);

/** YAML files with errors in the action or the schedule. */
export const CONFIGS: readonly Definition[] = [
  // The action.
  ["an unknown action", action("clustre", "{}"), "VALUE_UNKNOWN", "Did you mean cluster?"],
  ["an action as a number", action("5", "{}"), "VALUE_UNKNOWN", "Write one of them"],
  ["an action named toString", action("toString", "{}"), "VALUE_UNKNOWN", "allow_unknown"],
  ["an action named __proto__", action("__proto__", "{}"), "VALUE_UNKNOWN", "allow_unknown"],
  ["a config as a string", action("cluster", "clust_1"), "TYPE_WRONG", "Write a map"],
  ["a config as a list", action("cluster", "[clust_1]"), "TYPE_WRONG", "Write a map"],
  ["a null config", action("cluster", ""), "KEY_MISSING", "Add action_config"],
  ["a config without its id", action("cluster", "{}"), "KEY_MISSING", "cluster_id"],
  ["an empty id", action("cluster", '{ cluster_id: "" }'), "OUT_OF_BOUNDS", "at least 1"],
  ["an id as a number", action("cluster", "{ cluster_id: 5 }"), "TYPE_WRONG", "Write a string"],
  ["an id in camelCase", action("cluster", "{ clusterId: a }"), "KEY_UNKNOWN", "Did you mean cluster_id?"],
  [
    "a misspelled key with null",
    action("cluster", "{ cluster_id: a, fliters: }"),
    "KEY_UNKNOWN",
    "Did you mean filters?",
  ],
  ["an unknown config key", action("cluster", "{ cluster_id: a, zzz: 1 }"), "KEY_UNKNOWN", "allow_unknown"],
  ["a config's __proto__", action("cluster", "{ cluster_id: a, __proto__: {} }"), "KEY_UNKNOWN", "Remove it"],
  [
    "a config's constructor",
    action("cluster", "{ cluster_id: a, constructor: {} }"),
    "KEY_UNKNOWN",
    "allow_unknown",
  ],
  [
    "an unknown mode",
    action("cluster", "{ cluster_id: a, mode: ful }"),
    "VALUE_UNKNOWN",
    "Did you mean full?",
  ],
  [
    "the text null as a collection",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, target_collection_id: 'null' }"),
    "NULL_TEXT",
    "Remove the key",
  ],
  [
    "a threshold above one",
    action("cluster", "{ cluster_id: a, assignment_threshold: 1.1 }"),
    "OUT_OF_BOUNDS",
    "at most 1",
  ],
  [
    "a threshold below zero",
    action("cluster", "{ cluster_id: a, assignment_threshold: -1 }"),
    "OUT_OF_BOUNDS",
    "at least 0",
  ],
  [
    "a threshold as a string",
    action("cluster", '{ cluster_id: a, assignment_threshold: "1" }'),
    "TYPE_WRONG",
    "Write a number",
  ],
  [
    "an infinite threshold",
    action("cluster", "{ cluster_id: a, assignment_threshold: .inf }"),
    "TYPE_WRONG",
    "finite number",
  ],
  [
    "a threshold that is not a number",
    action("cluster", "{ cluster_id: a, assignment_threshold: .nan }"),
    "TYPE_WRONG",
    "finite number",
  ],
  [
    "a list of numbers",
    action("cluster", "{ cluster_id: a, output_collection_ids: [1] }"),
    "TYPE_WRONG",
    "Write a string",
  ],
  [
    "a list as a string",
    action("cluster", "{ cluster_id: a, output_collection_ids: a }"),
    "TYPE_WRONG",
    "Write a list",
  ],
  ["filters as a list", action("cluster", "{ cluster_id: a, filters: [] }"), "TYPE_WRONG", "Write a map"],
  [
    "too small a batch",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, batch_size: 99 }"),
    "OUT_OF_BOUNDS",
    "at least 100",
  ],
  [
    "too large a batch",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, batch_size: 10001 }"),
    "OUT_OF_BOUNDS",
    "at most 10000",
  ],
  [
    "a fraction of a document",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, batch_size: 100.5 }"),
    "TYPE_WRONG",
    "whole number",
  ],
  [
    "too many workers",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, parallelism: 17 }"),
    "OUT_OF_BOUNDS",
    "at most 16",
  ],
  [
    "the yes of YAML 1.1",
    action("taxonomy_enrichment", "{ taxonomy_id: a, collection_id: b, incremental: yes }"),
    "TYPE_WRONG",
    "Write true or false",
  ],
  [
    "a ratio without a judge",
    action("retriever_execution", "{ retriever_id: a, acceptance: { min_pass_ratio: 0.5 } }"),
    "RULE_BROKEN",
    "judge_field",
  ],
  [
    "no channel",
    action("retriever_execution", "{ retriever_id: a, notification_config: { channels: [] } }"),
    "OUT_OF_BOUNDS",
    "at least 1",
  ],
  [
    "a channel as a string",
    action("retriever_execution", "{ retriever_id: a, notification_config: { channels: slack } }"),
    "TYPE_WRONG",
    "Write a list",
  ],
  [
    "a channel that contains a key",
    action(
      "retriever_execution",
      "{ retriever_id: a, notification_config: { channels: sk_canary_bad_input } }",
    ),
    "TYPE_WRONG",
    "Write a list",
  ],
  [
    "a notification with an unknown event",
    action(
      "retriever_execution",
      "{ retriever_id: a, notification_config: { channels: [{}], notify_on: never } }",
    ),
    "VALUE_UNKNOWN",
    "Write one of them",
  ],
  [
    "a misspelled key of acceptance",
    action("retriever_execution", "{ retriever_id: a, acceptance: { min_result: 1 } }"),
    "KEY_UNKNOWN",
    "Did you mean min_results?",
  ],
  // The schedule.
  ["an unknown schedule", schedule("crom", "{}"), "VALUE_UNKNOWN", "Did you mean cron?"],
  ["a schedule as a string", nightly("schedule_config: daily"), "TYPE_WRONG", "Write a map"],
  [
    "a schedule of another type",
    schedule("interval", '{ cron_expression: "0 2 * * *" }'),
    "KEY_MISSING",
    "interval_seconds",
  ],
  ["four fields", cron("0 2 * *"), "CRON_FIELDS", "five"],
  ["six fields", cron("0 0 2 * * *"), "CRON_FIELDS", "five"],
  ["a nickname", cron("@daily"), "CRON_FIELDS", "0 0 * * *"],
  ["an empty cron expression", cron(""), "CRON_FIELDS", "five"],
  ["hour 25", cron("0 25 * * *"), "CRON_INVALID", "0-23"],
  ["minute -1", cron("-1 2 * * *"), "CRON_INVALID", "minute"],
  ["month 13", cron("0 2 1 13 *"), "CRON_INVALID", "month"],
  ["day 32", cron("0 2 32 * *"), "CRON_INVALID", "day"],
  ["the 31st of February", cron("0 2 31 2 *"), "CRON_INVALID", "never"],
  ["a reversed range", cron("30-10 * * * *"), "CRON_INVALID", "minute"],
  ["a step of zero", cron("*/0 * * * *"), "CRON_INVALID", "Write"],
  ["words", cron("every day at two o'clock"), "CRON_INVALID", "minute"],
  ["full-width digits", cron("０ ２ * * *"), "CRON_INVALID", "minute"],
  ["an Arabic digit", cron("٠ 2 * * *"), "CRON_INVALID", "minute"],
  [
    "an expression as a number",
    nightly("schedule_config: { cron_expression: 5 }"),
    "TYPE_WRONG",
    "Write a string",
  ],
  [
    "an expression as a list",
    nightly("schedule_config: { cron_expression: [0, 2] }"),
    "TYPE_WRONG",
    "Write a string",
  ],
  ["a zone that is BST", zone("BST"), "ZONE_UNKNOWN", 'Write "Europe/London"'],
  ["a System V zone", zone("SystemV/PST8PDT"), "ZONE_UNKNOWN", "Europe/Paris"],
  ["a zone on Mars", zone("Mars/Olympus"), "ZONE_UNKNOWN", "IANA"],
  ["an empty zone", zone(""), "ZONE_UNKNOWN", "IANA"],
  ["a zone as an offset", zone("+05:30"), "ZONE_UNKNOWN", "IANA"],
  ["a zone in lower case", zone("europe/paris"), "ZONE_SPELLING", "Europe/Paris"],
  ["a zone that is a path", zone("../../etc/passwd"), "ZONE_UNKNOWN", "IANA"],
  ["a zone with a blank", zone("Europe/Paris "), "ZONE_UNKNOWN", "Europe/Paris"],
  ["a zone named __proto__", zone("__proto__"), "ZONE_UNKNOWN", "IANA"],
  ["an interval of zero", schedule("interval", "{ interval_seconds: 0 }"), "OUT_OF_BOUNDS", "at least 1"],
  ["a fraction of a second", schedule("interval", "{ interval_seconds: 0.5 }"), "TYPE_WRONG", "whole number"],
  ["an interval as a string", schedule("interval", '{ interval_seconds: "60" }'), "TYPE_WRONG", "Write a"],
  ["an interval in words", schedule("interval", "{ interval_seconds: 1h }"), "TYPE_WRONG", "Write a"],
  [
    "an interval above all numbers",
    schedule("interval", "{ interval_seconds: 1e400 }"),
    "TYPE_WRONG",
    "Write a whole number",
  ],
  [
    "an interval above the safe integers",
    schedule("interval", "{ interval_seconds: 99999999999999999999 }"),
    "OUT_OF_BOUNDS",
    "at most",
  ],
  [
    "an empty event",
    schedule("event", "{ event_type: '', event_threshold: 1 }"),
    "OUT_OF_BOUNDS",
    "at least 1",
  ],
  [
    "an event that never occurs",
    schedule("event", "{ event_type: documents_added, event_threshold: 0 }"),
    "OUT_OF_BOUNDS",
    "at least 1",
  ],
  [
    "a cooldown below zero",
    schedule("event", "{ event_type: a, event_threshold: 1, cooldown_seconds: -1 }"),
    "OUT_OF_BOUNDS",
    "at least 0",
  ],
  [
    "an unknown condition",
    schedule("conditional", "{ condition_type: weather }"),
    "VALUE_UNKNOWN",
    "Write one of them",
  ],
  [
    "a drift above one",
    schedule("conditional", "{ condition_type: drift, threshold: 2 }"),
    "OUT_OF_BOUNDS",
    "Write 0 to 1",
  ],
];
