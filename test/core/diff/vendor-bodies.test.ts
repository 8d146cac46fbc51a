import { describe, expect, test } from "@jest/globals";
import { driftOf } from "../../../provider/core/comparison/drift";
import { definitionsFrom, desiredSet } from "../../../provider/core/definitions/desired-set";
import { diffTrigger } from "../../../provider/core/diff/diff";
import { createBody } from "../../../provider/core/diff/request-body";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import { refKindsOf } from "../../../provider/core/export/export-definition";
import { partsOf } from "../../../provider/core/expressions/expressions";
import {
  notFound,
  referencesOf,
  resolve,
  wrongKindReferences,
} from "../../../provider/core/expressions/references";
import { issueLine } from "../../../provider/core/issues/issue";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planJson } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { validateTrigger } from "../../../provider/core/schema/validate";
import { REF_KINDS, RESOURCE_KINDS } from "../../../provider/core/service/resource-kinds";
import { readSource } from "../../../provider/core/yaml/yaml-source";
import { ref } from "../../../provider/pulumi/ref";
import { cluster, enrich, when } from "../broken";
import { text } from "../export/exported";
import { applied, canary, desired, live } from "../samples";

const channels = (...all: object[]) =>
  canary({ notification_config: { channels: all as JsonObject[] } } as JsonObject);

const codes = (change: object): string[] =>
  validateTrigger({ ...desired(), ...change }).issues.map(({ code, path }) => `${path.join(".")} ${code}`);

describe("the vendor's models accept it, and so does validation; what is written is sent", () => {
  test.each<[string, object, object?]>([
    ["a channel by its id", channels({ channel_type: "webhook", channel_id: "wh_1" })],
    ["a channel with only its type", channels({ channel_type: "email" })],
    [
      "a channel whose config is null, which is absent",
      channels({ channel_type: "webhook", channel_id: "wh_1", config: null }),
      channels({ channel_type: "webhook", channel_id: "wh_1" }),
    ],
    ["a count as the threshold of a volume", when({ condition_type: "volume", threshold: 1000 })],
    ["a threshold of a volume below zero", when({ condition_type: "volume", threshold: -1 })],
    [
      "any key of a volume, nulls included",
      when({ condition_type: "volume", documents: { min: null }, window: [1, "a"] }),
    ],
    ["another metric's threshold", when({ metric: "document_drift", threshold: 12 })],
    ["a cosine drift at its bounds", when({ metric: "cosine_drift", threshold: 1 })],
    ["a composite without runs", cluster({ mode: "composite" })],
    ["a composite of one run", cluster({ mode: "composite", source_execution_ids: ["run_1"] })],
    ["a total time without a bound", canary({ acceptance: { max_total_time_ms: -0.5 } })],
    ["flat filters", cluster({ filters: { status: "active", category: "shoes" } })],
    ["an alert by its id", { action_type: "alert_evaluation", action_config: { alert_id: "alt_1" } }],
    ["any key of an alert's config", { action_type: "alert_evaluation", action_config: { any: [null] } }],
  ])("%s", (_, change, sent = change) => {
    const { trigger, issues } = validateTrigger({ ...desired(), ...change });
    expect(issues).toEqual([]);
    expect(createBody(trigger as DesiredTrigger)).toMatchObject(sent);
    const { action_config, schedule_config } = { ...desired(), ...sent } as DesiredTrigger;
    expect(trigger).toMatchObject({ action_config, schedule_config });
  });
});

describe("a drift threshold is limited only for the cosine measure", () => {
  test.each<[string, object]>([
    ["by name", { metric: "cosine_drift", threshold: 1.5 }],
    ["by default", { threshold: 1.5 }],
    ["below", { threshold: -0.1 }],
  ])("%s", (_, config) => expect(codes(when(config))).toEqual(["schedule_config.threshold OUT_OF_BOUNDS"]));

  test("and the error says what limits it", () => {
    const [issue] = validateTrigger({ ...desired(), ...when({ threshold: 2 }) }).issues;
    expect(issueLine(issue!)).toBe(
      "OUT_OF_BOUNDS schedule_config.threshold: 2 is out of bounds. Write 0 to 1: a cosine drift is always in this range.",
    );
  });
});

describe("the text null for no collection", () => {
  const ANSWERED = enrich({ target_collection_id: "null" }) as Partial<DesiredTrigger>;
  const WITHOUT = enrich({}) as Partial<DesiredTrigger>;
  const ELSEWHERE = enrich({ target_collection_id: "col_9" }) as Partial<DesiredTrigger>;

  test("is rejected in a definition, with advice", () => {
    const [issue, ...others] = validateTrigger({ ...desired(), ...ANSWERED }).issues;
    expect(others).toEqual([]);
    expect(issueLine(issue!)).toBe(
      'NULL_TEXT action_config.target_collection_id: "null" is text that the service treats as absent. Remove the key, or write null without quotes.',
    );
  });

  test("counts as absent in a live trigger: nothing to change, to drift, to suppress or to remember", () => {
    const wanted = desired(WITHOUT);
    const twin = live(ANSWERED);
    expect(diffTrigger(wanted, undefined, twin)).toEqual([]);
    expect(diffTrigger(wanted, applied(WITHOUT), twin)).toEqual([]);
    expect(stateOf(wanted, twin)["service_defaults"]).toBeUndefined();
    const namespaces = new Map([
      ["prod", { names: true, all: () => [twin], byId: () => twin, byName: () => [twin] }],
    ]);
    const plan = planSet([wanted], { namespaces, now: new Date("2026-11-28T12:00:00Z") });
    expect(plan.triggers).toMatchObject([{ op: "none", calls: [] }]);
    expect(driftOf(plan).drifted).toEqual([]);
    expect(JSON.stringify(planJson(plan))).not.toContain("target_collection_id");
  });

  test("is shown as absent next to a collection", () => {
    expect(diffTrigger(desired(ELSEWHERE), applied(ELSEWHERE), live(ANSWERED))).toMatchObject([
      { path: ["action_config", "target_collection_id"], desired: "col_9", live: undefined },
    ]);
  });

  test("is no difference from a state of an earlier release that contains it", () => {
    expect(diffTrigger(desired(WITHOUT), applied(ANSWERED), live(ANSWERED))).toEqual([]);
  });

  test("is not exported, and requests no list", () => {
    const only = live({ ...ANSWERED, action_config: { target_collection_id: "null" } });
    expect(refKindsOf([only])).toEqual([]);
    expect(text([live(ANSWERED)])).not.toContain("target_collection_id");
  });
});

describe("a composite of fewer than two runs is a warning", () => {
  const said = (config: string): string[] => {
    const { source } = readSource(
      "triggers/a.yaml",
      [
        "triggers:",
        "  nightly:",
        "    action_type: cluster",
        "    action_config:",
        "      cluster_id: clust_1",
        ...config.split("\n").map((line) => `      ${line}`),
        "    trigger_type: interval",
        "    schedule_config: { interval_seconds: 60 }",
        "",
      ].join("\n"),
    );
    const { declarations, issues } = desiredSet(definitionsFrom([source!]), undefined);
    expect(declarations).toHaveLength(1);
    return issues.map(issueLine);
  };
  const WARNING =
    "warning SOURCE_RUNS_MISSING nightly: action_config.source_execution_ids: mode composite has fewer than two different runs. List at least two run ids in source_execution_ids, unless the cluster was created with source_cluster_ids.";

  test.each<[string, string, string[]]>([
    ["none, reported at the mode's map", "mode: composite", [`triggers/a.yaml:4:5 ${WARNING}`]],
    ["one", "mode: composite\nsource_execution_ids: [run_1]", [`triggers/a.yaml:7:29 ${WARNING}`]],
    [
      "one twice",
      "mode: composite\nsource_execution_ids: [run_1, run_1]",
      [`triggers/a.yaml:7:29 ${WARNING}`],
    ],
    ["two", "mode: composite\nsource_execution_ids: [run_1, run_2]", []],
    ["not yet known", 'mode: composite\nsource_execution_ids: "${var.runs}"', []],
    ["another mode", "mode: full", []],
  ])("%s", (_, config, expected) => expect(said(config)).toEqual(expected));
});

describe("an alert is a kind of resource", () => {
  const evaluating = (alert_id: string, change: Partial<DesiredTrigger> = {}): DesiredTrigger =>
    desired({ action_type: "alert_evaluation", action_config: { alert_id }, ...change });

  test("its name becomes its id, and what looks like an id is looked up, too", () => {
    const { trigger, missing } = resolve(evaluating("${alert:low-stock}"), ({ kind, name }) =>
      kind === "alert" && name === "low-stock" ? "alt_7" : undefined,
    );
    expect([trigger.action_config, missing]).toEqual([{ alert_id: "alt_7" }, []]);
    const unknown = resolve(evaluating("${alert:alt_9}"), () => undefined);
    expect(unknown.missing).toEqual([expect.objectContaining({ kind: "alert", name: "alt_9" })]);
    expect(resolve(evaluating("alt_9"), () => undefined).trigger.action_config).toEqual({
      alert_id: "alt_9",
    });
  });

  test("a missing alert is reported with the kind's own id", () => {
    const { missing } = resolve(evaluating("${alert:low-stock}"), () => undefined);
    expect(missing.map((each) => issueLine(notFound(each, "prod", () => [])))).toEqual([
      'REFERENCE_NOT_FOUND action_config.alert_id: there is no alert "low-stock" in namespace "prod". Create it there, or write its alt_… id.',
    ]);
  });

  test.each<[string, DesiredTrigger, string]>([
    [
      "another kind instead of it",
      evaluating("${cluster:a}"),
      "REFERENCE_KIND action_config.alert_id: ${cluster:a} is a cluster, but this key takes the id of an alert. Write ${alert:a}, or the name of an alert.",
    ],
    [
      "it instead of another kind",
      desired(cluster({ cluster_id: "${alert:a}" }) as Partial<DesiredTrigger>),
      "REFERENCE_KIND action_config.cluster_id: ${alert:a} is an alert, but this key takes the id of a cluster. Write ${cluster:a}, or the name of a cluster.",
    ],
  ])("%s", (_, trigger, line) =>
    expect(wrongKindReferences(trigger, referencesOf(trigger)).map(({ issue }) => issueLine(issue))).toEqual([
      line,
    ]),
  );

  test("is exported with its name", () => {
    const { name: _, ...twin } = live(evaluating("alt_7") as Partial<LiveTrigger>);
    const found = { ...twin, name: "nightly" };
    expect(refKindsOf([found])).toEqual(["alert"]);
    expect(text([found], { names: (kind, id) => `${kind} ${id}` })).toContain(
      "alert_id: ${alert:alert alt_7}\n",
    );
  });

  test("every list of kinds equals the table's", () => {
    expect([...REF_KINDS]).toEqual(["cluster", "collection", "taxonomy", "bucket", "retriever", "alert"]);
    expect(REF_KINDS).toEqual(Object.keys(RESOURCE_KINDS));
    expect(Object.keys(ref)).toEqual(REF_KINDS);
    for (const kind of REF_KINDS) {
      expect(partsOf(`\${${kind}:a}`).problems).toEqual([]);
      expect(partsOf("${nothing}").problems[0]!.problem.hint).toContain(kind);
    }
  });
});
