import { isUserData, type Key } from "./config-keys";

type Raw = Record<string, unknown>;

/** Null is an absent key where the table has it; elsewhere it is the user's own value, or the value of a mistyped key. */
export function withoutNulls(value: Raw, keys: Readonly<Record<string, Partial<Key>>>): Raw {
  const kept: Raw = {};
  for (const [name, inner] of Object.entries(value)) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (inner === undefined || (inner === null && key)) continue;
    const isNested = key?.keys !== undefined && typeof inner === "object" && !Array.isArray(inner);
    put(
      kept,
      name,
      isNested ? withoutNulls(inner as Raw, key.keys!) : present(inner, !key || isUserData(key)),
    );
  }
  return kept;
}

/** As JSON writes it: what a program leaves undefined is not there. A null in a list is always a value. */
export function present(value: unknown, keepsNulls: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => present(item, keepsNulls));
  if (typeof value !== "object" || value === null) return value;
  const kept: Raw = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined && (inner !== null || keepsNulls)) put(kept, name, present(inner, keepsNulls));
  }
  return kept;
}

/** Assigning `__proto__` would change the object instead of its keys; defining every key makes a slow object. */
function put(map: Raw, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true });
  else map[name] = value;
}
