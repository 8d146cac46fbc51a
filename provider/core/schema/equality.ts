import { isObject } from "../json/is-object";
import { canonicalCron } from "../schedule/cron";
import { canonicalZone } from "../schedule/zones";
import type { Key } from "./config-keys";
import type { Json, JsonObject } from "./model";

/** Whether two values of a key mean the same to the service; undefined means absent. */
export function sameMeaning(a: Json | undefined, b: Json | undefined, key?: Key): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return isSameJson(a, b) || text(canonical(a, key)) === text(canonical(b, key));
}

/** The canonical spelling of a value, equal for all values that mean the same. Idempotent. */
export function canonical(value: Json, key?: Key): Json {
  switch (key?.meaning ?? "plain") {
    case "cron":
      return typeof value === "string" ? canonicalCron(value) : value;
    case "zone":
      return typeof value === "string" ? canonicalZone(value) : value;
    case "set":
      return Array.isArray(value) ? unordered(value) : value;
    case "filters":
      return unorderConditions(value);
    case "data":
      return value;
    default:
      // The API may return a number as a string; for a number key the two are equal.
      return key?.ts === "number" &&
        typeof value === "string" &&
        value.trim() !== "" &&
        Number.isFinite(Number(value))
        ? Number(value)
        : compact(value);
  }
}

function unordered(items: Json[]): Json[] {
  const seen = new Map(items.map((item) => [text(item), item]));
  return [...seen.keys()].sort().map((name) => seen.get(name)!);
}

/** Drops null keys, which count as absent. */
function compact(value: Json): Json {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, compact(inner)]),
  );
}

/** Sorts the conditions under AND, OR and NOT, whose order does not matter. All other lists keep their order. */
function unorderConditions(value: Json): Json {
  if (Array.isArray(value)) return value.map(unorderConditions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const below = unorderConditions(inner);
      return [name, Array.isArray(below) && /^(AND|OR|NOT)$/.test(name) ? unordered(below) : below];
    }),
  );
}

/** JSON text with sorted keys. */
export function text(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? sorted(inner) : inner,
  );
}

/** Whether two values are exactly the same JSON; an absent key equals an undefined one. */
export const equalJson = (a: unknown, b: unknown): boolean =>
  isSameJson(a, b) || text((a ?? null) as Json) === text((b ?? null) as Json);

/**
 * A fast check whether two values are the same JSON; enough for most comparisons in a run. `false` may also mean that
 * the values are too complex for it.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index += 1) if (!isSameJson(a[index], b[index])) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) if (!Object.hasOwn(b, name) || !isSameJson(a[name], b[name])) return false;
  return true;
}

/** An object that serializes itself, such as a date, cannot be compared by its keys. */
const isPlain = (value: unknown): value is JsonObject =>
  isObject(value) && typeof (value as { toJSON?: unknown }).toJSON !== "function";

const sorted = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
