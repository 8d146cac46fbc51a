import { describe, expect, test } from "@jest/globals";
import type { Remembered } from "../../../provider/core/plan/plan-model";
import { writeKey, writesOf } from "../../../provider/core/plan/planned-writes";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { partOf, targeted } from "../../../provider/core/stack/plan-part";
import { plan, remember } from "../held";
import { desired, live } from "../samples";

const one = live({ name: "one" });
const old = live({ name: "old", trigger_id: "trg_old" });
const other = desired({ name: "other" });
const inState = (name: string, twin: LiveTrigger, more: Partial<Remembered> = {}): Remembered => ({
  ...remember(desired({ name }), twin),
  ...more,
});

describe("a target includes what cannot be left out", () => {
  const option = (name: string, replaces?: string) => ({
    resource: name,
    protect: false,
    ...(replaces === undefined ? {} : { replaces }),
  });
  test.each<[string, DesiredTrigger, Remembered[], string | undefined, string[]]>([
    [
      "the resource whose live trigger it adopts",
      desired({ name: "two", adopt: "trg_1" }),
      [inState("one", one)],
      undefined,
      ["two adopt", "one forget"],
    ],
    [
      "what an earlier run replaced under its former key",
      desired({ name: "two" }),
      [inState("one", one), inState("one", old, { replaced: true })],
      "one",
      ["two update", "one delete"],
    ],
  ])("%s, by either key", (_, wanted, remembered, replaces, included) => {
    const whole = plan([wanted, other], [one, old], remembered, {
      options: [option("two", replaces), option("other")],
    });
    for (const target of ["one", "two"]) {
      const part = targeted(whole, [target]);
      expect(part.triggers.map(({ resource, op }) => `${resource} ${op}`)).toEqual(included);
      expect(part.others?.map(({ resource }) => resource)).toEqual(["other"]);
    }
    expect(targeted(whole, ["other"]).triggers.map(({ resource }) => resource)).toEqual(["other"]);
  });
});

describe("what the provider knows of the triggers that a part of a plan leaves out", () => {
  const replaced = desired({ name: "one", action_config: { cluster_id: "clust_2" } });
  const whole = plan([replaced, desired({ name: "two" })], [one], [inState("one", one)]);
  const key = writeKey("prod", "one");

  test("they have no writes, and keep their live triggers", () => {
    const writes = writesOf(partOf(whole, ["two"]), JSON.stringify);
    expect(Object.keys(writes.calls)).toEqual([writeKey("prod", "two")]);
    expect(writes.deletes).toEqual([]);
    expect(writes.held).toEqual({ trg_1: { key, namespace: "prod", leaving: false } });
    expect(writesOf(whole, JSON.stringify).held).toMatchObject({ trg_1: { leaving: true } });
  });

  test("what one of them would adopt is not free for the others", () => {
    const adopts = plan([desired({ name: "one", adopt: "trg_1" }), desired({ name: "two" })], [one], []);
    expect(writesOf(partOf(adopts, ["two"]), JSON.stringify).adopted).toEqual({ trg_1: key });
  });

  test("a conflict about a live trigger that a target adopts does not hold it", () => {
    const wanted = [desired({ name: "one", description: "other" }), desired({ name: "two", adopt: "trg_1" })];
    const part = partOf(plan(wanted, [one], []), ["two"]);
    expect(part.others).toMatchObject([{ op: "conflict", triggerId: "trg_1" }]);
    expect(writesOf(part, JSON.stringify).held).toEqual({});
  });
});
