import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { appliedOf, readState, stateOf } from "../../../provider/core/diff/trigger-state";
import { planNew } from "../../../provider/core/plan/adoption";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import { canonicalCron } from "../../../provider/core/schedule/cron";
import { ACTIONS } from "../../../provider/core/schema/actions";
import type { Key, Keys } from "../../../provider/core/schema/config-keys";
import { canonical, sameMeaning, text } from "../../../provider/core/schema/equality";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";
import { SCHEDULES } from "../../../provider/core/schema/schedules";
import { validateTrigger } from "../../../provider/core/schema/validate";
import { anyValue, type Habits, habits, LAW_RUNS, stored, triggerOf } from "../arbitraries";
import { expectEqual } from "../equal";
import { live } from "../samples";

const schedules = Object.keys(SCHEDULES);

/** The live trigger after an apply, as a service with such habits returns it. */
function liveOf(desired: DesiredTrigger, habits: Habits): LiveTrigger {
  const { action_type, trigger_type, description } = desired;
  return live({
    action_type,
    action_config: stored(desired.action_config, ACTIONS[action_type]!.keys, habits),
    trigger_type,
    schedule_config: stored(desired.schedule_config, SCHEDULES[trigger_type]!.keys, habits),
    status: desired.status ?? "active",
    ...(description ? { description } : {}),
  });
}

describe.each(Object.keys(ACTIONS))("%s on every schedule", (action) => {
  const trigger = fc.oneof(...schedules.map((schedule) => triggerOf(action, schedule)));

  test("what validates keeps the declared values", () => {
    fc.assert(
      fc.property(trigger, (declared) => {
        const { trigger: validated, issues } = validateTrigger(declared);
        expectEqual(issues, []);
        expectEqual(text(validated as unknown as Json), text(declared as unknown as Json));
      }),
      LAW_RUNS,
    );
  });

  test("after an apply there is nothing to do, and a refresh changes nothing", () => {
    fc.assert(
      fc.property(trigger, habits, habits, (declared, first, later) => {
        const state = stateOf(declared, liveOf(declared, first));
        // The response to the write and a later one may be written differently.
        const now = liveOf(declared, later);
        expectEqual(planOwned(declared, appliedOf(state), now), {
          op: "none",
          changes: [],
          calls: [],
          reports: [],
        });
        const read = readState(state, now, {});
        expectEqual(read.changes, []);
        expectEqual(text(read.inputs as unknown as Json), text(declared as unknown as Json));
        expectEqual(text(read.state), text(state));
        expect(planNew(declared, [now])).toMatchObject({ op: "adopt", calls: [], changes: [] });
      }),
      LAW_RUNS,
    );
  });

  test("one manual edit is found, reported exactly, and undone", () => {
    fc.assert(
      fc.property(
        trigger.chain((declared) => fc.tuple(fc.constant(declared), editOf(declared))),
        habits,
        ([declared, edit], first) => {
          const before = liveOf(declared, first);
          const config = edit.path[0] as "action_config" | "schedule_config";
          const after = { ...before, [config]: laid(before[config], edit.path.slice(1), edit.value) };
          const state = stateOf(declared, before);

          const plan = planOwned(declared, appliedOf(state), after);
          expectEqual(
            plan.changes.map(({ path, cause }) => [path.join("."), cause]),
            [[edit.path.join("."), "live drifted"]],
          );
          expectEqual(plan.op, config === "schedule_config" ? "update" : "replace");
          if (plan.op === "update") {
            const key = edit.path[1]!;
            const usual = SCHEDULES[declared.trigger_type]?.keys?.[key]?.default;
            // A default is sent, too: if the API merges, leaving it out would undo nothing.
            const back = usual === undefined ? {} : { [key]: usual };
            expectEqual(plan.calls, [
              { op: "patch", body: { schedule_config: { ...back, ...declared.schedule_config } } },
            ]);
          }
          const read = readState(state, after, {});
          expectEqual(
            read.changes.map(({ path }) => path),
            [edit.path],
          );
          // The inputs are the live values; the state is what was applied, so that the cause stays known.
          expectEqual(planOwned(read.inputs, appliedOf(read.state), after).op, "none");
          expectEqual(text(read.state), text(state));
        },
      ),
      LAW_RUNS,
    );
  });
});

describe.each(Object.keys(ACTIONS))("any sequence of manual edits of %s", (action) => {
  const trigger = fc.oneof(...schedules.map((schedule) => triggerOf(action, schedule)));
  const hands = trigger.chain((declared) =>
    fc.record({
      declared: fc.constant(declared),
      edits: fc.array(editOf(declared), { maxLength: 4 }),
      description: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
      status: fc.constantFrom("active" as const, "paused" as const),
    }),
  );

  test("is reported per field, and undone in one run with as few requests as possible", () => {
    fc.assert(
      fc.property(hands, habits, ({ declared, edits, description, status }, first) => {
        const before = liveOf(declared, first);
        const after = { ...before, status };
        if (description !== undefined) after.description = description;
        for (const { path, value } of edits) {
          const config = path[0] as "action_config" | "schedule_config";
          after[config] = laid(after[config], path.slice(1), value);
        }
        const last = new Map(edits.map((edit) => [edit.path.join("."), edit]));
        const expected = [...last.values()]
          .filter(({ path, value, key }) => !saysTheSame(value, at(declared, path), key))
          .map(({ path }) => path.join("."));
        if ((after.description || undefined) !== (declared.description || undefined))
          expected.push("description");
        const enforced = declared.status !== undefined && declared.status !== status;

        const plan = planOwned(declared, appliedOf(stateOf(declared, before)), after);
        const named = plan.changes.map(({ path }) => path.join("."));
        const replaced = expected.some((path) => path.startsWith("action_config"));
        // A replacement is created with its status: that needs no request, but is shown.
        expectEqual(named.sort(), [...expected, ...(enforced ? ["status"] : [])].sort());
        expectEqual(
          plan.changes.every(({ cause }) => cause === "live drifted"),
          true,
        );
        const fewest = replaced ? 1 : Number(expected.length > 0) + Number(enforced);
        expectEqual(plan.calls.length, fewest);
      }),
      LAW_RUNS,
    );
  });
});

const at = (declared: DesiredTrigger, path: readonly string[]): Json | undefined => {
  let value: Json | undefined = declared as unknown as JsonObject;
  for (const step of path) value = (value as JsonObject | undefined)?.[step];
  return value;
};

interface Edit {
  path: string[];
  key: Key;
  /** undefined: removed. */
  value: Json | undefined;
}

/** All edits of a known key, at any depth, that change the trigger's meaning. */
function editOf(declared: DesiredTrigger): fc.Arbitrary<Edit> {
  const edits = [
    ...editsOf(ACTIONS[declared.action_type]!.keys ?? {}, declared.action_config, ["action_config"]),
    ...editsOf(SCHEDULES[declared.trigger_type]!.keys ?? {}, declared.schedule_config, ["schedule_config"]),
  ];
  return fc.oneof(...edits);
}

function editsOf(keys: Keys, config: JsonObject, at: string[]): fc.Arbitrary<Edit>[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const path = [...at, name];
    const declared = config[name];
    if (key.keys && declared !== undefined) return editsOf(key.keys, declared as JsonObject, path);
    const value = key.required ? anyValue(key) : fc.option(anyValue(key), { nil: undefined });
    return [
      value
        .filter((given) => !saysTheSame(given, declared, key))
        .map((given) => ({ path, key, value: given })),
    ];
  });
}

/** Empty equals absent, and absent equals the default. Written independently of the code under test. */
function saysTheSame(a: Json | undefined, b: Json | undefined, key: Key): boolean {
  const full = (value: Json | undefined): Json | undefined => {
    const empty =
      value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
    const nested = key.keys && !empty ? Object.entries(value as JsonObject) : [];
    const silent =
      nested.length > 0 && nested.every(([name, inner]) => saysTheSame(inner, undefined, key.keys![name]!));
    return empty || silent ? key.default : value;
  };
  return sameMeaning(full(a), full(b), key);
}

function laid(config: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [name, ...below] = path;
  const { [name!]: old, ...rest } = config;
  if (below.length > 0) return { ...rest, [name!]: laid(old as JsonObject, below, value) };
  return value === undefined ? rest : { ...rest, [name!]: value };
}

test("canonical is idempotent, for the values of every key", () => {
  const keys = [ACTIONS, SCHEDULES].flatMap((table) =>
    Object.values(table).flatMap(({ keys }) => Object.values(keys ?? {})),
  );
  const pair = fc.oneof(...keys.map((key) => anyValue(key).map((value) => ({ key, value }))));
  fc.assert(
    fc.property(pair, ({ key, value }) => {
      const once = canonical(value, key);
      expectEqual(text(canonical(once, key)), text(once));
      expectEqual(sameMeaning(value, once, key), true);
    }),
    { numRuns: LAW_RUNS.numRuns * 5 },
  );
});

test("canonicalCron is idempotent, even for invalid cron expressions", () => {
  const noise = fc
    .array(fc.constantFrom(..."0157*/,-?#LHh ", " ", " "), { maxLength: 14 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(noise, (expression) => {
      const once = canonicalCron(expression);
      expectEqual(canonicalCron(once), once);
    }),
    { numRuns: LAW_RUNS.numRuns * 10 },
  );
});
