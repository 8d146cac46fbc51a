// The values in schema.json: one documented key, or a map of them, in JSON Schema.
import { accepts, jsonSchema } from "./table.mjs";

const INTERPOLATED = "\\$\\{[^}]+\\}";

/** Regular expressions for texts that only code can check completely, with the message that an editor shows instead. */
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

/** The message that an editor shows for a text that is neither valid nor a variable. */
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
 * The declared value, a `${…}` that replaces it or, if the key is optional, null. `partial`: part of an override, in
 * which all keys are optional at every depth.
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

/** One schema for all types instead of a choice of schemas: each keyword applies only to its own type. */
export function united(
  { anyOf = [{}], ...schema },
  { expressions = true, optional = true, hasDefault = false } = {},
) {
  const merged = Object.assign({}, schema, ...anyOf, expressions ? reference(MEANT[schema.type]) : {});
  const types = [...[schema, ...anyOf].flatMap(({ type }) => type ?? []), ...(expressions ? ["string"] : [])];
  // Editors that insert a map also insert its defaults, except for keys with null as their first type.
  if (optional) types[hasDefault ? "unshift" : "push"]("null");
  return { ...merged, type: types.length === 1 ? types[0] : types };
}

function choice({ enum: values }, { expressions, optional }) {
  if (!expressions) return { enum: [...values, ...(optional ? [null] : [])] };
  return {
    anyOf: [{ enum: values }, { $ref: "#/$defs/reference" }, ...(optional ? [{ type: "null" }] : [])],
  };
}

/** A map of documented keys and no others. */
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

/** The description, default and example that editors show. */
export function doc(key) {
  // Editors insert an example together with the key, but cannot handle maps in lists.
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

/** Whether validation accepts `${…}` for a key. Some keys are needed before expressions are resolved. */
export const takesExpression =
  ({ keyIssues, isOpen }, keys) =>
  (name) =>
    keyIssues(keys, { [name]: `\${var.any}` }, [], "", isOpen).every(({ path }) => path[0] !== name);

/** As in `isFreeKey`: the user's own keys, and an editor's key. */
export const FREE_KEYS = { "^(x-|\\$schema$)": {} };

export const ref = (name) => ({ $ref: `#/$defs/${name}` });

/**
 * `then` applies if the condition is not met, `else` if it is. Written this way because editors would suggest the
 * required values of a plain condition.
 */
export const unless = (condition, { then: otherwise, else: whenItHolds }) => ({
  if: { not: condition },
  // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word
  ...(otherwise ? { then: otherwise } : {}),
  else: whenItHolds,
});

/** Matches `allow_unknown`: a schema cannot check keys of a newer API. `mixpeek-triggers` still checks each key. */
export const HATCH = {
  properties: { allow_unknown: { type: "array", minItems: 1 } },
  required: ["allow_unknown"],
};

/**
 * `true`: always. `open` is a function, called with each value of each choice. It returns whether other keys are
 * allowed.
 */
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
