import { describe, expect, test } from "@jest/globals";
import { driftOf } from "../../../provider/core/comparison/drift";
import { readState, stateOf } from "../../../provider/core/diff/trigger-state";
import { triggerText } from "../../../provider/core/plan/explain";
import type { LiveView, SetPlan } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planMarkdown } from "../../../provider/core/report/plan-markdown";
import { detailsOf, planJson } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { type Files, linesOf, nightly, setOf } from "../files";

const SECRET = "planted-1";

/** A definition with `${env:…}` everywhere a value may be secret. */
const FILES: Files = {
  definitions: `defaults: { description_prefix: "\${env:MIXPEEK_VAR_A} ", timezone: "\${env:MIXPEEK_VAR_ZONE}" }\n${nightly(
    "description: by day",
    'schedule_config: { cron_expression: "${var.cron}" }',
    "action_config: { cluster_id: clust_1, filters: '${var.filters}' }",
  )}`,
  environment: [
    "namespace: prod",
    "variables:",
    '  cron: "5 4 * * ${env:MIXPEEK_VAR_DAY}"',
    '  filters: { AND: [{ field: a, operator: eq, value: "x ${env:MIXPEEK_VAR_A}" }, { field: b }] }',
    "",
  ].join("\n"),
  env: { MIXPEEK_VAR_A: SECRET, MIXPEEK_VAR_DAY: "WED", MIXPEEK_VAR_ZONE: "Europe/Paris" },
};

/** The values that no output may contain. */
const VALUES = [SECRET, "5 4 * * WED", "Europe/Paris"];

const wantedFrom = (files: Files): DesiredTrigger => {
  expect(linesOf(files)).toEqual([]);
  return setOf(files).declarations[0]!.trigger as DesiredTrigger;
};

const liveFrom = ({ name, description, ...rest }: DesiredTrigger): LiveTrigger => ({
  trigger_id: "trg_1",
  namespace_id: "ns_1",
  name,
  ...(description === undefined ? {} : { description }),
  action_type: rest.action_type,
  action_config: rest.action_config,
  trigger_type: rest.trigger_type,
  schedule_config: rest.schedule_config,
  status: "active",
  health: {},
});

function planOf(wanted: DesiredTrigger, live: LiveTrigger[], state?: JsonObject): SetPlan {
  const view: LiveView = {
    names: true,
    all: () => live,
    byId: (id) => live.find(({ trigger_id }) => trigger_id === id),
    byName: (name) => live.filter((each) => each.name === name),
  };
  const remembered = state ? [{ resource: wanted.name, triggerId: "trg_1", state }] : [];
  return planSet([wanted], {
    namespaces: new Map([["prod", view]]),
    remembered,
    now: new Date("2026-11-24T12:00:00Z"),
  });
}

/** Everything that is printed about a plan, in every format. */
const printedOf = (plan: SetPlan): string =>
  JSON.stringify([
    planJson(plan),
    planMarkdown(plan, "plan"),
    plan.triggers.map((each) => [detailsOf(each), each.desired && triggerText(each.desired)]),
    driftOf(plan).drifted.map(({ changes }) => changes.map(({ path, secret }) => [path, secret])),
  ]);

const expectHidden = (printed: string): void =>
  expect(VALUES.filter((value) => printed.includes(value))).toEqual([]);

test("a definition records which of its values came from the environment", () => {
  expect(wantedFrom(FILES).secret_paths).toEqual([
    "action_config.filters.AND.0.value",
    "description",
    "schedule_config.cron_expression",
    "schedule_config.timezone",
  ]);
});

test("a value that a definition sets in place of a secret default is not secret", () => {
  const zone = 'schedule_config: { cron_expression: "0 2 * * *", timezone: UTC }';
  const definitions = `defaults: { timezone: "\${env:MIXPEEK_VAR_ZONE}" }\n${nightly(zone)}`;
  expect(wantedFrom({ ...FILES, definitions, environment: "{}" }).secret_paths).toBeUndefined();
});

describe("no plan shows it", () => {
  const secret = wantedFrom(FILES);
  const literal = wantedFrom({
    definitions: nightly("description: words", "action_config: { cluster_id: clust_1 }"),
    environment: "namespace: prod",
  });
  const after = { ...FILES.env, MIXPEEK_VAR_A: "planted-2", MIXPEEK_VAR_DAY: "THU" };
  const stateOfSecret = stateOf(secret, liveFrom(secret));

  test.each<[string, SetPlan, object]>([
    ["of a new trigger", planOf(secret, []), { op: "create" }],
    [
      "after the variables change",
      planOf(wantedFrom({ ...FILES, env: after }), [liveFrom(secret)], stateOfSecret),
      { op: "replace", changes: [{ secret: true }, { secret: true }, { secret: true }] },
    ],
    [
      "if a literal becomes a secret",
      planOf(secret, [liveFrom(literal)], stateOf(literal, liveFrom(literal))),
      { op: "replace" },
    ],
    ["if a secret becomes a literal", planOf(literal, [liveFrom(secret)], stateOfSecret), { op: "replace" }],
    [
      "if it drifted",
      planOf(secret, [{ ...liveFrom(secret), description: "planted-1 by hand" }], stateOfSecret),
      { op: "update", changes: [{ path: ["description"], cause: "live drifted", secret: true }] },
    ],
    [
      "if another trigger has the name",
      planOf(secret, [{ ...liveFrom(literal), trigger_id: "trg_2" }]),
      { op: "conflict" },
    ],
    ["without a change", planOf(secret, [liveFrom(secret)], stateOfSecret), { op: "none" }],
  ])("%s", (_, plan, expected) => {
    expect(plan.triggers).toMatchObject([expected]);
    expectHidden(printedOf(plan));
    expectHidden(printedOf({ ...plan, stateless: true }));
  });

  test("not even in the meaning of a schedule change", () => {
    const paused = { ...secret, status: "active" as const };
    const plan = planOf(paused, [{ ...liveFrom(secret), status: "paused" }], stateOfSecret);
    expect(plan.triggers).toMatchObject([{ op: "update", changes: [{ path: ["status"], secret: false }] }]);
    expect(plan.triggers[0]!.meaning).toBeUndefined();
  });

  test("not even in a refresh, which keeps the paths", () => {
    const edited = { ...liveFrom(secret), description: "planted-1 by hand" };
    const read = readState(stateOfSecret, edited, { names: true });
    expect(read.changes).toMatchObject([{ path: ["description"], secret: true }]);
    expect(read.inputs.secret_paths).toEqual(secret.secret_paths);
    expect(read.state["secret_paths"]).toEqual(secret.secret_paths);
  });
});

describe("no error shows it", () => {
  const env = { MIXPEEK_VAR_A: SECRET };
  const value = "${env:MIXPEEK_VAR_A}";
  test.each<[string, string, Files["definitions"], string?]>([
    ["VALUE_UNKNOWN", "status", nightly(`status: "${value}"`)],
    ["VALUE_UNKNOWN", "status", nightly(), `status: "${value}"`],
    ["VALUE_UNKNOWN", "status", `defaults: { status: "${value}" }\n${nightly()}`],
    ["TYPE_WRONG", "protect", nightly(`protect: "${value}"`)],
    [
      "CRON_FIELDS",
      "schedule_config.cron_expression",
      nightly(`schedule_config: { cron_expression: "${value}" }`),
    ],
    [
      "ZONE_UNKNOWN",
      "schedule_config.timezone",
      nightly(`schedule_config: { cron_expression: "0 2 * * *", timezone: "${value}" }`),
    ],
    ["ZONE_UNKNOWN", "schedule_config.timezone", `defaults: { timezone: "${value}" }\n${nightly()}`],
    [
      "TYPE_WRONG",
      "action_config.assignment_threshold",
      nightly(`action_config: { cluster_id: clust_1, assignment_threshold: "${value}" }`),
    ],
    ["TYPE_WRONG", "action_config", nightly(`action_config: "${value}"`)],
    ["NAME_DIFFERS", "name", nightly(`name: "${value}"`)],
    ["NAMESPACE_FIXED", "namespace", nightly(`namespace: "${value}"`), "namespace: prod"],
    [
      "VALUE_UNKNOWN",
      "action_config.mode",
      nightly(`action_config: { cluster_id: clust_1, mode: "${value}" }`),
    ],
  ])("%s of %s", (code, path, definitions, environment = "{}") => {
    const { issues } = setOf({ definitions, environment, env });
    const found = issues.filter((issue) => issue.code === code && issue.path.join(".") === path);
    expect(found).toMatchObject([{ message: "the value of ${env:MIXPEEK_VAR_A} is not valid here" }]);
    expect(JSON.stringify(issues.map(({ message, hint }) => [message, hint]))).not.toContain(SECRET);
  });
});

test("a warning about a secret schedule does not repeat it", () => {
  const lines = linesOf({ ...FILES, env: { ...FILES.env, MIXPEEK_VAR_DAY: "3" } });
  expect(lines).toEqual([
    expect.stringContaining(
      "warning CRON_NOT_PORTABLE nightly: schedule_config.cron_expression: the expression (not shown: it comes from an environment variable) runs at other times, or not at all, in some cron libraries.",
    ),
  ]);
  expect(lines.join()).not.toMatch(/\* 3|WED/);
  const env = { ...FILES.env, MIXPEEK_VAR_ZONE: "America/Vancouver" };
  const zone = linesOf({ ...FILES, env, zoneTables: "2025c" });
  expect(zone).toEqual([
    expect.stringContaining(
      "warning ZONE_OUTDATED nightly: schedule_config.timezone: the time zone tables of this Node do not have the latest rules of the zone (not shown: it comes from an environment variable): times that are computed here can be an hour off. Update Node; ",
    ),
  ]);
  expect(zone.join()).not.toContain("Vancouver");
});
