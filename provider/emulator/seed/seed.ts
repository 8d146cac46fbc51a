import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { KINDS, RESOURCE_KINDS, type ResourceKind } from "../model/kinds";
import type { Config } from "../model/types";
import { checkFields, type Fields, isObject } from "../validation/check";
import { scheduleRule } from "../validation/rules";
import { DEFAULT_SEED } from "./default-seed";

/** An initial resource. `fields` are what the API returns in addition to id, name and times. */
export interface SeedResource {
  id: string;
  name: string;
  fields: Config;
}

/** An initial namespace. */
export interface SeedNamespace {
  id: string;
  name: string;
  description: string | null;
  resources: Record<ResourceKind, SeedResource[]>;
}

/**
 * The `seed` option of `startEmulator` is invalid. The message says where, and why. Its code is SEED_INVALID.
 *
 * @example
 * ```ts
 * import { SeedError, startEmulator } from "pulumi-mixpeek/emulator";
 *
 * export const problem = startEmulator({ seed: { namespaces: { dev: { clusters: "one" } } } }).then(
 *   (emulator) => emulator.close(),
 *   (error: unknown) => (error instanceof SeedError ? error.problem : undefined), // namespaces.dev.clusters: …
 * );
 * ```
 */
export class SeedError extends Error {
  /** Always `SeedError`. */
  override readonly name = "SeedError";
  /** Always `SEED_INVALID`. */
  readonly code = "SEED_INVALID";
  /** The place in the seed, and what is wrong there. */
  readonly problem: string;

  constructor(where: string, problem: string) {
    const located = `${where === "" ? "" : `${where}: `}${problem}`;
    super(
      `cannot start from the seed: ${located}. Correct it, or omit it to use the built-in seed [SEED_INVALID].`,
    );
    this.problem = located;
  }
}

/**
 * Reads a service's initial contents.
 * @param seed a path to a YAML file, YAML text, the parsed object, or nothing for the built-in seed
 * @throws SeedError
 */
export function readSeed(seed: string | Config = DEFAULT_SEED): SeedNamespace[] {
  const root = typeof seed === "string" ? parseYaml(seed) : seed;
  if (!isObject(root)) throw new SeedError("", "expected a map with the key namespaces");
  onlyKeys("", root, ["namespaces"]);
  const namespaces = root["namespaces"];
  if (!isObject(namespaces)) throw new SeedError("namespaces", "expected a map of namespaces by name");
  const read = Object.entries(namespaces).map(([name, value]) => readNamespace(name, value ?? {}));
  distinct("namespaces", read);
  return read;
}

function parseYaml(seed: string): unknown {
  // A path contains neither a line break nor a colon as in a YAML map.
  const isText = /\n|:\s|:$/.test(seed);
  try {
    return parse(isText ? seed : readFileSync(seed, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SeedError("", code === "ENOENT" ? `there is no file ${seed}` : message);
  }
}

function readNamespace(name: string, value: unknown): SeedNamespace {
  const where = `namespaces.${name}`;
  if (!isObject(value)) throw new SeedError(where, "expected a map");
  onlyKeys(where, value, ["id", "description", ...RESOURCE_KINDS]);
  const resources = {} as SeedNamespace["resources"];
  for (const kind of RESOURCE_KINDS) {
    const items = value[kind] ?? [];
    if (!Array.isArray(items)) throw new SeedError(`${where}.${kind}`, "expected a list");
    resources[kind] = items.map((item, index) =>
      readResource(`${where}.${kind}[${index}]`, name, kind, item),
    );
    distinct(`${where}.${kind}`, resources[kind]);
  }
  return {
    id: optionalText(where, value, "id") ?? `ns_${slug(name)}`,
    name,
    description: optionalText(where, value, "description"),
    resources,
  };
}

/**
 * Reads one resource: only a name, or a map with `name`, an optional `id`, and any other field.
 * @param where its place, for the error message
 * @param namespace name of the namespace, a part of the default id
 * @throws SeedError
 */
export function readResource(
  where: string,
  namespace: string,
  kind: ResourceKind,
  item: unknown,
): SeedResource {
  const value = typeof item === "string" ? { name: item } : item;
  if (!isObject(value)) throw new SeedError(where, "expected a name or a map with a name");
  const name = optionalText(where, value, "name");
  if (name === null) throw new SeedError(where, "a resource needs a name");
  const { name: _name, id: _id, ...fields } = value;
  if (fields["schedule"] !== undefined) {
    if (kind !== "collections") throw new SeedError(`${where}.schedule`, "only a collection has a schedule");
    checkSchedule(`${where}.schedule`, fields["schedule"]);
  }
  const id = optionalText(where, value, "id");
  return { id: id ?? `${KINDS[kind].prefix}_${slug(namespace)}_${slug(name)}`, name, fields };
}

function checkSchedule(where: string, schedule: unknown): void {
  if (!isObject(schedule)) throw new SeedError(where, "expected a map");
  const type = schedule["trigger_type"];
  if (type !== "cron" && type !== "interval") {
    throw new SeedError(where, "trigger_type of a collection's schedule is cron or interval");
  }
  const fields: Fields = {
    trigger_type: { type: "string", required: true },
    schedule_config: { ...scheduleRule("2026-10", type, "standard"), required: true },
    description: { type: "string", nullable: true },
  };
  const issue = checkFields(schedule, fields, [], "forbid")[0];
  if (issue) throw new SeedError(`${where}.${issue.loc.join(".")}`, issue.msg);
}

function optionalText(where: string, value: Config, key: string): string | null {
  const found = value[key] ?? null;
  if (found === null || (typeof found === "string" && found !== "")) return found;
  throw new SeedError(`${where}.${key}`, "expected a string");
}

function onlyKeys(where: string, value: Config, accepted: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !accepted.includes(key));
  if (unknown === undefined) return;
  throw new SeedError(where, `unknown key "${unknown}"; accepted keys: ${accepted.join(", ")}`);
}

function distinct(where: string, items: { id: string; name: string }[]): void {
  for (const key of ["id", "name"] as const) {
    const seen = new Set<string>();
    for (const item of items) {
      if (seen.has(item[key])) throw new SeedError(where, `${key} "${item[key]}" is a duplicate`);
      seen.add(item[key]);
    }
  }
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}
