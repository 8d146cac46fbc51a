// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what definitions write
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import Ajv, { type ErrorObject } from "ajv";
import fc from "fast-check";
import { ACTIONS } from "../../provider/core/actions";
import type { Key, Keys } from "../../provider/core/fields";
import type { IssueCode } from "../../provider/core/issue";
import { SCHEDULES } from "../../provider/core/schedules";
import { FIELDS } from "../../provider/core/trigger";
import { RUNS, triggerOf } from "../core/arbitraries";
import { BROKEN, brokenTrigger, cluster, cron, enrich, interval, when } from "../core/broken";
import { ACTION_CONFIGS, canary, desired, SCHEDULE_CONFIGS } from "../core/samples";

const schema = JSON.parse(readFileSync(resolve(__dirname, "../../schema.json"), "utf8"));
const check = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  schema,
);

/** Where the schema refuses a trigger: dotted paths below it. */
function refusals(trigger: unknown): string[] {
  // Through JSON as an editor reads it, so that undefined keys are absent.
  const file = JSON.parse(JSON.stringify({ triggers: { nightly: trigger } }));
  return check(file) ? [] : [...new Set((check.errors ?? []).map(place))];
}

function place({ instancePath, params }: ErrorObject): string {
  const key = params["additionalProperty"] ?? params["missingProperty"] ?? params["propertyName"];
  const steps = instancePath.split("/").slice(3);
  return [...steps, ...(key === undefined ? [] : [key])].join(".");
}

describe("accepts", () => {
  const types = Object.keys(ACTIONS).flatMap((action) =>
    Object.keys(SCHEDULES).map((schedule) => [action, schedule] as const),
  );

  test.each(types)("%s with %s", (action_type, trigger_type) => {
    const action_config = ACTION_CONFIGS[action_type]!;
    const schedule_config = SCHEDULE_CONFIGS[trigger_type]!;
    expect(refusals(desired({ action_type, action_config, trigger_type, schedule_config }))).toEqual([]);
  });

  test.each(Object.keys(ACTIONS))("whatever validation accepts: %s", (action) => {
    const trigger = fc.oneof(...Object.keys(SCHEDULES).map((schedule) => triggerOf(action, schedule)));
    fc.assert(
      fc.property(trigger, (declared) => expect(refusals(declared)).toEqual([])),
      RUNS,
    );
  });

  test.each<[string, object]>([
    ["a definition as short as it gets", { name: undefined, namespace: undefined }],
    [
      "null for what is optional",
      { description: null, status: null, ...cluster({ filters: null, mode: null }) },
    ],
    [
      "a reference for an id",
      cluster({ cluster_id: "${cluster:products}", output_collection_ids: ["${collection:a}"] }),
    ],
    ["a variable for a number", enrich({ batch_size: "${var.batch}", incremental: "${var.incremental}" })],
    ["a variable for a choice", { status: "${var.status}", ...cluster({ mode: "${env:MODE}" }) }],
    [
      "a variable for a map or list",
      cluster({ filters: "${var.filters}", output_collection_ids: "${var.ids}" }),
    ],
    [
      "a variable in a cron expression",
      cron({ cron_expression: "${var.minute} 2 * * *", timezone: "${var.zone}" }),
    ],
    ["a variable for a cron expression", cron({ cron_expression: "${var.cron}" })],
    [
      "a key named in allow_unknown",
      { allow_unknown: ["action_config.new_key"], ...cluster({ new_key: 1 }) },
    ],
    [
      "a type named in allow_unknown",
      { allow_unknown: ["trigger_type"], trigger_type: "lunar", schedule_config: { moon: 1 } },
    ],
    ["any key of an open condition", when({ condition_type: "volume", documents: 5 })],
  ])("%s", (_, change) => expect(refusals({ ...desired(), ...change })).toEqual([]));
});

describe("refuses", () => {
  /** What JSON Schema cannot say: what a field means, and what holds between two of them. */
  const cannotSay: IssueCode[] = ["CRON_INVALID", "ZONE_UNKNOWN", "ZONE_SPELLING", "RULE_BROKEN"];
  const said = BROKEN.filter(([code]) => !cannotSay.includes(code));
  const unsaid = BROKEN.filter(([code]) => cannotSay.includes(code));

  test.each(said)("%s at %s, where validation does", (_, path, change) => {
    expect(refusals(brokenTrigger(change))).toContain(path);
  });

  test.each(unsaid)("not %s at %s", (_, _path, change) =>
    expect(refusals(brokenTrigger(change))).toEqual([]),
  );

  test.each<[string, object, string]>([
    ["an offset for a zone", cron({ timezone: "+05:30" }), "schedule_config.timezone"],
    [
      "text around a variable for a number",
      interval({ interval_seconds: "${var.n} s" }),
      "schedule_config.interval_seconds",
    ],
    [
      "an unknown key beside a closed condition",
      when({ condition_type: "drift", documents: 5 }),
      "schedule_config.documents",
    ],
    [
      "an empty allow_unknown as no hatch",
      { allow_unknown: [], ...cluster({ new_key: 1 }) },
      "action_config.new_key",
    ],
    ["a field of ours behind the hatch", { allow_unknown: ["status"], status: "frozen" }, "status"],
    [
      "a nested key",
      canary({ notification_config: { notify: "always" } }),
      "action_config.notification_config.notify",
    ],
  ])("%s", (_, change, path) => expect(refusals({ ...desired(), ...change })).toContain(path));

  test.each<[string, unknown]>([
    ["no triggers", {}],
    ["a list of triggers", { triggers: [desired()] }],
    ["another top-level key", { triggers: {}, trigger: {} }],
    ["a name of no characters", { triggers: { "": desired() } }],
    ["a name with control characters", { triggers: { "a\nb": desired() } }],
    ["a name too long", { triggers: { ["x".repeat(256)]: desired() } }],
  ])("a file with %s", (_, file) => expect(check(file)).toBe(false));
});

describe("describes", () => {
  test("every field, key and type of the table, with its default and example", () => {
    expect(Object.keys(schema.$defs.trigger.properties)).toEqual(Object.keys(FIELDS));
    for (const [config, table] of [
      ["action_config", ACTIONS],
      ["schedule_config", SCHEDULES],
    ] as const) {
      for (const [type, entry] of Object.entries(table)) {
        const own = schema.$defs[`${config}.${type}`];
        expect(own.description).toContain(entry.doc);
        if (entry.keys) expectDescribed(own, entry.keys);
      }
    }
  });

  interface Described {
    description: string;
    default?: unknown;
    examples?: unknown[];
    required?: string[];
    properties?: Record<string, Described>;
    anyOf?: Described[];
  }

  function expectDescribed(own: Described, keys: Keys): void {
    expect(Object.keys(own.properties!)).toEqual(Object.keys(keys));
    expect(own.required).toEqual(Object.keys(keys).filter((name) => keys[name]!.required));
    for (const [name, key] of Object.entries(keys) as [string, Key][]) {
      const inner = own.properties![name]!;
      expect(inner.description).toContain(key.doc);
      expect(inner.default).toEqual(key.default);
      expect(inner.examples).toEqual(key.example === undefined ? undefined : [key.example]);
      if (key.keys) expectDescribed(inner.anyOf!.find((choice) => choice.properties)!, key.keys);
    }
  }

  test("each example is sound where it stands", () => {
    const examples = Object.values(
      schema.$defs as Record<string, { properties?: Record<string, Described> }>,
    ).flatMap(({ properties }) =>
      Object.values(properties ?? {}).flatMap((inner) =>
        (inner.examples ?? []).map((value) => [inner, value] as const),
      ),
    );
    expect(examples.length).toBeGreaterThan(10);
    for (const [inner, value] of examples) {
      const own = new Ajv({ strict: false }).compile({ ...inner, $defs: schema.$defs });
      expect([value, own(value)]).toEqual([value, true]);
    }
  });
});
