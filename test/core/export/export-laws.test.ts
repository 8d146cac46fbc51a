import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { diffTrigger } from "../../../provider/core/diff/diff";
import type { LiveView } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import { ACTIONS } from "../../../provider/core/schema/actions";
import { lookUp } from "../../../provider/core/schema/key-lookup";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import { SCHEDULES } from "../../../provider/core/schema/schedules";
import { habits, RUNS, stored, triggerOf } from "../arbitraries";
import { expectEqual } from "../equal";
import { live } from "../samples";
import { exported, named, pairs } from "./exported";

const soundTrigger = fc
  .oneof(...Object.keys(ACTIONS).flatMap((a) => Object.keys(SCHEDULES).map((s) => triggerOf(a, s))))
  // This project's files cannot contain the first: see export.test.ts. If the second is empty, the diff treats it as an
  // edit.
  .filter((trigger) => !/"__proto__":|"constructor":(""|\[\]|\{\})/.test(JSON.stringify(trigger)));

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
    fc.constantFrom(
      "nightly",
      "a b/c",
      "<<",
      "true",
      "10",
      "~",
      "a: b",
      "# a",
      "x ${cluster:a}",
      "$${",
      "&a",
      "é",
    ),
    fc.constant(undefined),
  )
  .filter((text) => text === undefined || !/\p{Cc}|^__proto__$/u.test(text));

const liveTrigger = fc
  .record({
    trigger: soundTrigger,
    habits,
    status: fc.constantFrom("active" as const, "paused" as const, "failed" as const),
  })
  .map(({ trigger, habits, status }): LiveTrigger => {
    const keys = (table: typeof ACTIONS, type: string) => lookUp(table, type)?.keys;
    return live({
      ...(trigger.description ? { description: trigger.description } : {}),
      action_type: trigger.action_type,
      action_config: stored(trigger.action_config, keys(ACTIONS, trigger.action_type), habits),
      trigger_type: trigger.trigger_type,
      schedule_config: stored(trigger.schedule_config, keys(SCHEDULES, trigger.trigger_type), habits),
      status,
    });
  });

const liveSet = fc.array(fc.tuple(liveTrigger, name), { minLength: 1, maxLength: 5 }).map((all) =>
  all.map(([trigger, own], at): LiveTrigger => {
    const { name: _, ...rest } = trigger;
    return { ...rest, ...(own === undefined ? {} : { name: own }), trigger_id: `trg_${at}` };
  }),
);

const awkwardName = fc.oneof(
  fc.constantFrom(
    undefined,
    " lead",
    "trail ",
    "  ",
    "",
    "a\nb",
    "bell\u0007",
    "__proto__",
    "x".repeat(256),
    "dup",
    "\u200b",
  ),
  name,
);
const awkwardSet = fc.array(fc.tuple(liveTrigger, awkwardName), { minLength: 1, maxLength: 15 }).map((all) =>
  all.map(([trigger, own], at): LiveTrigger => {
    const { name: _, ...rest } = trigger;
    return { ...rest, ...(own === undefined ? {} : { name: own }), trigger_id: `trg_${at}` };
  }),
);

describe("whatever is live", () => {
  test("has an empty plan after its export: no issue, no difference, its own status", () => {
    fc.assert(
      fc.property(liveSet, fc.boolean(), (all, split) => {
        const out = exported(all, { names: named, split });
        const twins = all.length - out.count;
        expect(out.skipped.map(({ reason }) => reason)).toEqual(
          Array(twins).fill(expect.stringContaining("has the same name")),
        );
        const found = pairs(all, out);
        expectEqual(found.length, out.count);
        for (const [trigger, desired] of found) {
          expectEqual(diffTrigger(desired, undefined, trigger), []);
          expectEqual(desired.status, trigger.status === "paused" ? "paused" : undefined);
          // Keys that this release knows do not need allow_unknown.
          const unchecked = desired.allow_unknown ?? [];
          expectEqual(
            unchecked.filter((path) => !path.endsWith(".added_by_a_newer_service")),
            [],
          );
        }
      }),
      RUNS,
    );
  });

  test("is adopted after its export, by name or id: nothing is created, replaced or deleted, and no name changes", () => {
    fc.assert(
      fc.property(awkwardSet, fc.boolean(), (all, split) => {
        const out = exported(all, { names: named, split });
        expectEqual(out.count + out.skipped.length, all.length);
        const view: LiveView = {
          names: true,
          all: () => all,
          byId: (id) => all.find(({ trigger_id }) => trigger_id === id),
          byName: (name) => all.filter((each) => each.name === name && each.status !== "disabled"),
        };
        const found = out.count === 0 ? [] : pairs(all, out);
        const { triggers } = planSet(
          found.map(([, desired]) => desired),
          { namespaces: new Map([["dev", view]]), remembered: [], now: new Date(0) },
        );
        expectEqual(
          triggers.map(({ op, triggerId }) => [op, triggerId]),
          found.map(([{ trigger_id }]) => ["adopt", trigger_id]),
        );
        const nameless = found.filter(([{ name }]) => name === undefined);
        expectEqual(
          triggers.flatMap(({ calls }) => calls),
          nameless.map(([{ trigger_id: triggerId }, { name }]) => ({
            op: "patch",
            body: { name },
            triggerId,
          })),
        );
        expectEqual(out.nameless, nameless.length);
      }),
      RUNS,
    );
  });

  test("is exported the same in any list order", () => {
    const distinct = liveSet.filter((all) => new Set(all.map(({ name }) => name)).size === all.length);
    fc.assert(
      fc.property(distinct, (all) => {
        const { files } = exported(all, { names: named });
        expectEqual(exported(all.toReversed(), { names: named }).files, files);
      }),
      RUNS,
    );
  });
});
