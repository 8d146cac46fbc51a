import type { Path } from "../issues/issue";
import { isObject } from "../json/is-object";
import { isUserData } from "../schema/config-keys";
import { DECLARED_FIELDS, VARIANTS } from "../schema/field-rules";
import { TRIGGER_OPTIONS } from "../schema/file-keys";
import { lookUp } from "../schema/key-lookup";

type Raw = Record<string, unknown>;

/** A null key counts as absent: it must not hide a default. */
export const withoutNull = (config: Raw, key: string): Raw =>
  config[key] === null ? Object.fromEntries(Object.entries(config).filter(([name]) => name !== key)) : config;

/** The keys that are fields of a trigger. */
export const ownFields = (body: Raw): Raw =>
  picked(body, (key) => (DECLARED_FIELDS as readonly string[]).includes(key));

/** The keys that control the run and are not fields of a trigger. */
export const optionsOf = (body: Raw): Raw => picked(body, (key) => Object.hasOwn(TRIGGER_OPTIONS, key));

function picked(body: Raw, isPicked: (key: string) => boolean): Raw {
  const own: Raw = {};
  for (const key of Object.keys(body)) if (isPicked(key)) own[key] = body[key];
  return own;
}

/** Merges maps and replaces everything else. Null removes a key, except in the user's own data, where it is a value. */
export function deepMerge(base: Raw, over: Raw): Raw {
  const types = { ...base, ...over };
  const isData = ([field, name]: Path): boolean =>
    VARIANTS.some(({ type, config, table }) => {
      const keys = config === field ? lookUp(table, types[type])?.keys : undefined;
      return keys !== undefined && Object.hasOwn(keys, name!) && isUserData(keys[name!]!);
    });
  const merge = (below: Raw, above: Raw, path: Path): Raw => {
    const merged: Raw = { ...below };
    for (const [key, value] of Object.entries(above)) {
      const at = merged[key];
      if (value === null && !(path.length > 1 && isData(path))) delete merged[key];
      else merged[key] = isObject(value) && isObject(at) ? merge(at, value, [...path, key]) : value;
    }
    return merged;
  };
  return merge(base, over, []);
}

/** Where `defaults` may have set the value at a trigger's path. */
export const defaultedAt = (path: Path): Path[] => {
  const last = path.at(-1);
  if (path.length === 1 && last === "description") return [["defaults", "description_prefix"]];
  return path.length === 1 || (path[0] === "schedule_config" && last === "timezone")
    ? [["defaults", last!]]
    : [];
};
