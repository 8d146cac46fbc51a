// The part of schema.json for environment files.
import { doc, FREE_KEYS, HATCH, objectOf, openWhen, ref, unless, value } from "./schema-values.mjs";

/** A key of no published type. It is allowed: the overridden definition decides whether its type has such a key. */
const STRANGE = {
  deprecationMessage:
    "No known type has this key. If the definition's type accepts other keys, repeat the type here. If the key is newer than this release, add it to allow_unknown.",
};

export function environmentDefs(core) {
  const { ENVIRONMENT, QUIET, FIELDS, DECLARED_FIELDS, TRIGGER_OPTIONS, VARIANTS } = core;
  const own = objectOf(ENVIRONMENT, { expressions: (name) => core.ENVIRONMENT_EXPRESSIONS.includes(name) });
  own.properties.overrides.additionalProperties = ref("override");
  own.properties.quiet.items = ref("quiet");
  return {
    environment: {
      title: "Mixpeek environment",
      description:
        "How the definitions differ in one namespace. Top-level keys that start with x- are ignored; use them for anchors.",
      ...own,
      patternProperties: FREE_KEYS,
      // An editor that refers to this part still merges it with the whole schema, so it has to replace the whole
      // schema's rules.
      allOf: [{}],
    },
    quiet: {
      description: "A window of planned quiet: a period in which triggers are kept paused.",
      ...quietOf(QUIET),
    },
    override: overrideOf(
      [...DECLARED_FIELDS, ...Object.keys(TRIGGER_OPTIONS)],
      { ...FIELDS, ...TRIGGER_OPTIONS },
      VARIANTS,
    ),
    ...Object.fromEntries(VARIANTS.map(({ config, table }) => [`override.${config}`, unionOf(table)])),
  };
}

/** A beginning and an end, or a cron expression and a duration. */
function quietOf(keys) {
  const ways = [
    ["from", "until"],
    ["cron", "duration"],
  ];
  return { ...objectOf(keys, { expressions: false }), oneOf: ways.map((required) => ({ required })) };
}

/** A trigger in which all keys are optional, and null removes the definition's value. */
function overrideOf(names, fields, variants) {
  const partial = Object.fromEntries(names.map((name) => [name, value(fields[name], { partial: true })]));
  for (const { type } of variants) partial[type] = { ...doc(fields[type]), type: ["string", "null"] };
  return {
    description:
      "Changes to the definition of this name. Null removes a key, except inside filters, source_filters and inputs, where it is a value.",
    type: "object",
    properties: partial,
    additionalProperties: false,
    ...unless(HATCH, {
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
      then: { allOf: variants.flatMap((variant) => branches(variant, fields)) },
    }),
  };
}

function branches({ type, config, table }, fields) {
  const { description: _, examples: __, ...known } = value(fields[type], { partial: true });
  const open = { anyOf: openings({ type, config, table }) };
  const closed = { properties: { [config]: ref(`override.${config}`) } };
  return [
    { properties: { [type]: known } },
    // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
    open.anyOf.length > 0 ? unless(open, { then: closed }) : closed,
  ];
}

/** The conditions under which an override is of a type whose keys are not all published. */
function openings({ type, config, table }) {
  return Object.entries(table).flatMap(([name, entry]) => {
    const open = entry.keys ? openWhen(entry) : true;
    if (open === true) return [{ properties: { [type]: { const: name } }, required: [type] }];
    return open ? [{ properties: { [config]: open }, required: [config] }] : [];
  });
}

/** The keys of all types, because this file does not say which type the definition has. */
function unionOf(table) {
  const byName = new Map();
  for (const [type, { keys }] of Object.entries(table)) {
    for (const [name, key] of Object.entries(keys ?? {}))
      byName.set(name, [...(byName.get(name) ?? []), { type, key }]);
  }
  return {
    properties: Object.fromEntries([...byName].map(([name, uses]) => [name, merged(uses)])),
    additionalProperties: STRANGE,
  };
}

/** One key for all types that have it, with the description of each. */
function merged(uses) {
  const values = new Map();
  const said = new Map();
  for (const { type, key } of uses) {
    const { description, default: _, examples: __, ...schema } = opened(value(key, { partial: true }));
    values.set(JSON.stringify(schema), schema);
    said.set(description, [...(said.get(description) ?? []), `\`${type}\``]);
  }
  const [schema, ...others] = values.values();
  return {
    ...doc(uses[0].key),
    description: [...said].map(([text, types]) => `${types.join(", ")}: ${text}`).join(" "),
    ...(others.length === 0 ? schema : { anyOf: [schema, ...others] }),
  };
}

/** Maps in a config accept unknown keys if the config does. */
const opened = (schema) => (schema.properties ? { ...schema, additionalProperties: STRANGE } : schema);
