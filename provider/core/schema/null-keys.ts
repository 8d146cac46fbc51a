import { isUserData, type Key } from "./config-keys";

type Raw = Record<string, unknown>;

/** Drops null keys that are in the table, where null means absent. In other keys, null is the user's own value. */
export function withoutNulls(value: Raw, keys: Readonly<Record<string, Partial<Key>>>): Raw {
  return mapped(value, (inner, name) => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (inner === null) return key ? undefined : null;
    const isNested = key?.keys !== undefined && typeof inner === "object" && !Array.isArray(inner);
    return isNested ? withoutNulls(inner as Raw, key.keys!) : present(inner, !key || isUserData(key));
  });
}

/** The value as in JSON: keys that a program left undefined are dropped. A null in a list is always a value. */
export function present(value: unknown, keepsNulls: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => present(item, keepsNulls));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return mapped(value as Raw, (inner) =>
    inner === null && !keepsNulls ? undefined : present(inner, keepsNulls),
  );
}

/** A map with `change` applied to its values, without undefined ones. Returns the same map if nothing changes. */
function mapped(map: Raw, change: (inner: unknown, name: string) => unknown): Raw {
  // An instance of a class is sent as its keys.
  let kept: Raw | undefined = Object.getPrototypeOf(map) === Object.prototype ? undefined : {};
  for (const name of Object.keys(map)) {
    const changed = change(map[name], name);
    if (!kept && changed !== undefined && changed === map[name]) continue;
    kept ??= upTo(map, name);
    if (changed !== undefined) put(kept, name, changed);
  }
  return kept ?? map;
}

/** The entries of a map before the given key. */
function upTo(map: Raw, end: string): Raw {
  const start: Raw = {};
  for (const name of Object.keys(map)) {
    if (name === end) break;
    put(start, name, map[name]);
  }
  return start;
}

/** Plain assignment to `__proto__` would change the prototype. Defining every key would make a slow object. */
function put(map: Raw, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true });
  else map[name] = value;
}
