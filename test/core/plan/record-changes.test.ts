import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import type { Remembered, ResourceOptions, TriggerPlan } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planMarkdown } from "../../../provider/core/report/plan-markdown";
import { detailsOf, planJson, summaryOf, summaryText } from "../../../provider/core/report/plan-report";
import { equalJson } from "../../../provider/core/schema/equality";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { RUNS, triggerOf } from "../arbitraries";
import { expectEqual } from "../equal";
import { NOW, remember, view } from "../held";
import { canary, desired, live } from "../samples";

interface Case {
  /** The definition at the last `up`. */
  before?: Partial<DesiredTrigger>;
  now?: Partial<DesiredTrigger>;
  options?: Partial<ResourceOptions>;
  held?: Partial<Remembered>;
  twin?: Partial<LiveTrigger> | undefined;
}

/** The plan for one trigger that is in the stack. */
function setPlan(given: Case) {
  const twin = live(given.twin);
  const remembered = [{ ...remember(desired(given.before), twin), ...given.held }];
  const wanted = desired(given.now);
  const options = [{ resource: wanted.name, protect: false, retain: false, ...given.options }];
  return planSet([wanted], {
    namespaces: new Map([["prod", view([twin])]]),
    remembered,
    options,
    now: NOW,
  });
}

const planOf = (given: Case): TriggerPlan => setPlan(given).triggers[0]!;

const cron = (expression: string): JsonObject => ({ cron_expression: expression });
const CANARY = canary();
const REFERENCE = { "action_config.retriever_id": "${retriever:product-search}" };

describe("a change of a trigger's record alone is an update without requests", () => {
  test.each<[what: string, Case, lines: string[]]>([
    ["protect", { options: { protect: true } }, ["protect is false in the state, true desired"]],
    [
      "what was applied, if live and inputs are already as declared",
      {
        now: { schedule_config: cron("0 3 * * *") },
        held: { inputs: desired({ schedule_config: cron("0 3 * * *") }) as unknown as JsonObject },
        twin: { schedule_config: cron("0 3 * * *") },
      },
      ['schedule_config.cron_expression is "0 2 * * *" in the state, "0 3 * * *" desired'],
    ],
    ["protect that is removed", { held: { protect: true } }, ["protect is true in the state, false desired"]],
    ["retain", { options: { retain: true } }, ["retain is false in the state, true desired"]],
    ["retain that is removed", { held: { retain: true } }, ["retain is true in the state, false desired"]],
    [
      "both",
      { held: { protect: true }, options: { retain: true } },
      ["protect is true in the state, false desired", "retain is false in the state, true desired"],
    ],
    [
      "a status line that names the live status",
      { now: { status: "active" } },
      ['status is absent in the state, "active" desired'],
    ],
    [
      "a status line that is removed",
      { before: { status: "active" } },
      ['status is "active" in the state, absent desired'],
    ],
    [
      "a cron expression in another notation",
      { now: { schedule_config: cron("00 2 * * *") } },
      ['schedule_config.cron_expression is "0 2 * * *" in the state, "00 2 * * *" desired'],
    ],
    [
      "a default that is written explicitly",
      { now: { schedule_config: { ...cron("0 2 * * *"), timezone: "UTC" } } },
      ['schedule_config.timezone is absent in the state, "UTC" desired'],
    ],
    [
      "an id instead of the reference",
      { before: { ...CANARY, references: REFERENCE }, now: CANARY, twin: live(CANARY) },
      ['action_config.retriever_id is "${retriever:product-search}" in the state, "ret_1" desired'],
    ],
    [
      "a value that becomes a secret",
      {
        before: { description: "a" },
        now: { description: "a", secret_paths: ["description"] },
        twin: { description: "a" },
      },
      ["description becomes a secret: the state encrypts it"],
    ],
    [
      "a value that is no longer a secret",
      {
        before: { description: "a", secret_paths: ["description"] },
        now: { description: "a" },
        twin: { description: "a" },
      },
      ["description is no longer a secret: the state stores it unencrypted"],
    ],
    ["adopt that is removed", { before: { adopt: true } }, ["adopt is true in the state, absent desired"]],
    [
      "what a refresh recorded about an edit that has since been undone",
      { held: { inputs: desired({ schedule_config: cron("0 9 * * *") }) as unknown as JsonObject } },
      ['schedule_config.cron_expression is "0 9 * * *" in the state, "0 2 * * *" desired'],
    ],
  ])("%s", (_what, given, lines) => {
    const plan = planOf(given);
    expect(plan).toMatchObject({ op: "update", calls: [], changes: [] });
    expect(detailsOf(plan)).toEqual(lines);
  });
});

test("next to a change of the live trigger, a field that is already shown is shown only once", () => {
  const plan = planOf({
    now: { schedule_config: cron("0 3 * * *"), status: "active" },
    options: { protect: true },
    twin: { status: "paused" },
  });
  expect(plan).toMatchObject({ op: "update", calls: [{ op: "patch" }, { op: "resume" }] });
  expect(plan.changes.map(({ path }) => path.join("."))).toEqual([
    "schedule_config.cron_expression",
    "status",
  ]);
  expect(plan.recorded).toEqual([
    { kind: "value", path: ["protect"], recorded: false, desired: true, secret: false },
  ]);
});

describe("if the whole record is new, only the resource's options are shown", () => {
  test.each<[what: string, Case, op: string]>([
    ["a replacement", { now: { action_config: { cluster_id: "clust_2" } } }, "replace"],
    ["a trigger that was deleted outside", { twin: { status: "disabled" }, now: { adopt: true } }, "create"],
  ])("%s", (_what, given, op) => {
    const plan = planOf({ ...given, held: { protect: true } });
    expect(plan).toMatchObject({
      op,
      recorded: [{ path: ["protect"], recorded: true, desired: false }],
    });
    expect(planOf(given).recorded).toEqual([]);
  });
});

describe("nothing is shown if nothing is recorded", () => {
  const namespaces = new Map([["prod", view([live()])]]);
  const options = [{ resource: "nightly", protect: true, retain: true }];

  test.each<[what: string, () => TriggerPlan, op: string]>([
    ["as declared", () => planOf({}), "none"],
    ["a pause that is only reported", () => planOf({ twin: { status: "paused" } }), "none"],
    [
      "the first creation",
      () =>
        planSet([desired()], { namespaces: new Map([["prod", view([])]]), remembered: [], options, now: NOW })
          .triggers[0]!,
      "create",
    ],
    [
      "an adoption",
      () => planSet([desired()], { namespaces, remembered: [], options, now: NOW }).triggers[0]!,
      "adopt",
    ],
    ["without the state", () => planSet([desired()], { namespaces, options, now: NOW }).triggers[0]!, "none"],
    [
      "a conflict",
      () =>
        planOf({
          now: { action_config: { cluster_id: "clust_2" } },
          held: { protect: true },
          options: { protect: true, retain: true },
        }),
      "conflict",
    ],
    [
      "a trigger whose recorded inputs are unknown",
      () => {
        const { inputs: _, ...rest } = remember(desired(), live());
        return planSet([desired()], { namespaces, remembered: [rest], options, now: NOW }).triggers[0]!;
      },
      "none",
    ],
  ])("%s", (_what, plan, op) => {
    expect(plan()).toMatchObject({ op, recorded: [] });
  });
});

test("secrets are in no output: those of the API's schema and those of the environment", () => {
  const channel = (more: object) => ({
    channels: [{ channel_type: "webhook", config: { url: "https://example.com/planted" }, ...more }],
    notify_on: "always",
  });
  const secretly = (more: object, query: JsonObject) =>
    canary({ notification_config: channel(more), inputs: query, newer: "planted" });
  const before = { ...secretly({}, { query: "planted" }), secret_paths: ["action_config.inputs"] };
  const now = {
    ...secretly({ channel_id: null }, { query: "planted" }),
    secret_paths: ["action_config.inputs"],
  };
  const held = {
    inputs: desired({ ...before, ...canary({ ...before.action_config, inputs: { query: "planted too" } }) }),
  } as unknown as Partial<Remembered>;
  const plan = setPlan({ before, now, twin: live(before), held });
  expect(summaryOf(plan)).toMatchObject({ update: 1, requests: 0 });
  expect(detailsOf(plan.triggers[0]!).join("\n")).toContain(
    "action_config.notification_config.channels is [secret] in the state, [secret] desired",
  );
  expect([JSON.stringify(planJson(plan)), planMarkdown(plan, "prod")].join("\n")).not.toContain("planted");
});

test("text, JSON and Markdown show it, and the summary counts it", () => {
  const plan = setPlan({ before: { secret_paths: ["description"] }, options: { protect: true } });
  expect(summaryText(summaryOf(plan))).toBe("1 to update");
  expect(planJson(plan)).toMatchObject({
    summary: { update: 1, unchanged: 0, requests: 0 },
    triggers: [
      {
        op: "update",
        changes: [],
        recorded: [
          { path: "description", encrypted: false },
          { path: "protect", state: false, desired: true },
        ],
        requests: 0,
      },
    ],
  });
  expect(planMarkdown(plan, "prod")).toContain("| ~ | nightly | update | description is no longer a secret");
  expect(planMarkdown(plan, "prod")).toContain("protect is false in the state, true desired |");
});

test("a trigger is unchanged exactly if its record equals the declared one", () => {
  const trigger = fc
    .tuple(
      triggerOf("retriever_execution", "cron"),
      fc.constantFrom<Partial<DesiredTrigger>>({}, { status: "active" }, { adopt: true }),
      fc.constantFrom<Partial<DesiredTrigger>>(
        {},
        { references: REFERENCE },
        { secret_paths: ["description"] },
      ),
    )
    .map(([each, more, last]) => ({ ...each, ...more, ...last, namespace: "prod", name: "nightly" }));
  fc.assert(
    fc.property(trigger, trigger, fc.boolean(), (declared, other, isSame) => {
      const inputs = (isSame ? structuredClone(declared) : other) as unknown as JsonObject;
      const { status: _, ...fields } = declared;
      const twin = live({ ...fields, name: declared.name, status: declared.status ?? "active" });
      const held = {
        resource: "nightly",
        triggerId: "trg_1",
        state: stateOf(declared, twin) as JsonObject,
        inputs,
      };
      const [plan] = planSet([declared], {
        namespaces: new Map([["prod", view([twin])]]),
        remembered: [held],
        now: NOW,
      }).triggers as [TriggerPlan];
      const reported = { changes: plan.changes, calls: plan.calls };
      expectEqual(reported, { changes: [], calls: [] });
      expectEqual(plan.op, equalJson(inputs, declared) ? "none" : "update");
    }),
    RUNS,
  );
});
