// schema.json: what an editor checks a definitions file against.
import { jsonSchema } from "./table.mjs";

export const SCHEMA_FILE = "schema.json";

/** Draft-07, since every editor's YAML support reads it. */
const DIALECT = "http://json-schema.org/draft-07/schema#";
const ID = "https://unpkg.com/pulumi-mixpeek/schema.json";

const REFERENCE = { $ref: "#/$defs/reference" };
const PATTERNS = { cron: "^\\s*\\S+(\\s+\\S+){4}\\s*$", zone: "^[A-Za-z][A-Za-z0-9_+/-]*$" };

export function schemaText({ FIELDS, VARIANTS }) {
  const defs = {};
  const decided = new Set(VARIANTS.map(({ config }) => config));
  const properties = Object.fromEntries(
    Object.entries(FIELDS).map(([name, field]) => [
      name,
      decided.has(name) ? { ...doc(field), type: "object" } : value(field),
    ]),
  );
  const strict = VARIANTS.flatMap((variant) => branches(variant, defs));
  defs.trigger = {
    description: "What runs (action) and when it runs (schedule).",
    type: "object",
    properties: { ...properties, ...looseTypes(VARIANTS, FIELDS) },
    required: requiredOf(FIELDS),
    additionalProperties: false,
    if: { properties: { allow_unknown: { type: "array", minItems: 1 } }, required: ["allow_unknown"] },
    // What a newer API knows, this schema cannot check: `mixpeek-triggers` still does, key by key.
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
    then: {},
    else: { allOf: strict },
  };
  defs.reference = {
    description: `A variable or reference that stands for the whole value, such as \${var.threshold}.`,
    type: "string",
    pattern: "^\\$\\{[^}]+\\}$",
  };
  defs.interpolated = {
    description: `Text with a variable or reference in it, such as \${var.minute} 2 * * *.`,
    type: "string",
    pattern: "\\$\\{[^}]+\\}",
  };
  const { pattern, minLength, maxLength } = jsonSchema(FIELDS.name.schema);
  const schema = {
    $schema: DIALECT,
    $id: ID,
    title: "Mixpeek trigger definitions",
    type: "object",
    properties: {
      triggers: {
        description: "The triggers by name: the key is the trigger's identity inside its namespace.",
        type: "object",
        propertyNames: { pattern, minLength, maxLength },
        additionalProperties: { $ref: "#/$defs/trigger" },
      },
    },
    required: ["triggers"],
    additionalProperties: false,
    $defs: defs,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Types are held to the known ones below, where `allow_unknown` can be seen. */
function looseTypes(variants, fields) {
  return Object.fromEntries(variants.map(({ type }) => [type, { ...doc(fields[type]), type: "string" }]));
}

/** The type is a known one, and each type decides the keys of its config. */
function branches({ type, config, table }, defs) {
  const types = Object.keys(table);
  const cases = types.map((name) => {
    const at = `${config}.${name}`;
    defs[at] = configOf(table[name]);
    return {
      if: { properties: { [type]: { const: name } }, required: [type] },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
      then: { properties: { [config]: { $ref: `#/$defs/${at}` } } },
    };
  });
  return [{ properties: { [type]: { anyOf: [{ enum: types }, REFERENCE] } } }, ...cases];
}

function configOf(entry) {
  const description = [entry.doc, ...(entry.rules ?? []).map((rule) => rule.doc)].join(" ");
  if (!entry.keys) return { description, type: "object" };
  const closed = objectOf(entry.keys);
  const open = openWhen(entry);
  if (!open) return { description, ...closed };
  const { additionalProperties: _, ...rest } = closed;
  return { description, ...rest, if: open, else: { propertyNames: { enum: Object.keys(entry.keys) } } };
}

/** `open` is code; asked with each value of each choice, it tells when keys outside the table pass. */
function openWhen({ open, keys }) {
  if (!open) return undefined;
  for (const [name, key] of Object.entries(keys)) {
    const values = (jsonSchema(key.schema).enum ?? []).filter((value) => open({ [name]: value }));
    if (values.length > 0) return { properties: { [name]: { enum: values } }, required: [name] };
  }
  throw new Error(
    "schema.json cannot say when a config with `open` is open: no choice among its keys decides it.",
  );
}

function objectOf(keys) {
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, value(key)])),
    required: requiredOf(keys),
    additionalProperties: false,
  };
}

const requiredOf = (keys) => Object.keys(keys).filter((name) => keys[name].required);

/** A value as declared, a `${…}` that stands for it, or, where the key is optional, null. */
function value(key) {
  const schema = key.keys ? objectOf(key.keys) : jsonSchema(key.schema);
  const pattern = PATTERNS[key.meaning];
  const plain = schema.type === "string" && !schema.enum && !schema.pattern && !pattern;
  const choices = [
    ...(schema.anyOf ?? [pattern ? { ...schema, pattern } : schema]),
    ...(plain ? [] : [pattern ? { $ref: "#/$defs/interpolated" } : REFERENCE]),
    ...(key.required ? [] : [{ type: "null" }]),
  ];
  return { ...doc(key), ...(choices.length === 1 ? choices[0] : { anyOf: choices }) };
}

function doc(key) {
  return {
    description: key.since ? `${key.doc} Since ${key.since}.` : key.doc,
    ...(key.default === undefined ? {} : { default: key.default }),
    ...(key.example === undefined ? {} : { examples: [key.example] }),
  };
}
