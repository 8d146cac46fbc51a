// The values of schema.json: how one documented key, or a map of them, is written in JSON Schema.
import { accepts, jsonSchema } from "./table.mjs";

const INTERPOLATED = "\\$\\{[^}]+\\}";

/** What regular expressions can say about texts that only code can read, and what an editor says instead of them. */
const PATTERNS = {
  cron: {
    pattern: "^\\s*\\S+(\\s+\\S+){4}\\s*$",
    patternErrorMessage: "Five fields: minute, hour, day of month, month, day of week.",
  },
  zone: {
    pattern: "^[A-Za-z][A-Za-z0-9_+/-]*$",
    patternErrorMessage: "The name of an IANA time zone, such as Europe/Paris.",
  },
};

/** What an editor says of a text that is neither what is meant nor a variable. */
const MEANT = {
  object: "A map of keys",
  array: "A list",
  boolean: "true or false",
  integer: "A whole number",
  number: "A number",
};

/** The definitions that the values below refer to. */
export const EXPRESSIONS = {
  reference: {
    description: "A variable that provides the whole value.",
    ...reference("One of the values"),
  },
};

function reference(meant) {
  return {
    type: "string",
    pattern: `^${INTERPOLATED}$`,
    patternErrorMessage: `${meant}, or a variable such as \${var.name} alone.`,
  };
}

/**
 * A value as declared, a `${…}` that stands for it, or, where the key is optional, null.
 * `partial`: what is laid over another, so that every key in it is optional, at every depth.
 */
export function value(key, { partial = false, expressions = true } = {}) {
  const optional = !key.required || partial;
  const schema = key.keys ? objectOf(key.keys, { partial, expressions }) : plain(key, expressions);
  const takesAny = key.meaning in PATTERNS || accepts(key.type, `\${var.any}`);
  return {
    ...doc(key),
    ...(schema.enum ? choice : united)(schema, {
      expressions: expressions && !takesAny,
      optional,
      hasDefault: key.default !== undefined,
    }),
  };
}

function plain(key, expressions) {
  const schema = jsonSchema(key.type);
  if (!Object.hasOwn(PATTERNS, key.meaning ?? "")) return schema;
  const { pattern, patternErrorMessage } = PATTERNS[key.meaning];
  return { ...schema, pattern: expressions ? `${pattern}|${INTERPOLATED}` : pattern, patternErrorMessage };
}

/** One schema for all types, not a choice between schemas: a keyword says nothing about other types than its own. */
export function united(
  { anyOf = [{}], ...schema },
  { expressions = true, optional = true, hasDefault = false } = {},
) {
  const merged = Object.assign({}, schema, ...anyOf, expressions ? reference(MEANT[schema.type]) : {});
  const types = [...[schema, ...anyOf].flatMap(({ type }) => type ?? []), ...(expressions ? ["string"] : [])];
  // Editors that insert a map insert its defaults too, but not those of a key whose first type is null.
  if (optional) types[hasDefault ? "unshift" : "push"]("null");
  return { ...merged, type: types.length === 1 ? types[0] : types };
}

function choice({ enum: values }, { expressions, optional }) {
  if (!expressions) return { enum: [...values, ...(optional ? [null] : [])] };
  return {
    anyOf: [{ enum: values }, { $ref: "#/$defs/reference" }, ...(optional ? [{ type: "null" }] : [])],
  };
}

/** A map of documented keys, and of no others. */
export function objectOf(keys, { partial = false, expressions = true } = {}) {
  const properties = Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [
      name,
      value(key, {
        partial,
        expressions: typeof expressions === "function" ? expressions(name) : expressions,
      }),
    ]),
  );
  return {
    type: "object",
    properties,
    ...(partial ? {} : { required: requiredOf(keys) }),
    additionalProperties: false,
  };
}

export const requiredOf = (keys) => Object.keys(keys).filter((name) => keys[name].required);

/** Description, default and example, as editors show them. */
export function doc(key) {
  // Editors write an example of a key with it, and stumble over maps in lists.
  const spoken = key.example !== undefined && hasMapInList(key.example);
  return {
    description: [
      key.doc,
      ...(key.since ? [`Since API ${key.since}.`] : []),
      ...(spoken ? [`Example: ${JSON.stringify(key.example)}`] : []),
    ].join(" "),
    ...(key.default === undefined ? {} : { default: key.default }),
    ...(key.example === undefined || spoken ? {} : { examples: [key.example] }),
  };
}

function hasMapInList(example, inList = false) {
  if (typeof example !== "object" || example === null) return false;
  const isList = Array.isArray(example);
  return (inList && !isList) || Object.values(example).some((inner) => hasMapInList(inner, isList));
}

/** Whether validation of a file takes `${…}` for a key: asked, since some are needed before any is filled in. */
export const takesExpression =
  ({ keyIssues, isOpen }, keys) =>
  (name) =>
    keyIssues(keys, { [name]: `\${var.any}` }, [], "", isOpen).every(({ path }) => path[0] !== name);

/** As `isFreeKey` says: the user's own keys, and an editor's. */
export const FREE_KEYS = { "^(x-|\\$schema$)": {} };

export const ref = (name) => ({ $ref: `#/$defs/${name}` });

/** `then` where the condition does not hold, `else` where it does: what must hold, editors would suggest to write. */
export const unless = (condition, { then: otherwise, else: whenItHolds }) => ({
  if: { not: condition },
  // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
  ...(otherwise ? { then: otherwise } : {}),
  else: whenItHolds,
});

/** What a newer API knows, a schema cannot check: `mixpeek-triggers` still does, key by key. */
export const HATCH = {
  properties: { allow_unknown: { type: "array", minItems: 1 } },
  required: ["allow_unknown"],
};

/** `true`: always. `open` is code; asked with each value of each choice, it tells when keys outside the table pass. */
export function openWhen({ open, keys }) {
  if (!open) return undefined;
  if (open({})) return true;
  for (const [name, key] of Object.entries(keys)) {
    const values = (jsonSchema(key.type).enum ?? []).filter((choice) => open({ [name]: choice }));
    if (values.length > 0) return { properties: { [name]: { enum: values } }, required: [name] };
  }
  throw new Error(
    "schema.json cannot say when a config with `open` is open: no choice among its keys decides it.",
  );
}
