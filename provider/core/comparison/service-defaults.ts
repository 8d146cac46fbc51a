import type { FieldChange } from "../diff/diff";
import { isObject } from "../json/is-object";
import { isAbsent, type Key, type Keys } from "../schema/config-keys";
import { VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger } from "../schema/model";

/** A live key that the definition omits and that is not reported as a difference, since the service set it. */
export interface ServiceDefault {
  /** The path, in the API's names: ["schedule_config", "timezone"]. */
  path: readonly string[];
  live: Json;
  cause: "service default";
  secret: boolean;
}

/**
 * The live values that a diff ignored: config keys that only the live side has and that are not among the changes.
 * They are documented defaults, values that the service added after our own write, and keys newer than this release.
 */
export function serviceDefaults(
  desired: DesiredTrigger,
  live: LiveTrigger,
  changes: readonly FieldChange[],
): ServiceDefault[] {
  const reported = new Set(changes.map(({ path }) => path.join("\n")));
  const found: ServiceDefault[] = [];
  const walk = (keys: Keys, at: readonly string[], wanted: JsonObject, given: JsonObject): void => {
    for (const [name, value] of Object.entries(given)) {
      const path = [...at, name];
      const key: Key | undefined = Object.hasOwn(keys, name) ? keys[name] : undefined;
      const own = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
      if (isAbsent(value, key) || reported.has(path.join("\n"))) continue;
      // A key that is newer than this release may be as secret as the keys beside it.
      const secret = key ? key.secret === true : Object.values(keys).some((other) => other.secret);
      if (own === undefined || own === null)
        found.push({ path, live: value, cause: "service default", secret });
      else if (key?.keys && isObject(own) && isObject(value))
        walk(key.keys, path, own as JsonObject, value as JsonObject);
    }
  };
  for (const { type, config, table } of VARIANTS) {
    if (desired[type] !== live[type]) continue;
    walk(lookUp(table, live[type])?.keys ?? {}, [config], desired[config], live[config]);
  }
  return found;
}
