import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { CONTRACT, type Key, keysOf, type Model, type Version, valuesOf } from "./table";

type Schema = Record<string, unknown>;

const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
const NAIVE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/;
const TYPES: Record<NonNullable<Key["type"]>, Schema> = {
  text: { type: "string" },
  integer: { type: "integer" },
  number: { type: "number" },
  flag: { type: "boolean" },
  time: { type: "string", format: "date-time" },
  object: { type: "object" },
  list: { type: "array" },
  any: {},
};

/**
 * Checks a response against a model, strictly: a key that is not in the table fails.
 * @param times the response to a creation has times without a zone, all others have times with one
 */
export function answerCheck(name: string, version: Version, times: "zoned" | "naive"): ValidateFunction {
  const id = [name, version, times].join(" ");
  const known = checks.get(id);
  if (known) return known;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat("date-time", times === "naive" ? NAIVE : ZONED);
  const schemas = Object.entries(CONTRACT.answers).map(([one, model]) => [one, schemaOf(model, version)]);
  const check = ajv.compile({ $ref: `#/$defs/${name}`, $defs: Object.fromEntries(schemas) });
  checks.set(id, check);
  return check;
}
const checks = new Map<string, ValidateFunction>();

function schemaOf(model: Model, version: Version): Schema {
  const keys = keysOf(model, version);
  return {
    type: "object",
    properties: Object.fromEntries(keys.map(([name, key]) => [name, keySchema(key, version)])),
    required: keys.filter(([, key]) => model.whole || key.required).map(([name]) => name),
    additionalProperties: model.open === true || model.partial === true,
  };
}

function keySchema(key: Key, version: Version): Schema {
  const values = valuesOf(key, version);
  const schema: Schema = {
    ...(key.model ? { $ref: `#/$defs/${key.model}` } : key.type ? TYPES[key.type] : {}),
    ...(values ? { enum: values } : {}),
    ...(key.min === undefined ? {} : { minimum: key.min }),
    ...(key.max === undefined ? {} : { maximum: key.max }),
    ...(key.minItems === undefined ? {} : { minItems: key.minItems }),
    ...(key.items ? { items: keySchema(key.items, version) } : {}),
  };
  return key.nullable ? { anyOf: [schema, { type: "null" }] } : schema;
}
