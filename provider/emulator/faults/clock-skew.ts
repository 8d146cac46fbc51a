import { isObject } from "../validation/check";

/** Values that users wrote stay unchanged, whatever their keys are called. */
const USERS_OWN = new Set(["action_config", "schedule_config", "name", "description"]);

/** The same response with all times from the service shifted, in the same format. */
export function skewed(value: unknown, seconds: number): unknown {
  if (Array.isArray(value)) return value.map((one) => skewed(one, seconds));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (USERS_OWN.has(key)) return [key, inner];
      if (key.endsWith("_at") && typeof inner === "string") return [key, movedTime(inner, seconds)];
      return [key, skewed(inner, seconds)];
    }),
  );
}

/** Shifts the whole seconds of a time. Fraction and zone stay, because all times of the service are UTC. */
function movedTime(text: string, seconds: number): string {
  const start = Date.parse(`${text.slice(0, 19)}Z`);
  if (Number.isNaN(start)) return text;
  return new Date(start + seconds * 1000).toISOString().slice(0, 19) + text.slice(19);
}
