import { expect, test } from "@jest/globals";
import { appliedTriggers, driftOf } from "../../../provider/core/comparison/drift";
import type { Remembered, ResourceOptions } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { remember, view } from "../held";
import { desired, live } from "../samples";

const NOW = new Date("2026-11-24T12:00:00Z");
const cron = (hour: number) => ({ schedule_config: { cron_expression: `0 ${hour} * * *` } });
const WAS = desired({ ...cron(2), description: "was" });
const TWIN = { ...cron(2), description: "was" };

interface Case {
  declared?: Partial<DesiredTrigger>;
  twin?: Partial<LiveTrigger>;
  option?: Partial<ResourceOptions>;
  held?: Remembered[];
}

/** The definitions and a stack's record: what is drift, and what a fix would do. */
function fixOf({ declared, twin, option, held = [remember(WAS, live(TWIN))] }: Case) {
  const wanted = [{ ...WAS, ...declared }];
  const options = [{ resource: WAS.name, protect: false, ...option }];
  const plan = (triggers: DesiredTrigger[]) =>
    planSet(triggers, {
      namespaces: new Map([["prod", view([live({ ...TWIN, ...twin })])]]),
      remembered: held,
      options,
      now: NOW,
    });
  return {
    drifted: driftOf(plan(wanted)).drifted.map(({ plan: { resource } }) => resource),
    fix: plan(appliedTriggers(wanted, options, held)).triggers.flatMap(({ calls }) => calls),
  };
}

const patch = (body: object) => ({ op: "patch", triggerId: "trg_1", body });

test.each<[string, Case, drifted: number, calls: object[]]>([
  ["only drift", { twin: { description: "theirs" } }, 1, [patch({ description: "was" })]],
  [
    "an edit of another field stays an edit",
    { twin: { description: "theirs" }, declared: cron(3) },
    1,
    [patch({ description: "was" })],
  ],
  [
    "an edit of the same field stays an edit",
    { twin: { description: "theirs" }, declared: { description: "mine" } },
    1,
    [patch({ description: "was" })],
  ],
  [
    "a status that was changed outside",
    {
      twin: { status: "active" },
      declared: { status: "paused" },
      held: [remember({ ...WAS, status: "paused" }, live(TWIN))],
    },
    1,
    [{ op: "pause", triggerId: "trg_1" }],
  ],
  [
    "a rename that is not applied yet stays one",
    {
      twin: { description: "theirs" },
      declared: { name: "other" },
      option: { resource: "other", replaces: WAS.name },
    },
    1,
    [patch({ description: "was" })],
  ],
  [
    "a trigger that is not in the stack is created or changed as defined",
    { held: [], twin: { name: "another" } },
    0,
    [expect.objectContaining({ op: "create" })],
  ],
  ["only an edit", { declared: cron(3) }, 0, []],
])("%s", (_, given, drifted, calls) => {
  const found = fixOf(given);
  expect(found.drifted).toHaveLength(drifted);
  expect(found.fix).toEqual(calls);
});
