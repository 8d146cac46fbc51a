import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { wireOptions } from "../../provider/pulumi/resource/resource-options";

const CRON = { action_type: "cluster", trigger_type: "cron" };
const RETRIEVER = { action_type: "retriever_execution", trigger_type: "interval" };

type Lists = Partial<
  Record<"ignoreChanges" | "replaceOnChanges" | "hideDiffs" | "additionalSecretOutputs", string[]>
>;

const wired = (options: Lists, inputs: Record<string, unknown> = CRON): Lists =>
  wireOptions("nightly", options as pulumi.CustomResourceOptions, inputs) as Lists;

describe("properties in options, by the names that a program uses", () => {
  test.each<[path: string, wire: string[], inputs?: Record<string, unknown>]>([
    ["schedule", ["trigger_type", "schedule_config"]],
    ["schedule.cronExpression", ["schedule_config.cron_expression"]],
    ["schedule.scheduleConfig.timezone", ["schedule_config.timezone"]],
    ["schedule.triggerType", ["trigger_type"]],
    ["scheduleConfig", ["schedule_config"]],
    ["scheduleConfig.cronExpression", ["schedule_config.cron_expression"]],
    ['scheduleConfig["cronExpression"]', ["schedule_config.cron_expression"]],
    ['["scheduleConfig"].cronExpression', ["schedule_config.cron_expression"]],
    ["schedule_config.cron_expression", ["schedule_config.cron_expression"]],
    ["scheduleConfig.*", ["schedule_config[*]"]],
    ["scheduleConfig.intervalSeconds", ["schedule_config.interval_seconds"], RETRIEVER],
    ["actionConfig", ["action_config"]],
    ["actionConfig.clusterId", ["action_config.cluster_id"]],
    ["actionConfig.outputCollectionIds[0]", ["action_config.output_collection_ids[0]"]],
    ["actionConfig.inputs.searchText", ["action_config.inputs.searchText"], RETRIEVER],
    ['actionConfig.inputs["a.b \\"c"]', ['action_config.inputs["a.b \\"c"]'], RETRIEVER],
    ["actionConfig.acceptance.minResults", ["action_config.acceptance.min_results"], RETRIEVER],
    ["actionConfig.newKey", ["action_config.new_key"], { ...CRON, allow_unknown: ["action_config.new_key"] }],
    ["actionConfig.anyKey", ["action_config.any_key"], { action_type: "newer_action" }],
    ["description", ["description"]],
    ["*", ["*"]],
  ])("%s", (path, wire, inputs = CRON) => {
    for (const list of ["ignoreChanges", "replaceOnChanges", "hideDiffs"] as const)
      expect(wired({ [list]: [path] }, inputs)).toEqual({ [list]: wire });
  });

  test("a path below a value whose type is not known yet", () => {
    const inputs = { action_type: pulumi.output("cluster") };
    expect(wired({ ignoreChanges: ["actionConfig.clusterId"] }, inputs)).toEqual({
      ignoreChanges: ["action_config.cluster_id"],
    });
  });

  test("several at once, and outputs as secrets", () => {
    expect(wired({ ignoreChanges: ["schedule", "status"], hideDiffs: ["description"] })).toEqual({
      ignoreChanges: ["trigger_type", "schedule_config", "status"],
      hideDiffs: ["description"],
    });
    expect(
      wired({ additionalSecretOutputs: ["actionConfig", "createdBy", "namespaceId", "schedule"] }),
    ).toEqual({
      additionalSecretOutputs: [
        "action_config",
        "created_by",
        "namespace_id",
        "trigger_type",
        "schedule_config",
      ],
    });
  });
});

describe("a name that matches nothing is rejected, with the right one", () => {
  const KNOWN =
    "name, namespace, description, actionType, actionConfig, triggerType, scheduleConfig, status, adopt";
  test.each<[list: keyof Lists, path: string, why: string]>([
    ["ignoreChanges", "shedule", 'no property has this name. Use "schedule"'],
    ["ignoreChanges", "scheduleConfg.cronExpression", 'no property has this name. Use "scheduleConfig"'],
    [
      "replaceOnChanges",
      "scheduleConfig.cronExpresion",
      'no property has this name. Use "scheduleConfig.cronExpression"',
    ],
    [
      "ignoreChanges",
      "schedule.cron",
      "no property has this name. Known: scheduleConfig.cronExpression, scheduleConfig.timezone",
    ],
    ["hideDiffs", "actionConfig.clusterID", 'no property has this name. Use "actionConfig.clusterId"'],
    [
      "ignoreChanges",
      "scheduleConfig.intervalSeconds",
      "no property has this name. Known: scheduleConfig.cronExpression, scheduleConfig.timezone",
    ],
    ["ignoreChanges", "createdAt", `no property has this name. Known: ${KNOWN}, allowUnknown, schedule`],
    ["ignoreChanges", "a[", `it is not a property path. Known: ${KNOWN}, allowUnknown, schedule`],
    ["ignoreChanges", "", `it is not a property path. Known: ${KNOWN}, allowUnknown, schedule`],
    ["ignoreChanges", "*.timezone", `it is not a property path. Known: ${KNOWN}, allowUnknown, schedule`],
    [
      "additionalSecretOutputs",
      "actionConfig.inputs",
      'it accepts only whole properties. Use "actionConfig"',
    ],
    ["additionalSecretOutputs", "createdat", 'no property has this name. Use "createdAt"'],
  ])("%s %s", (list, path, why) => {
    const act = () => wired({ [list]: [path] });
    expect(act).toThrow(pulumi.RunError);
    expect(act).toThrow(
      `cannot apply ${list} "${path}" to trigger "nightly": ${why} [OPTION_PROPERTY_UNKNOWN].`,
    );
  });
});
