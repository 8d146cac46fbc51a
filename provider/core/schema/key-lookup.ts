import type { Config, Key, Keys } from "./config-keys";

export function keyAt(keys: Keys | undefined, path: readonly PropertyKey[]): Key | undefined {
  const [step, ...below] = path;
  const key = keys && Object.hasOwn(keys, String(step)) ? keys[String(step)] : undefined;
  return below.length === 0 ? key : keyAt(key?.keys, below);
}

export function keysAt(keys: Keys | undefined, path: readonly PropertyKey[]): string[] {
  let at = keys;
  for (const step of path) at = at?.[String(step)]?.keys;
  return Object.keys(at ?? {});
}

/** Whether a path leads to or through a key with secret values. */
export function isSecret(keys: Keys | undefined, path: readonly PropertyKey[]): boolean {
  const [step, ...below] = path;
  const key = keys?.[String(step)];
  return key !== undefined && (key.secret === true || isSecret(key.keys, below));
}

export function lookUp(table: Readonly<Record<string, Config>>, type: unknown): Config | undefined {
  return typeof type === "string" && Object.hasOwn(table, type) ? table[type] : undefined;
}
