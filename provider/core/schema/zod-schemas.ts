import { z } from "zod";
import type { Shape, TextProblem, ValueType } from "./value-type";

/** The zod schema of a value type: accepts the same as {@link accepts}, and explains what is wrong with the rest. */
export function schemaOf(type: ValueType): z.ZodType {
  switch (type.is) {
    case "text":
      return textSchema(type);
    case "flag":
      return z.boolean();
    case "number": {
      const { min, max } = type;
      const any = type.whole ? z.int() : z.number();
      const atLeast = min === undefined ? any : any.min(min);
      return max === undefined ? atLeast : atLeast.max(max);
    }
    case "choice":
      return z.enum(type.values);
    case "list": {
      const list = z.array(schemaOf(type.of));
      return type.min === undefined ? list : list.min(type.min);
    }
    case "map":
      return z.record(z.string(), type.of ? schemaOf(type.of) : z.unknown());
    case "open":
      return z.looseObject(
        Object.fromEntries(
          Object.entries(type.keys).map(([name, inner]) => {
            const schema = schemaOf(inner);
            return [name, type.required.includes(name) ? schema : schema.nullish()];
          }),
        ),
      );
    case "either":
      return z.union(type.of.map(schemaOf));
  }
}

function textSchema({ min, max, pattern, problem }: ValueType & { is: "text" }): z.ZodType {
  let text = z.string();
  if (min !== undefined) text = text.min(min);
  if (max !== undefined) text = text.max(max);
  if (pattern) text = text.regex(pattern);
  return problem ? withProblem(text, problem) : text;
}

/** Adds our own check to a zod schema; its code and hint are passed in `params`. */
const withProblem = (text: z.ZodString, find: (value: string) => TextProblem | undefined): z.ZodType =>
  text.superRefine((value, context) => {
    const problem = find(value);
    if (!problem) return;
    const { code, message, hint } = problem;
    context.addIssue({ code: "custom", message, params: { code, hint } });
  });

/** A strict schema for a set of keys: undeclared keys are rejected, and null counts as absent. */
export function keysSchema(keys: Shape): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, key] of Object.entries(keys)) {
    const schema = key.keys ? keysSchema(key.keys) : withoutAbsent(key);
    shape[name] = key.required ? schema : schema.optional();
  }
  return z.strictObject(shape);
}

function withoutAbsent({ type, absent }: Shape[string]): z.ZodType {
  const schema = schemaOf(type);
  if (absent === undefined) return schema;
  const message = `"${absent}" is text that the service treats as absent`;
  const hint = `Remove the key, or write ${absent} without quotes.`;
  return schema.refine((value) => value !== absent, { message, params: { code: "NULL_TEXT", hint } });
}
