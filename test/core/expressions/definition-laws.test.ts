import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { dump } from "js-yaml";
import { fill } from "../../../provider/core/expressions/expressions";
import { resolve } from "../../../provider/core/expressions/references";
import type { Issue } from "../../../provider/core/issues/issue";
import { ACTIONS } from "../../../provider/core/schema/actions";
import { SCHEDULES } from "../../../provider/core/schema/schedules";
import { RUNS, triggerOf } from "../arbitraries";
import { BROKEN, brokenTrigger } from "../broken";
import { expectEqual } from "../equal";
import { nightly, setOf, triggersOf } from "../files";

const pairs = Object.keys(ACTIONS).flatMap((action) =>
  Object.keys(SCHEDULES).map((schedule) => triggerOf(action, schedule)),
);
/** Any valid trigger without text that would be an expression. */
const anyTrigger = fc.oneof(...pairs).filter((trigger) => !JSON.stringify(trigger).includes("${"));

const inside = ({ issues }: { issues: readonly Issue[] }, texts: Record<string, string>): void => {
  for (const { at } of issues) {
    if (!at) continue;
    const line = texts[at.file]!.replace(/^\uFEFF/, "").split("\n")[at.line - 1];
    expect(line?.replace(/\r$/, "")).toBe(at.text);
    expect(at.column - 1 + at.length).toBeLessThanOrEqual(Math.max(at.text.length, at.column));
  }
};

describe("definitions", () => {
  test("what is written to a file is what is read from it, in YAML and in JSON", () => {
    fc.assert(
      fc.property(anyTrigger, fc.boolean(), (trigger, json) => {
        const { name, namespace: _, ...body } = trigger;
        const file = { triggers: { [name]: body } };
        const text = json ? JSON.stringify(file) : dump(file);
        // As it is sent: JSON has one zero, YAML has two.
        const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
        expectEqual(sent(triggersOf({ definitions: text })), { [name]: sent({ ...body, name }) });
      }),
      RUNS,
    );
  });

  test("a set with an empty environment is the set itself", () => {
    fc.assert(
      fc.property(anyTrigger, ({ name, namespace: _, ...body }) => {
        const definitions = dump({ triggers: { [name]: body } });
        expectEqual(triggersOf({ definitions, environment: "{}" }), triggersOf({ definitions }));
      }),
      RUNS,
    );
  });

  test("overriding a trigger with its own values changes nothing", () => {
    fc.assert(
      fc.property(anyTrigger, ({ name, namespace: _, ...body }) => {
        const definitions = dump({ triggers: { [name]: body } });
        expectEqual(
          triggersOf({ definitions, environment: dump({ overrides: { [name]: body } }) }),
          triggersOf({ definitions }),
        );
      }),
      RUNS,
    );
  });

  test("filling in twice equals filling in once, and what has no expression stays the same object", () => {
    const scope = {
      variable: (name: string) => (name === "a" ? { value: "x ${cluster:b}" } : undefined),
      env: () => ({ value: "${literal}", secret: true }),
    };
    const text = fc.array(
      fc.constantFrom("${var.a}", "${var.open}", "${cluster:b}", "$${", "$", "{", "}", " t "),
    );
    const value = fc.array(text.map((parts) => parts.join("")));
    fc.assert(
      fc.property(value, (texts) => {
        const once = fill(texts, scope, { issue: () => {} });
        expectEqual(fill(once, scope, { issue: () => {} }), once);
        const plain = texts.filter((each) => !each.includes("${"));
        expect(fill(plain, scope, { issue: () => {} })).toBe(plain);
      }),
      RUNS,
    );
  });

  test("resolving leaves no reference, and resolving again changes nothing", () => {
    const reference = fc.constantFrom(
      "${cluster:a}",
      "${collection:b c}",
      "x ${bucket:d} y",
      "plain",
      "$${escaped}",
    );
    fc.assert(
      fc.property(fc.array(reference), (values) => {
        const config = { cluster_id: "clust_1", filters: { AND: values.map((each) => ({ value: each })) } };
        const trigger = {
          ...triggersOf({ definitions: nightly() })["nightly"],
          action_config: config,
        } as never;
        const { trigger: resolved, missing } = resolve(trigger, ({ kind, name }) => `${kind}_${name.length}`);
        expectEqual(missing, []);
        expect(JSON.stringify(resolved.action_config)).not.toMatch(/\$\{(cluster|collection|bucket)/);
      }),
      RUNS,
    );
  });
});

describe("whatever a file holds", () => {
  test("every error of a trigger alone is also found in a file, at an existing place", () => {
    for (const [code, , change] of BROKEN) {
      const { name, namespace, ...body } = brokenTrigger(change) as Record<string, unknown>;
      // A name and a namespace are elsewhere in a file.
      if (name !== "nightly" || namespace !== "prod") continue;
      const text = JSON.stringify({ triggers: { nightly: body } }, undefined, 2);
      const set = setOf({ definitions: text });
      expect([code, set.issues.map((issue) => issue.code)]).toEqual([code, expect.arrayContaining([code])]);
      inside(set, { "a.yaml": text });
    }
  });

  test("reading never throws, and every place is inside the text", () => {
    const sound = nightly('description: "${var.x}"', "status: paused");
    const bits = fc.constantFrom(
      "\n",
      "\t",
      " ",
      "*",
      "&a",
      "<<: *a",
      "}",
      "{",
      "[",
      "]",
      ": ",
      "- ",
      '"',
      "'",
      "|",
      "${",
      "}",
      "#",
      "!",
      "\u0000",
      "é",
      "😀",
      "triggers:",
      "defaults:",
      "__proto__: 1",
      "...",
      "---",
    );
    const damage = fc.array(fc.tuple(fc.nat(sound.length), fc.nat(5), bits), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, damage, (inDefinitions, inEnvironment) => {
        const harm = (text: string, all: typeof inDefinitions): string =>
          all.reduce((now, [at, cut, bit]) => now.slice(0, at) + bit + now.slice(at + cut), text);
        const definitions = harm(sound, inDefinitions);
        const environment = harm(
          "variables: { x: 1 }\noverrides: { nightly: { status: active } }\nexclude: [x]\n",
          inEnvironment,
        );
        inside(setOf({ definitions, environment }), { "a.yaml": definitions, "prod.yaml": environment });
      }),
      { numRuns: 400 },
    );
  });
});
