import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "@jest/globals";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { readSource } from "../../provider/core/yaml/yaml-source";

export const schema = JSON.parse(readFileSync(resolve(__dirname, "../../schema.json"), "utf8"));

/** Strict, so that a misspelled keyword is an error. Two of the keywords are only for editors. */
export const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
ajv.addVocabulary(["patternErrorMessage", "deprecationMessage"]);
ajv.addSchema(schema, "schema.json");

export type Part = "" | "#/$defs/definitions" | "#/$defs/environment";

/** Where the schema, or a part of it, rejects the content of a file: dotted paths from its top. */
export function refusals(value: unknown, part: Part = ""): string[] {
  const check = ajv.getSchema(`schema.json${part}`) as ValidateFunction;
  // Converted through JSON, as in an editor, so that undefined keys are absent.
  if (check(JSON.parse(JSON.stringify(value)))) return [];
  const errors = (check.errors ?? []).filter(({ keyword }) => !GROUPS.has(keyword));
  return [...new Set(errors.map(place))].sort();
}

/** Where a file is rejected. The part of the schema for such files must give the same result as the whole. */
function refusalsOf(text: string, part: Part): string[] {
  const value = readSource("any.yaml", text).source?.value;
  const found = refusals(value, part);
  expect(refusals(value)).toEqual(found);
  return found;
}

export const definitions = (text: string): string[] => refusalsOf(text, "#/$defs/definitions");
export const environment = (text: string): string[] => refusalsOf(text, "#/$defs/environment");

/** An environment that overrides `nightly`. */
export const override = (body: string): string => `overrides: { nightly: ${body} }`;

/** The errors inside these groups are more precise. */
const GROUPS = new Set(["if", "anyOf", "propertyNames"]);

function place({ instancePath, params, propertyName }: ErrorObject): string {
  const key = params["additionalProperty"] ?? params["missingProperty"] ?? propertyName;
  const steps = instancePath.split("/").slice(1);
  return [...steps, ...(key === undefined ? [] : [key])].join(".");
}
