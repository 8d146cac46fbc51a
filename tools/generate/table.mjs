// What the generated files read from the field table of provider/core.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const HERE = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

const moduleOf = (name, root = HERE) => require(resolve(root, "dist", "core", `${name}.js`));

const MODULES = [
  "schema/actions",
  "schema/schedules",
  "schedule/cron-portability",
  "schema/field-rules",
  "schema/file-keys",
  "diff/status",
  "schema/validate",
  "issues/issue",
  "yaml/yaml-source",
  "expressions/expressions",
  "service/resource-kinds",
  "environments/environment",
  "definitions/desired-set",
  "definitions/set-warnings",
];

/** The compiled core: the table is in TypeScript, so it has to be built first. */
export function loadCore(root) {
  try {
    return Object.assign({}, ...MODULES.map((name) => moduleOf(name, root)));
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      "cannot read the field table: dist/core is missing or incomplete. Run `npm run build` first.",
    );
  }
}

export const camel = (name) => name.replaceAll(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

export const pascal = (name) => camel(`_${name}`);

/** Whether a value matches a type. */
export const accepts = (type, value) => moduleOf("schema/value-type").accepts(type, value);

/** A value type as JSON Schema, without zod's own additions. */
export function jsonSchema(type) {
  const { schemaOf } = moduleOf("schema/zod-schemas");
  const { $schema: _, ...rest } = z.toJSONSchema(schemaOf(type), { io: "input" });
  return tidy(rest);
}

/** z.int() adds the safe integers as bounds, which are not the API's. */
function tidy(value) {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, inner]) =>
      !(
        (name === "maximum" && inner === Number.MAX_SAFE_INTEGER) ||
        (name === "minimum" && inner === Number.MIN_SAFE_INTEGER) ||
        name === "propertyNames"
      ),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, tidy(inner)]));
}

/** "0 to 1", "at least 1", "at least 1 item"; undefined if the schema has no bounds worth showing. */
export function boundsOf(key) {
  const { minimum, maximum, minItems } = jsonSchema(key.type);
  if (minItems !== undefined) return `at least ${minItems} ${minItems === 1 ? "item" : "items"}`;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

/** The rules between the keys of a config, one sentence each. */
export const rulesOf = ({ rules = [], bounds = [] }) => [
  ...rules.map(({ doc }) => doc),
  ...bounds.map(
    ({ doc, key, min, max, beside }) =>
      `\`${key}\` must be from ${min} to ${max} if ${besideText(beside)}: ${doc}.`,
  ),
];

/** `condition_type` is `drift` and `metric` is `cosine_drift` or not set. */
const besideText = (beside) =>
  Object.entries(beside)
    .map(
      ([name, values]) =>
        `\`${name}\` is ${values.map((value) => (value === null ? "not set" : `\`${value}\``)).join(" or ")}`,
    )
    .join(" and ");
