import { describe, expect, test } from "@jest/globals";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import { planDestroy } from "../../../provider/core/plan/plan-deletes";
import type { LiveView, Remembered, SetPlan } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import { planMarkdown } from "../../../provider/core/report/plan-markdown";
import { detailsOf, planJson } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { desired, live } from "../samples";

const EVALUATES = { action_type: "alert_evaluation", action_config: { alert_id: "alt_1" } };

const view = (all: LiveTrigger[]): LiveView => ({
  names: true,
  all: () => all,
  byId: (id) => all.find(({ trigger_id }) => trigger_id === id),
  byName: (name) => all.filter((each) => each.name === name),
});

function plan(
  before: Partial<DesiredTrigger>,
  now: Partial<DesiredTrigger> | undefined,
  twin: Partial<LiveTrigger> = {},
): SetPlan {
  const there = live({ ...(before as Partial<LiveTrigger>), ...twin });
  const remembered: Remembered[] = [
    {
      resource: "nightly",
      triggerId: "trg_1",
      state: stateOf(desired(before), there) as unknown as JsonObject,
    },
  ];
  const namespaces = new Map([
    ["prod", view([there])],
    ["dev", view([])],
  ]);
  const wanted = now === undefined ? [] : [desired(now)];
  return planSet(wanted, { namespaces, now: new Date("2026-11-28T12:00:00Z"), remembered });
}

const codesOf = ({ triggers }: SetPlan): string[] =>
  triggers.flatMap((each) => detailsOf(each)).flatMap((line) => /\[(ALERT_\w+)\]$/.exec(line)?.[1] ?? []);

const DELETED =
  "alert alt_1 is no longer evaluated on this schedule; the service's periodic evaluation skips alerts that a trigger evaluates, so deleting the trigger changes what evaluates the alert [ALERT_SCHEDULE_DELETED]";

const UNKNOWN =
  "whether the replacement evaluates the same alert is not known (action_config has no alert_id before or after); the service's periodic evaluation skips alerts that a trigger evaluates, so what evaluates an alert may change [ALERT_SCHEDULE_REPLACED]";

describe("a plan says what happens to the alert that a trigger evaluates", () => {
  test.each<[string, SetPlan, string]>([
    ["deleted", plan(EVALUATES, undefined), DELETED],
    [
      "paused",
      plan(EVALUATES, { ...EVALUATES, status: "paused" }),
      "alert alt_1 is not evaluated on this schedule while the trigger is paused; the service's periodic evaluation skips alerts that a trigger evaluates, so the alert may not be evaluated at all [ALERT_SCHEDULE_PAUSED]",
    ],
    [
      "replaced, for the same alert",
      plan(EVALUATES, { ...EVALUATES, action_config: { alert_id: "alt_1", window: 5 } }),
      "alert alt_1 is evaluated by the replacement, on its schedule; the service's periodic evaluation skips alerts that a trigger evaluates [ALERT_SCHEDULE_REPLACED]",
    ],
    [
      "replaced, for another alert",
      plan(EVALUATES, { ...EVALUATES, action_config: { alert_id: "alt_2" } }),
      "alert alt_1 is no longer evaluated on this schedule, and alert alt_2 is; the service's periodic evaluation skips alerts that a trigger evaluates, so what evaluates these two alerts changes [ALERT_SCHEDULE_REPLACED]",
    ],
    ["replaced by another action", plan(EVALUATES, {}), DELETED],
    ["moved to another namespace", plan(EVALUATES, { ...EVALUATES, namespace: "dev" }), DELETED],
    [
      "deleted, with a config without alert_id",
      plan({ ...EVALUATES, action_config: { any: 1 } }, undefined),
      DELETED.replace("alert alt_1 is", "the alert that it evaluates (action_config has no alert_id) is"),
    ],
    [
      "paused, with a config without alert_id",
      plan(
        { ...EVALUATES, action_config: { any: 1 } },
        { ...EVALUATES, action_config: { any: 1 }, status: "paused" },
      ),
      "the alert that it evaluates (action_config has no alert_id) is not evaluated on this schedule while the trigger is paused; the service's periodic evaluation skips alerts that a trigger evaluates, so the alert may not be evaluated at all [ALERT_SCHEDULE_PAUSED]",
    ],
    ...[
      [{ any: 1 }, { any: 2 }],
      [{ alert_id: "alt_1" }, { alert: "alt_1" }],
      [{ alert: "alt_1" }, { alert_id: "alt_1" }],
    ].map(([before, after]): [string, SetPlan, string] => [
      `replaced, ${JSON.stringify(before)} by ${JSON.stringify(after)}`,
      plan(
        { ...EVALUATES, action_config: before as JsonObject },
        { ...EVALUATES, action_config: after as JsonObject },
      ),
      UNKNOWN,
    ]),
    [
      "deleted, if a trigger with another key evaluates the same alert",
      plan(EVALUATES, { ...EVALUATES, name: "hourly" }),
      'alert alt_1 is no longer evaluated on this schedule; trigger "hourly" evaluates it on its own schedule [ALERT_SCHEDULE_DELETED]',
    ],
    [
      "deleted, if the trigger with another key that evaluates the same alert is paused",
      plan(EVALUATES, { ...EVALUATES, name: "hourly", status: "paused" }),
      DELETED,
    ],
    [
      "deleted, if a trigger with another key evaluates the same alert in another namespace",
      plan(EVALUATES, { ...EVALUATES, name: "hourly", namespace: "dev" }),
      DELETED,
    ],
    [
      "deleted, if a trigger with another key evaluates another alert",
      plan(EVALUATES, { ...EVALUATES, name: "hourly", action_config: { alert_id: "alt_2" } }),
      DELETED,
    ],
    [
      "deleted, with a secret id",
      plan({ ...EVALUATES, secret_paths: ["action_config.alert_id"] }, undefined),
      DELETED.replace("alert alt_1 is", "its alert is"),
    ],
    [
      "replaced, with an id that was secret",
      plan(
        { ...EVALUATES, secret_paths: ["action_config.alert_id"] },
        { ...EVALUATES, action_config: { alert_id: "alt_2" } },
      ),
      "its alert is no longer evaluated on this schedule, and alert alt_2 is; the service's periodic evaluation skips alerts that a trigger evaluates, so what evaluates these two alerts changes [ALERT_SCHEDULE_REPLACED]",
    ],
    [
      "replaced, for an id that becomes secret",
      plan(EVALUATES, {
        ...EVALUATES,
        action_config: { alert_id: "alt_2" },
        secret_paths: ["action_config.alert_id"],
      }),
      "its alert is no longer evaluated on this schedule, and another alert is; the service's periodic evaluation skips alerts that a trigger evaluates, so what evaluates these two alerts changes [ALERT_SCHEDULE_REPLACED]",
    ],
  ])("%s", (_, found, line) => {
    const trigger = found.triggers.find(({ name }) => name === "nightly");
    expect(detailsOf(trigger!)).toContain(line);
    expect(codesOf(found)).toHaveLength(1);
    expect(planJson(found)["triggers"]).toContainEqual(
      expect.objectContaining({ details: expect.arrayContaining([line]) }),
    );
    expect(planMarkdown(found, "t").replaceAll("\\", "")).toContain(line);
  });

  test("destroyed", () => {
    const state = stateOf(desired(EVALUATES), live(EVALUATES)) as unknown as JsonObject;
    const found = planDestroy([{ resource: "nightly", triggerId: "trg_1", state }]);
    expect(detailsOf(found.triggers[0]!)).toContain(DELETED);
  });

  test.each<[string, SetPlan]>([
    ["unchanged", plan(EVALUATES, EVALUATES)],
    [
      "on another schedule",
      plan(EVALUATES, { ...EVALUATES, schedule_config: { cron_expression: "0 3 * * *" } }),
    ],
    ["paused already", plan(EVALUATES, { ...EVALUATES, status: "paused" }, { status: "paused" })],
    ["resumed", plan(EVALUATES, { ...EVALUATES, status: "active" }, { status: "paused" })],
    ["gone already", plan(EVALUATES, undefined, { status: "disabled" })],
    ["with another action, deleted", plan({}, undefined)],
    ["with another action, paused", plan({}, { status: "paused" })],
  ])("and says nothing about one that is %s", (_, found) => expect(codesOf(found)).toEqual([]));
});
