import { describe, expect, test } from "@jest/globals";
import { ACTIONS } from "../../provider/core/schema/actions";
import type { Key, Keys } from "../../provider/core/schema/config-keys";
import { DECLARED_FIELDS, FIELDS, type Field } from "../../provider/core/schema/field-rules";
import {
  DEFAULTS,
  DEFINITION,
  DEFINITIONS_FILE,
  ENVIRONMENT,
  TRIGGER_OPTIONS,
} from "../../provider/core/schema/file-keys";
import { SCHEDULES } from "../../provider/core/schema/schedules";
import { ajv, schema } from "./schema";

interface Described {
  description: string;
  default?: unknown;
  examples?: unknown[];
  required?: string[];
  properties: Record<string, Described>;
}

const TABLES = [
  ["action_config", ACTIONS],
  ["schedule_config", SCHEDULES],
] as const;

/** An editor shows these unchanged, but a list of maps only as text. */
function expectKey(own: Described | undefined, key: Key | Field): void {
  expect(own?.description).toContain(key.doc);
  expect(own?.default).toEqual(key.default);
  const spoken = !own?.examples && key.example !== undefined;
  if (spoken) expect(own?.description).toContain(JSON.stringify(key.example));
  else expect(own?.examples).toEqual(key.example === undefined ? undefined : [key.example]);
}

function expectKeys(own: Described, keys: Keys): void {
  expect(Object.keys(own.properties)).toEqual(Object.keys(keys));
  expect(own.required).toEqual(Object.keys(keys).filter((name) => keys[name]!.required));
  for (const [name, key] of Object.entries(keys)) {
    expectKey(own.properties[name], key);
    if (key.keys) expectKeys(own.properties[name]!, key.keys);
  }
}

describe("contains documentation, defaults and examples for", () => {
  test("every field of a trigger, and the keys that only a definition has", () => {
    const { properties } = schema.$defs.trigger;
    expect(Object.keys(properties)).toEqual([...DECLARED_FIELDS, ...Object.keys(DEFINITION)]);
    for (const name of DECLARED_FIELDS) expectKey(properties[name], FIELDS[name]);
    for (const [name, key] of Object.entries(DEFINITION)) expectKey(properties[name], key);
  });

  test.each(TABLES.flatMap(([config, table]) => Object.keys(table).map((type) => [config, type] as const)))(
    "every key of %s for %s",
    (config, type) => {
      const entry = TABLES.find(([name]) => name === config)![1][type]!;
      const own = schema.$defs[`${config}.${type}`];
      expect(own.description).toContain(entry.doc);
      if (entry.keys) expectKeys(own, entry.keys);
    },
  );

  test("every key of a definitions file", () => {
    expectKeys(schema.$defs.definitions, {
      ...DEFINITIONS_FILE,
      defaults: { ...DEFINITIONS_FILE["defaults"]!, keys: DEFAULTS },
    });
  });

  test("every key of an environment", () => expectKeys(schema.$defs.environment, ENVIRONMENT));

  test("every field of an override, none of them required", () => {
    const { properties, required } = schema.$defs.override;
    expect(Object.keys(properties)).toEqual([...DECLARED_FIELDS, ...Object.keys(TRIGGER_OPTIONS)]);
    expect(required).toBeUndefined();
    for (const name of DECLARED_FIELDS) expectKey(properties[name], FIELDS[name]);
  });

  test.each(TABLES)(
    "every key of every type in the %s of an override, with the type's name",
    (config, table) => {
      const own: Described = schema.$defs[`override.${config}`];
      const names = new Set(Object.values(table).flatMap(({ keys = {} }) => Object.keys(keys)));
      expect(Object.keys(own.properties).sort()).toEqual([...names].sort());
      for (const [type, { keys = {} }] of Object.entries(table)) {
        for (const [name, { doc }] of Object.entries(keys)) {
          const { description } = own.properties[name]!;
          expect(description).toContain(doc);
          expect(description.slice(0, description.indexOf(doc))).toContain(`\`${type}\``);
        }
      }
    },
  );

  test("no key that exists only internally", () => {
    const internal = Object.keys(FIELDS).filter((name) => !(DECLARED_FIELDS as string[]).includes(name));
    expect(internal).not.toEqual([]);
    for (const name of internal) expect(JSON.stringify(schema)).not.toContain(`"${name}"`);
  });
});

test("each example in the schema is valid at its place", () => {
  const found: [where: string, own: Described, example: unknown][] = [];
  const visit = (own: Partial<Described>, where: string): void => {
    for (const [name, inner] of Object.entries(own.properties ?? {})) {
      for (const example of inner.examples ?? []) found.push([`${where}.${name}`, inner, example]);
      visit(inner, `${where}.${name}`);
    }
  };
  for (const [name, own] of Object.entries<Described>(schema.$defs)) visit(own, name);
  const places = new Set(found.map(([where]) => where.split(".")[0]));
  expect([...places].sort()).toEqual([
    "action_config",
    "beginning",
    "definitions",
    "environment",
    "override",
    "quiet",
    "schedule_config",
    "trigger",
  ]);
  for (const [where, own, example] of found) {
    const check = ajv.compile({ ...own, $defs: schema.$defs });
    expect([where, check(example), check.errors]).toEqual([where, true, null]);
  }
});
