import {
  type Key,
  keysOf,
  type Model,
  modelOf,
  sampleModel,
  sampleOf,
  type Version,
  valuesOf,
} from "./table";

/** An object that is accepted, or rejected at a place (keys with dots) for a reason (a pydantic error type). */
export interface Case {
  what: string;
  value: Record<string, unknown>;
  refusal?: { at: string; type: string | undefined };
}

/** Pydantic's error type for a value of another type. */
const WRONG: Record<NonNullable<Key["type"]>, [unknown, string] | undefined> = {
  text: [5, "string_type"],
  integer: ["5", "int_type"],
  number: ["5", "float_type"],
  flag: ["true", "bool_type"],
  time: undefined,
  object: [[], "dict_type"],
  list: [{}, "list_type"],
  any: undefined,
};

/** All cases for a model in the table: each key present and absent, at and beyond its bounds, and of another type. */
export function casesOf(model: Model, version: Version): Case[] {
  const base = sampleModel(model, version);
  const keys = keysOf(model, version);
  const extra = { ...base, colour: "red" };
  return [
    { what: "the required keys", value: base },
    { what: "all keys", value: { ...base, ...sampleModel(model, version, "all") } },
    model.open
      ? { what: "a key that is not declared", value: extra }
      : {
          what: "a key that is not declared",
          value: extra,
          refusal: { at: "colour", type: "extra_forbidden" },
        },
    ...keys.flatMap(([name, key]) => keyCases(name, key, base, version)),
  ];
}

function keyCases(name: string, key: Key, base: Record<string, unknown>, version: Version): Case[] {
  const { [name]: _gone, ...without } = base;
  const set = (what: string, value: unknown, type?: string, place = name): Case => ({
    what: `${name}: ${what}`,
    value: { ...base, ...key.needs, [name]: value },
    ...(type === undefined ? {} : { refusal: { at: place, type } }),
  });
  const cases: Case[] = [set("a sample", sampleOf(name, key, version))];
  if (key.required) {
    cases.push({ what: `${name}: absent`, value: without, refusal: { at: name, type: "missing" } });
  }
  const values = valuesOf(key, version);
  const wrong = key.model ? WRONG.object : values ? ["no such value", "enum"] : WRONG[key.type ?? "any"];
  if (wrong) cases.push(set("another type", wrong[0], wrong[1] as string));
  cases.push(
    key.nullable
      ? set("null", null)
      : { ...set("null", null), refusal: { at: name, type: values ? "enum" : undefined } },
  );
  for (const value of values ?? []) cases.push(set(String(value), value));
  if (key.absentAs) cases.push(set("the text that means absent", key.absentAs));
  if (key.needs) {
    const alone = { ...base, [name]: sampleOf(name, key, version) };
    cases.push({
      what: `${name}: without what it needs`,
      value: alone,
      refusal: { at: "", type: "value_error" },
    });
  }
  return [...cases, ...boundCases(key, set), ...nestedCases(name, key, set, version)];
}

type Set = (what: string, value: unknown, type?: string, place?: string) => Case;

function boundCases({ min, max, minLength, minItems }: Key, set: Set): Case[] {
  const cases: Case[] = [];
  if (min !== undefined) cases.push(set("least", min), set("below", min - 1, "greater_than_equal"));
  if (max !== undefined) cases.push(set("most", max), set("above", max + 1, "less_than_equal"));
  if (minLength !== undefined) cases.push(set("empty", "", "string_too_short"));
  if (minItems !== undefined) cases.push(set("no items", [], "too_short"));
  return cases;
}

function nestedCases(name: string, key: Key, set: Set, version: Version): Case[] {
  const [item, wrap, place]: [Key, (value: unknown) => unknown, string] =
    key.type === "list"
      ? [key.items ?? { type: "any" }, (value) => [value], `${name}.0`]
      : [key, (value) => value, name];
  if (!item.model) {
    const wrong = key.type === "list" ? WRONG[item.type ?? "any"] : undefined;
    return wrong ? [set("an item of another type", wrap(wrong[0]), wrong[1], place)] : [];
  }
  return casesOf(modelOf(item.model), version).map(({ what, value, refusal }) => {
    const at = refusal === undefined ? "" : [place, refusal.at].filter(Boolean).join(".");
    const nested = set(what, wrap(value));
    return refusal === undefined ? nested : { ...nested, refusal: { at, type: refusal.type } };
  });
}
