import { describe, expect, test } from "@jest/globals";
import { stateOf } from "../../../provider/core/diff/trigger-state";
import type { Remembered } from "../../../provider/core/plan/plan-model";
import { writeKey, writesOf } from "../../../provider/core/plan/planned-writes";
import { planSet } from "../../../provider/core/plan/set-plan";
import { summaryOf } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { NOW, plan, remember, view } from "../held";
import { desired, live } from "../samples";

const at = (cron_expression: string) => ({ schedule_config: { cron_expression } });

describe("without a state", () => {
  test.each<[string, DesiredTrigger[], LiveTrigger[], object[], number]>([
    ["nothing differs", [desired()], [live()], [{ op: "none", triggerId: "trg_1" }], 0],
    ["nothing is live", [desired()], [], [{ op: "create" }], 1],
    ["a deleted trigger has no name", [desired()], [live({ status: "disabled" })], [{ op: "create" }], 1],
    [
      "a schedule differs",
      [desired(at("0 3 * * *"))],
      [live()],
      [
        {
          op: "update",
          changes: [expect.objectContaining({ cause: "differs" })],
          meaning: expect.stringMatching(/^fires as often as before, next in /),
        },
      ],
      1,
    ],
    [
      "a schedule and a status differ",
      [desired({ ...at("0 3 * * *"), status: "active" })],
      [live({ status: "paused" })],
      [
        {
          op: "update",
          meaning: expect.stringMatching(
            /, next in 15 hours; runs missed while it was paused are not replayed$/,
          ),
        },
      ],
      2,
    ],
    [
      "one that failed is declared active",
      [desired({ status: "active" })],
      [live({ status: "failed" })],
      [
        {
          op: "update",
          meaning: expect.stringMatching(/^next run in .*; runs missed since it failed are not replayed$/),
        },
      ],
      1,
    ],
    [
      "an action differs",
      [desired({ action_config: { cluster_id: "clust_2" } })],
      [live()],
      [{ op: "replace" }],
      2,
    ],
    [
      "two triggers have the name",
      [desired()],
      [live(), live({ trigger_id: "trg_2" })],
      [{ op: "conflict", conflict: expect.stringContaining("[NAME_AMBIGUOUS]") }],
      0,
    ],
    [
      "adopt refers to another trigger",
      [desired({ adopt: "trg_2" })],
      [live({ trigger_id: "trg_2", name: "other" })],
      [{ op: "adopt", triggerId: "trg_2" }],
      1,
    ],
    [
      "adopt refers to no trigger",
      [desired({ adopt: "trg_9" })],
      [live()],
      [{ op: "conflict", conflict: expect.stringContaining("[ADOPT_NOT_FOUND]") }],
      0,
    ],
  ])("%s", (_, wanted, there, triggers, requests) => {
    const found = plan(wanted, there);
    expect(found.triggers).toMatchObject(triggers);
    expect(summaryOf(found).requests).toBe(requests);
  });

  test("what is not declared is unmanaged, except for deleted triggers", () => {
    const there = [
      live(),
      live({ trigger_id: "trg_2", name: "theirs" }),
      live({ trigger_id: "trg_3", name: "x", status: "disabled" }),
    ];
    expect(plan([desired()], there).unmanaged.map(({ trigger_id }) => trigger_id)).toEqual(["trg_2"]);
  });
});

describe("with the stack's record", () => {
  const twin = live();

  test("the cause is known, and what is no longer declared is deleted", () => {
    const other = live({ trigger_id: "trg_2", name: "old" });
    const found = plan(
      [desired(at("0 3 * * *"))],
      [live(at("0 9 * * *")), other],
      [remember(desired(), twin), remember(desired({ name: "old" }), other)],
    );
    expect(found.triggers).toMatchObject([
      { op: "update", changes: [{ cause: "both changed" }] },
      { name: "old", op: "delete", triggerId: "trg_2", calls: [{ op: "delete", triggerId: "trg_2" }] },
    ]);
    expect(found.unmanaged).toEqual([]);
  });

  test("a trigger deleted outside is created again, in one request; one that is gone and undeclared is dropped", () => {
    const found = plan(
      [desired()],
      [],
      [remember(desired(), twin), remember(desired({ name: "old" }), live({ trigger_id: "trg_2" }))],
    );
    expect(found.triggers).toMatchObject([
      { op: "create", calls: [{ op: "create" }], reports: [{ kind: "gone" }] },
      { name: "old", op: "forget", calls: [], reports: [{ kind: "gone already" }] },
    ]);
  });

  test("what an earlier run replaced and could not delete is deleted, and is not a candidate for its successor", () => {
    const old = live({ trigger_id: "trg_0" });
    const held = {
      ...remember(desired(), twin),
      state: stateOf(desired(), twin, { predecessors: { trg_0: "prod" } }) as JsonObject,
    };
    const found = plan([desired()], [old, twin], [held, { ...remember(desired(), old), replaced: true }]);
    expect(found.triggers).toMatchObject([
      { op: "none", triggerId: "trg_1" },
      { op: "delete", triggerId: "trg_0", reports: [{ kind: "replaced before" }] },
    ]);
  });

  // The engine may record this before it records the successor: a kill in between leaves only this.
  test.each<[string, LiveTrigger[], object]>([
    [
      "whose successor is live: that one is adopted",
      [twin],
      { op: "adopt", triggerId: "trg_1", calls: [], reports: [{ kind: "adopted" }] },
    ],
    ["whose successor is not live: another one is created", [], { op: "create", calls: [{ op: "create" }] }],
  ])("a replaced trigger, %s", (_, successors, expected) => {
    const old = live({ trigger_id: "trg_0", action_config: { cluster_id: "clust_0" } });
    const remembered = [{ ...remember(desired(), old), replaced: true }];
    const found = plan([desired()], [old, ...successors], remembered);
    expect(found.triggers).toMatchObject([expected, { op: "delete", triggerId: "trg_0" }]);
    // The provider has to know, because the engine does not ask it about this one before the delete.
    expect(writesOf(found, JSON.stringify).held).toMatchObject({
      trg_0: { key: writeKey("prod", "nightly"), namespace: "prod", leaving: true },
    });
  });

  const otherCluster = { action_config: { cluster_id: "clust_2" } };
  const givenUp = live({ status: "disabled", health: { consecutive_failures: 5 } });
  test.each<[string, Partial<Remembered>, DesiredTrigger, LiveTrigger[], object]>([
    [
      "a retained one is not replaced: the engine would leave it live in addition to the new one",
      { retain: true },
      desired(otherCluster),
      [twin],
      { op: "conflict", calls: [], conflict: expect.stringContaining("[RETAINED]") },
    ],
    [
      "a retained one that is gone is created again",
      { retain: true },
      desired(otherCluster),
      [],
      { op: "create", calls: [{ op: "create" }] },
    ],
    [
      "a protected one that is gone is not created again: for the engine, that is a replacement",
      { protect: true },
      desired(),
      [],
      { op: "conflict", calls: [], conflict: expect.stringContaining("[PROTECTED]") },
    ],
    [
      "a protected one that the service gave up on is not revived",
      { protect: true },
      desired(),
      [givenUp],
      { op: "conflict", calls: [], conflict: expect.stringContaining("[PROTECTED]") },
    ],
    [
      "a protected one that moves is rejected in its old namespace",
      { protect: true },
      desired({ namespace: "staging" }),
      [twin],
      { op: "conflict", conflict: expect.stringContaining('replace trigger "nightly" in namespace "prod"') },
    ],
    [
      "a retained one that moves is rejected in its old namespace",
      { retain: true },
      desired({ namespace: "staging" }),
      [twin],
      { op: "conflict", conflict: expect.stringContaining('replace trigger "nightly" in namespace "prod"') },
    ],
    [
      "the plan shows the one that is revived",
      {},
      desired(),
      [givenUp],
      { op: "create", triggerId: "trg_1", calls: [{ op: "revive" }] },
    ],
  ])("%s", (_, held, wanted, there, expected) => {
    const options = [{ resource: wanted.name, protect: held.protect === true }];
    const found = planSet([wanted], {
      namespaces: new Map([["prod", view(there)]]),
      remembered: [{ ...remember(desired(), twin), ...held }],
      options,
      now: NOW,
    });
    expect(found.triggers).toMatchObject([expected]);
  });

  test("a live trigger with the name that does not belong to the stack is a conflict if its content differs", () => {
    const found = plan([desired(at("0 3 * * *"))], [live()], []);
    expect(found.triggers).toMatchObject([
      { op: "conflict", conflict: expect.stringContaining("[NAME_TAKEN]") },
    ]);
    expect(plan([desired()], [live()], []).triggers).toMatchObject([{ op: "adopt", calls: [] }]);
  });
});
