import { DECLARED_FIELDS } from "./trigger";
import { isObject } from "./validate";

type Raw = Record<string, unknown>;

/** Null is absent: it must not hide a default. */
export const withoutNull = (config: Raw, key: string): Raw =>
  config[key] === null ? Object.fromEntries(Object.entries(config).filter(([name]) => name !== key)) : config;

/** The keys that are fields of a trigger. */
export const ownFields = (body: Raw): Raw =>
  Object.fromEntries(
    Object.entries(body).filter(([key]) => (DECLARED_FIELDS as readonly string[]).includes(key)),
  );

/** Maps are merged, everything else is replaced; null takes a key out. */
export function laidOver(base: Raw, over: Raw): Raw {
  const merged: Raw = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(below) ? laidOver(below, value) : value;
  }
  return merged;
}
