// Writes schema.json, with which editors check definitions files and environment files.
import { environmentDefs } from "./environment-schema.mjs";
import {
  doc,
  EXPRESSIONS,
  FREE_KEYS,
  HATCH,
  objectOf,
  openWhen,
  ref,
  requiredOf,
  takesExpression,
  united,
  unless,
} from "./schema-values.mjs";
import { jsonSchema, rulesOf } from "./table.mjs";

export const SCHEMA_FILE = "schema.json";

/** Draft-07, because the YAML support of every editor can read it. */
const DIALECT = "http://json-schema.org/draft-07/schema#";
const ID = "https://unpkg.com/pulumi-mixpeek/schema.json";

const TITLE = "Mixpeek triggers";

export function schemaText(core) {
  const $defs = {
    definitions: definitionsOf(core),
    ...environmentDefs(core),
    trigger: triggerOf(core),
    ...Object.fromEntries(core.VARIANTS.flatMap(configDefs)),
    ...EXPRESSIONS,
  };
  const { definitions, environment } = $defs;
  $defs.beginning = {
    title: TITLE,
    description: "A file of trigger definitions (`triggers`), or an environment.",
    type: "object",
    properties: { ...definitions.properties, ...environment.properties },
    patternProperties: definitions.patternProperties,
    additionalProperties: false,
  };
  const schema = {
    $schema: DIALECT,
    $id: ID,
    title: TITLE,
    description: "A file of trigger definitions, or an environment to apply them to.",
    allOf: [
      unless(hasOne(definitions), {
        // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
        then: { allOf: [unless(hasOne(environment), { then: ref("beginning"), else: ref("environment") })] },
        else: ref("definitions"),
      }),
    ],
    $defs,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

const hasOne = ({ properties }) => ({
  type: "object",
  anyOf: Object.keys(properties).map((name) => ({ required: [name] })),
});

function definitionsOf(core) {
  const { DEFINITIONS_FILE, DEFAULTS, FIELDS } = core;
  const { pattern, minLength, maxLength } = jsonSchema(FIELDS.name.type);
  const defaults = objectOf(DEFAULTS, { expressions: takesExpression(core, DEFAULTS) });
  return {
    title: "Mixpeek trigger definitions",
    description: "Triggers by name. Top-level keys that start with x- are ignored; use them for anchors.",
    type: "object",
    properties: {
      defaults: { ...doc(DEFINITIONS_FILE.defaults), ...united(defaults, { expressions: false }) },
      triggers: {
        ...doc(DEFINITIONS_FILE.triggers),
        type: "object",
        propertyNames: { pattern, minLength, maxLength },
        additionalProperties: ref("trigger"),
      },
    },
    required: requiredOf(DEFINITIONS_FILE),
    patternProperties: FREE_KEYS,
    additionalProperties: false,
    // An editor that refers to this part still merges it with the whole schema, so it has to replace the whole schema's
    // rules.
    allOf: [{}],
  };
}

function triggerOf({ FIELDS, DECLARED_FIELDS, DEFINITION, VARIANTS }) {
  const fields = Object.fromEntries(DECLARED_FIELDS.map((name) => [name, FIELDS[name]]));
  const { properties, required, ...closed } = objectOf({ ...fields, ...DEFINITION });
  for (const { type } of VARIANTS) properties[type] = { ...doc(FIELDS[type]), type: "string" };
  return {
    description: "A trigger: what runs (the action) and when it runs (the schedule).",
    ...closed,
    properties,
    required,
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
    ...unless(HATCH, { then: { allOf: VARIANTS.flatMap(branches) } }),
  };
}

/** The type must be known. Each type determines the keys of its config. */
function branches({ type, config, table }) {
  const types = Object.keys(table);
  const known = { properties: { [type]: { anyOf: [{ enum: types }, ref("reference")] } } };
  const cases = types.map((name) =>
    unless(
      { properties: { [type]: { const: name } }, required: [type] },
      { else: { properties: { [config]: ref(`${config}.${name}`) } } },
    ),
  );
  return [known, ...cases];
}

const configDefs = ({ config, table }) =>
  Object.entries(table).map(([name, entry]) => [`${config}.${name}`, configOf(entry)]);

/** No `type` here: a variable may replace the whole config, and the trigger's schema allows that. */
function configOf(entry) {
  const description = [entry.doc, ...rulesOf(entry)].join(" ");
  if (!entry.keys) return { description };
  const { type: _, ...keys } = objectOf(entry.keys);
  const closed = {
    ...keys,
    ...(entry.bounds ? { allOf: entry.bounds.map((bound) => bounded(bound, entry.keys)) } : {}),
  };
  const open = openWhen(entry);
  if (!open) return { description, ...closed };
  const { additionalProperties: __, ...rest } = closed;
  if (open === true) return { description, ...rest };
  return { description, ...rest, if: open, else: { propertyNames: { enum: Object.keys(entry.keys) } } };
}

/** A bound that applies if another key has certain values. */
function bounded({ key, min, max, beside }, keys) {
  const properties = Object.fromEntries(
    Object.entries(beside).map(([name, values]) => [name, { enum: values }]),
  );
  const required = Object.keys(beside).filter((name) => keys[name].required);
  return unless(
    { properties, required },
    { else: { properties: { [key]: { minimum: min, maximum: max } } } },
  );
}
