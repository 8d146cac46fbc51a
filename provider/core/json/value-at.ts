/** The value at a path of own keys and list indexes; undefined if there is none. */
export function valueAt<T>(value: T, path: readonly PropertyKey[]): T | undefined {
  let at: T | undefined = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, T>)[step];
  }
  return at;
}
