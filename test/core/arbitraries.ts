import fc, { type Arbitrary } from "fast-check";
import { z } from "zod";
import { ACTIONS } from "../../provider/core/schema/actions";
import { breaks, type Config, type Key, type Keys } from "../../provider/core/schema/config-keys";
import type { DesiredTrigger, Json, JsonObject } from "../../provider/core/schema/model";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { schemaOf } from "../../provider/core/schema/zod-schemas";

/** How many runs each property test makes; `FC_RUNS` sets another number. */
export const RUNS = { numRuns: Number(process.env["FC_RUNS"] ?? 200) };
/** Runs of the property tests for plans, which users rely on at night. */
export const LAW_RUNS = { numRuns: Number(process.env["FC_RUNS"] ?? 1000) };

/** Text with characters that break quoting, escaping and sorting. */
const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
  fc.constantFrom("__proto__", "constructor", "0", "é", "true", "a.b"),
);

/** Null as a value means an absent key, except in the user's own data, so that only lists contain nulls. */
const json: Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3, depthSize: "small" })
  .filter((value) => value !== null)
  .map((value) => withoutNullKeys(value as Json));

/** The user's own data, in which a null is a value. */
const data = fc.dictionary(word, fc.jsonValue({ maxDepth: 3, depthSize: "small" }), {
  maxKeys: 4,
}) as Arbitrary<JsonObject>;

const object: Arbitrary<JsonObject> = fc.dictionary(word, json, { maxKeys: 4 }) as Arbitrary<JsonObject>;

const { filters } = fc.letrec<{ filters: JsonObject; condition: JsonObject }>((tie) => ({
  condition: fc.record({
    field: word,
    operator: fc.constantFrom("eq", "in", "gt"),
    value: fc.oneof(
      fc.integer(),
      word,
      fc.constant(null),
      fc.array(word, { maxLength: 3 }),
    ) as Arbitrary<Json>,
  }),
  filters: fc
    .tuple(
      fc.constantFrom("AND", "OR", "NOT"),
      fc.array(fc.oneof({ depthSize: "small" }, tie("condition"), tie("filters")), { maxLength: 3 }),
    )
    .map(([operator, conditions]) => ({ [operator]: conditions })),
}));

const part = (min: number, max: number): Arbitrary<string> => {
  const number = fc.integer({ min, max });
  return fc.oneof(
    fc.constant("*"),
    number.map(String),
    fc.uniqueArray(number, { minLength: 1, maxLength: 4 }).map((list) => list.join(",")),
    fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.integer({ min: 1, max }).map((step) => `*/${step}`),
  );
};

export const cron: Arbitrary<string> = fc
  .tuple(part(0, 59), part(0, 23), part(1, 28), part(1, 12), part(0, 6))
  .map((fields) => fields.join(" "));

/** Pairs of zones with the same meaning. */
export const ZONES = [
  ["UTC", "Etc/UTC"],
  ["America/New_York", "US/Eastern"],
  ["Asia/Kolkata", "Asia/Calcutta"],
  ["Europe/Paris", "Europe/Paris"],
] as const;

/** Cached, because a property test uses a key's values in every run. */
const builtValues = new Map<Key, Arbitrary<Json>>();

/** All valid values of a key. */
export function anyValue(key: Key): Arbitrary<Json> {
  const built = builtValues.get(key) ?? valuesOf(key);
  builtValues.set(key, built);
  return built;
}

/** Derived from the key's schema, so that a new key needs no change here. */
function valuesOf(key: Key): Arbitrary<Json> {
  if (key.keys) return configOf({ doc: key.doc, keys: key.keys });
  if (key.meaning === "cron") return cron;
  if (key.meaning === "zone") return fc.constantFrom(...ZONES.flat());
  if (key.meaning === "filters") return filters!;
  if (key.meaning === "data") return data;
  return fromSchema(z.toJSONSchema(schemaOf(key.type), { io: "input" }) as Schema);
}

interface Schema {
  type?: string;
  enum?: Json[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

function fromSchema(schema: Schema): Arbitrary<Json> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  // A nullable key is generated as absent instead.
  if (schema.anyOf)
    return fc.oneof(...schema.anyOf.filter(({ type }) => type !== "null").map((each) => fromSchema(each)));
  const min = schema.minimum ?? 0;
  switch (schema.type) {
    case "string":
      return word;
    case "boolean":
      return fc.boolean();
    case "integer":
      return edges(
        min,
        schema.maximum ?? 1e9,
        fc.integer({ min, max: Math.min(schema.maximum ?? 1e9, 1e9) }),
      );
    case "number":
      return edges(min, schema.maximum ?? 1e9, fc.double({ min, max: schema.maximum ?? 1e9, noNaN: true }));
    case "array":
      return fc.array(fromSchema(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case "object":
      if (!schema.properties) return object;
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties).map(([name, inner]) => [name, fromSchema(inner)]),
        ),
        { requiredKeys: schema.required ?? [] },
      ) as Arbitrary<JsonObject>;
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

const edges = (min: number, max: number, between: Arbitrary<number>): Arbitrary<number> =>
  fc.oneof(fc.constantFrom(min, max), between);

export function configOf(entry: Config): Arbitrary<JsonObject> {
  if (!entry.keys) return object;
  const keys = Object.entries(entry.keys);
  const values = fc.record(Object.fromEntries(keys.map(([name, key]) => [name, anyValue(key)])), {
    requiredKeys: keys.filter(([, key]) => key.required).map(([name]) => name),
  }) as Arbitrary<JsonObject>;
  return values.filter(
    (config) =>
      !(entry.rules ?? []).some((rule) => rule.warning === undefined && rule.check(config)) &&
      !(entry.bounds ?? []).some((bound) => breaks(bound, config)),
  );
}

/** All valid triggers with one action_type and one trigger_type. */
export function triggerOf(action: string, schedule: string): Arbitrary<DesiredTrigger> {
  return fc.record(
    {
      name: fc.constant("nightly"),
      namespace: fc.constant("prod"),
      description: fc.oneof(word, fc.constant("")),
      action_type: fc.constant(action),
      action_config: configOf(ACTIONS[action]!),
      trigger_type: fc.constant(schedule),
      schedule_config: configOf(SCHEDULES[schedule]!),
      status: fc.constantFrom("active" as const, "paused" as const),
    },
    {
      requiredKeys: ["name", "namespace", "action_type", "action_config", "trigger_type", "schedule_config"],
    },
  ) as Arbitrary<DesiredTrigger>;
}

/** What a service may do to a config when it stores it. */
export interface Habits {
  defaults: boolean;
  reordered: boolean;
  added: boolean;
  nulls: boolean;
  respelled: boolean;
}

export const habits: Arbitrary<Habits> = fc.record({
  defaults: fc.boolean(),
  reordered: fc.boolean(),
  added: fc.boolean(),
  nulls: fc.boolean(),
  respelled: fc.boolean(),
});

/** A config as such a service returns it: other text, the same meaning. */
export function stored(config: JsonObject, keys: Keys | undefined, habits: Habits): JsonObject {
  const entries = new Map<string, Json>(Object.entries(config));
  for (const [name, key] of Object.entries(keys ?? {})) {
    const value = entries.get(name);
    if (value === undefined && habits.defaults && key.default !== undefined) entries.set(name, key.default);
    else if (value === undefined && habits.nulls) entries.set(name, null);
    else if (value !== undefined) entries.set(name, storedValue(value, key, habits));
  }
  if (habits.added) entries.set("added_by_a_newer_service", { any: ["thing"] });
  const list = [...entries];
  return Object.fromEntries(habits.reordered ? list.reverse() : list);
}

function storedValue(value: Json, key: Key, habits: Habits): Json {
  if (key.keys) return stored(value as JsonObject, key.keys, habits);
  if (!habits.respelled) return value;
  if (key.meaning === "cron") return (value as string).replaceAll(/\b\d\b/g, "0$&");
  if (key.meaning === "zone") return ZONES.find((pair) => pair.some((zone) => zone === value))![1];
  if (key.meaning === "set") return [...(value as Json[]), ...(value as Json[])].reverse();
  if (key.meaning === "filters") return turned(value);
  return key.ts === "number" ? String(value) : value;
}

/** Reverses the conditions of every AND, OR and NOT. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      Array.isArray(inner) && /^(AND|OR|NOT)$/.test(name) ? inner.map(turned).reverse() : turned(inner),
    ]),
  );
}

function withoutNullKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNullKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, withoutNullKeys(inner)]),
  );
}
