import { ENV_PREFIX } from "../expressions/env-access";
import { asLiteral, isOpen, partsOf } from "../expressions/expressions";
import type { Path } from "../issues/issue";
import { isObject } from "../json/is-object";
import { isAbsent, isUserData, type Key, type Keys, text } from "../schema/config-keys";
import { canonical, sameMeaning } from "../schema/equality";
import { VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { Json, JsonObject, LiveTrigger } from "../schema/model";
import { validateTrigger } from "../schema/validate";
import { choicePaths } from "../schema/value-type";
import type { RefKind } from "../service/resource-kinds";
import { uniqueName, upperName } from "./export-text";

/** The name of a resource, only if no other resource of its kind has that name. */
export type Names = (kind: RefKind, id: string) => string | undefined;

/** A live trigger, written as the body of a definition. */
export interface Written {
  body: JsonObject;
  /** The id for each reference, as written. */
  references: ReadonlyMap<string, string>;
  /** The secret for each environment variable. It is not written to any file. */
  variables: ReadonlyMap<string, string>;
  /** Dotted paths of keys that no definition can contain. */
  leftOut: readonly string[];
}

/**
 * The definition that would create a live trigger, or why there is none. `name` is its key, already escaped; `names`
 * gives the names of resources. `variable` names the environment variable for a secret of a kind such as
 * SLACK_WEBHOOK_URL.
 */
export function definitionOf(
  live: LiveTrigger,
  key: string,
  names: Names,
  variable: (label: string, secret: string) => string,
): Written | { reason: string } {
  const writer = new Writer(names, variable);
  const [action, schedule] = VARIANTS.map(({ type, config, table }) =>
    writer.config(live[config], lookUp(table, live[type])?.keys ?? {}, [config]),
  );
  const body: JsonObject = {
    ...(live.description ? { description: asLiteral(live.description) } : {}),
    action_type: asLiteral(live.action_type),
    action_config: action!,
    trigger_type: asLiteral(live.trigger_type),
    schedule_config: schedule!,
    ...(live.status === "paused" ? { status: live.status } : {}),
  };
  const { references, variables, leftOut } = writer;
  // The service has the final say: values that it holds and this release does not know are exported with
  // allow_unknown.
  const check = (unchecked: string[]) =>
    validateTrigger({ name: key, ...body, allow_unknown: unchecked }, { isUnknown: isOpen }).issues;
  const unchecked = [...new Set(check([]).map(({ path }) => path.join(".")))].sort();
  if (unchecked.length === 0) return { body, references, variables, leftOut };
  const [problem] = check(unchecked);
  if (problem) return { reason: `its ${problem.path.join(".")} ${problem.message}` };
  return { body: { ...body, allow_unknown: unchecked }, references, variables, leftOut };
}

/** The kinds of resources that live triggers refer to by id. */
export function refKindsOf(live: readonly LiveTrigger[]): RefKind[] {
  const kinds = new Set<RefKind>();
  const visit = (config: JsonObject, keys: Keys): void => {
    for (const [name, key] of Object.entries(keys)) {
      const value = Object.hasOwn(config, name) ? config[name] : undefined;
      if (key.keys && isObject(value)) visit(value as JsonObject, key.keys);
      else if (key.ref && !isEmpty(value, key)) kinds.add(key.ref);
    }
  };
  for (const trigger of live)
    for (const { type, config, table } of VARIANTS)
      visit(trigger[config], lookUp(table, trigger[type])?.keys ?? {});
  return [...kinds];
}

class Writer {
  readonly references = new Map<string, string>();
  readonly variables = new Map<string, string>();
  readonly leftOut: string[] = [];

  constructor(
    private readonly names: Names,
    private readonly variable: (label: string, secret: string) => string,
  ) {}

  /** Known keys in the order of the table, then the others sorted by name. Empty and default values are left out. */
  config(live: JsonObject, keys: Keys, at: Path): JsonObject {
    const known = Object.keys(keys).filter((name) => Object.hasOwn(live, name));
    const others = Object.keys(live)
      .filter((name) => !Object.hasOwn(keys, name) && !isEmpty(live[name]))
      .sort();
    const written: [string, Json][] = [];
    for (const name of [...known, ...others]) {
      const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
      // Expressions in allow_unknown are filled in, so it cannot list this name.
      if (!key && name.includes("${")) {
        this.leftOut.push([...at, name].join("."));
        continue;
      }
      const value = this.#value(live[name]!, key, [...at, name]);
      if (value !== undefined) written.push([name, value]);
    }
    return Object.fromEntries(written);
  }

  #value(live: Json, key: Key | undefined, at: Path): Json | undefined {
    if (isEmpty(live, key)) return undefined;
    if (key === undefined) return this.#unknown(live, String(at.at(-1)));
    if (key.default !== undefined && sameMeaning(live, key.default, key)) return undefined;
    if (key.keys && isObject(live)) {
      const inner = this.config(live as JsonObject, key.keys, at);
      return isEmpty(inner) ? undefined : inner;
    }
    if (key.secret) return this.#secret(live, key, String(at.at(-1)));
    // The API may return a number as a string.
    if (key.ts === "number") return this.#plain(canonical(live, key));
    if (isUserData(key)) return this.#plain(live);
    const items = key.meaning === "set" && Array.isArray(live) ? [...new Set(live)] : live;
    const { ref } = key;
    if (ref === undefined) return this.#plain(items);
    return Array.isArray(items) ? items.map((id) => this.#id(id, ref)) : this.#id(items, ref);
  }

  #id(id: Json, kind: RefKind): Json {
    const name = typeof id === "string" ? this.names(kind, id) : undefined;
    const reference = name === undefined ? undefined : referenceTo(kind, name);
    if (reference === undefined) return this.#plain(id);
    this.references.set(reference, id as string);
    return reference;
  }

  /** The value with every `${` escaped. */
  #plain(value: Json): Json {
    return typeof value === "string" ? asLiteral(value) : over(value, (inner) => this.#plain(inner));
  }

  /** A key that is not in the tables may still hold a secret; its name is the only clue. */
  #unknown(value: Json, name: string): Json {
    const secret = SECRETS.get(name) ?? (SECRETIVE.test(name) ? ANY_SECRET : undefined);
    if (secret) return this.#secret(value, secret, name);
    return typeof value === "string"
      ? asLiteral(value)
      : over(value, (inner, step) => this.#unknown(inner, String(step)));
  }

  /** Every string in a secret value becomes a variable, except the ones that only say what kind of value it is. */
  #secret(secret: Json, key: Key, name: string): Json {
    // A free string may be a secret; one of a few fixed choices is not.
    const choices = choicePaths(key.type, secret);
    const fixed = new Set(choices.map((path) => path.join(".")));
    const isOpenAt = ([item, step, ...below]: Path): boolean =>
      typeof item === "number" && below.length === 0 && (key.open ?? []).includes(String(step));
    const kinds = new Map(choices.map((path) => [path[0], valueAt(secret, path)]));
    const write = (value: Json, path: Path): Json => {
      if (typeof value !== "string") return over(value, (inner, step) => write(inner, [...path, step]));
      if (fixed.has(path.join(".")) || isOpenAt(path)) return asLiteral(value);
      if (value === "") return value;
      const steps = path.slice(1).filter((step) => step !== "config");
      const words = steps.map((step) => (typeof step === "number" ? step + 1 : step));
      const label = upperName([kinds.get(path[0]), ...words].join("_")) || upperName(name) || "SECRET";
      const variable = this.variable(label, value);
      this.variables.set(variable, value);
      return `\${env:${variable}}`;
    };
    return write(secret, []);
  }
}

/** Keys whose values are secret anywhere in the tables. */
const SECRETS: ReadonlyMap<string, Key> = new Map(
  VARIANTS.flatMap(({ table }) => Object.values(table).flatMap(({ keys = {} }) => secretKeys(keys))),
);

/** Names of unknown keys that suggest a secret. */
const SECRETIVE = /webhook|secret|token|password|credential|api_?key|authorization/i;
const ANY_SECRET = text("", { secret: true });

function secretKeys(keys: Keys): [string, Key][] {
  return Object.entries(keys).flatMap(([name, key]): [string, Key][] =>
    key.secret ? [[name, key]] : secretKeys(key.keys ?? {}),
  );
}

/** Names the environment variables of a whole set: one per secret, however many triggers share it. */
export class Variables {
  /** Label → secret → the triggers that have it. */
  readonly #seen = new Map<string, Map<string, Set<string>>>();
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  note(label: string, secret: string, trigger: string): void {
    const secrets = this.#seen.get(label) ?? new Map<string, Set<string>>();
    const triggers = secrets.get(secret) ?? new Set();
    this.#seen.set(label, secrets.set(secret, triggers.add(trigger)));
  }

  /**
   * MIXPEEK_VAR_SLACK_WEBHOOK_URL if it is the only such secret and several triggers share it, else
   * MIXPEEK_VAR_CANARY_SLACK_WEBHOOK_URL. Without the prefix, a key called `mixpeek_api_key` would be named like a
   * credential.
   */
  nameOf(label: string, secret: string): string {
    const id = JSON.stringify([label, secret]);
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const secrets = this.#seen.get(label);
    const [first = "", ...others] = secrets?.get(secret) ?? [];
    const owner = secrets?.size === 1 && others.length > 0 ? "" : upperName(first);
    const name = [owner, label].filter(Boolean).join("_");
    const free = uniqueName(`${ENV_PREFIX}${name}`, this.#taken, "_");
    this.#names.set(id, free);
    this.#taken.add(free);
    return free;
  }
}

/** `${cluster:products}`; undefined if an expression cannot express the name, or the API cannot look it up. */
function referenceTo(kind: RefKind, name: string): string | undefined {
  const reference = `\${${kind}:${name}}`;
  const [part] = partsOf(reference).parts;
  // The reference must parse to the same name, and the name must not be a path step such as `..`.
  const sound =
    typeof part === "object" && part.text === reference && part.kind === kind && part.name === name;
  return sound && name !== "." && name !== ".." ? reference : undefined;
}

/** An empty value, which means the same as an absent one: see diff.ts. */
function isEmpty(value: Json | undefined, key?: Key): boolean {
  if (value === undefined || value === null || value === "" || isAbsent(value, key)) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (key && isUserData(key)) return Object.keys(value).length === 0;
  return isObject(value) && Object.values(value).every((inner) => inner === null);
}

const valueAt = (value: Json, path: readonly PropertyKey[]): Json | undefined =>
  path.reduce<Json | undefined>((at, step) => (at as JsonObject | undefined)?.[String(step)], value);

/** A list or map with its values changed; null stays null. */
function over(value: Json, change: (inner: Json, step: string | number) => Json): Json {
  if (Array.isArray(value)) return value.map(change);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, change(inner, key)]),
  );
}
