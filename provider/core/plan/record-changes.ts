import { hasSecretKey } from "../diff/diff";
import { quietChange, unrecordedChanges } from "../diff/trigger-state";
import { isSecretPath } from "../expressions/secret-paths";
import { isObject } from "../json/is-object";
import { valueAt } from "../json/value-at";
import type { Key, Keys } from "../schema/config-keys";
import { equalJson, isSameJson } from "../schema/equality";
import { FIELDS, type FieldName, VARIANTS } from "../schema/field-rules";
import { RESOURCE_OPTIONS } from "../schema/file-keys";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger, Json, JsonObject } from "../schema/model";
import type { RecordChange, Remembered, ResourceOptions, TriggerPlan } from "./plan-model";

/**
 * Adds to a trigger's plan what the apply changes in the stack's state but not in the API: resource options, and
 * values with the same meaning written differently. A plan with no other change becomes an update without calls.
 */
export function withRecordChanges(
  plan: TriggerPlan,
  held: Remembered,
  options: ResourceOptions,
): TriggerPlan {
  const { op, desired } = plan;
  if (!held.inputs || !desired || op === "conflict") return plan;
  const ofOptions = optionChanges(held, options);
  // Every other operation records the whole declaration anyway.
  if (op !== "none" && op !== "update") return { ...plan, recorded: ofOptions };
  const shown = plan.changes.map(({ path }) => path.join("."));
  const isShown = ({ kind, path }: RecordChange): boolean =>
    kind === "value" && shown.some((each) => overlaps(each, path.join(".")));
  const declared = declaredChanges({ ...held, inputs: held.inputs }, desired);
  const quiet = quietChanges({ ...plan, desired }, held.state);
  const recorded = [...declared.filter((change) => !isShown(change)), ...quiet, ...ofOptions];
  return { ...plan, op: recorded.length > 0 ? "update" : op, recorded };
}

function quietChanges(plan: TriggerPlan & { desired: DesiredTrigger }, state: JsonObject): RecordChange[] {
  const change = quietChange(plan, state);
  if (!change) return [];
  const { recorded, desired } = change as { recorded: Json | undefined; desired: Json | undefined };
  return [{ kind: "value", path: ["quiet_pause"], recorded, desired, secret: false }];
}

const overlaps = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

function optionChanges(held: Remembered, options: ResourceOptions): RecordChange[] {
  return (Object.keys(RESOURCE_OPTIONS) as ("protect" | "retain")[]).flatMap((name) => {
    const [recorded = false, desired = false] = [held[name], options[name]];
    return recorded === desired ? [] : [{ kind: "value", path: [name], recorded, desired, secret: false }];
  });
}

/** Where the state differs literally from the declaration; empty if it does not. */
function declaredChanges(
  { inputs, state }: { inputs: JsonObject; state: JsonObject },
  desired: DesiredTrigger,
): RecordChange[] {
  const after = desired as unknown as JsonObject;
  // The outputs have these from the last write, and the provider compares with the outputs.
  const before = {
    ...inputs,
    ...unlessEqual("status", state["declared_status"], after),
    ...unlessEqual("secret_paths", state["secret_paths"], after),
  } as JsonObject;
  const references = [referencesIn(before), referencesIn(after)] as const;
  const moved = [...new Set(references.flatMap((each) => Object.keys(each)))].filter(
    (path) => own(references[0], path) !== own(references[1], path),
  );
  const values = differencesOf(before, after);
  const listed = new Set(values.map(({ path }) => path.join(".")));
  const renamed = moved
    .filter((path) => !listed.has(path))
    .map((path) => ({
      path: path.split("."),
      recorded: valueAt<Json>(before, path.split(".")),
      desired: valueAt<Json>(after, path.split(".")),
      secret: false,
    }));
  const written = [...values, ...renamed].map((each): RecordChange => {
    const path = each.path.join(".");
    const secret =
      each.secret || [inputs, before, after].some((side) => isSecretPath(each.path, pathsIn(side)));
    const [was, is] = moved.includes(path) ? references.map((side) => own(side, path)) : [];
    return {
      kind: "value",
      path: each.path,
      recorded: was ?? each.recorded,
      desired: is ?? each.desired,
      secret,
    };
  });
  const known = written.map(({ path }) => path.join("."));
  const unrecorded = unrecordedChanges(desired, state)
    .filter(({ path }) => !known.some((each) => overlaps(each, path.join("."))))
    .map(
      ({ path, live, desired: is, secret }): RecordChange => ({
        kind: "value",
        path,
        recorded: live,
        desired: is,
        secret: secret || isSecretPath(path, pathsIn(state)),
      }),
    );
  return [...written, ...unrecorded, ...encryptionChanges(pathsIn(before), pathsIn(after))];
}

/** The output's value, to use instead of the input's if it differs from the declaration. */
const unlessEqual = (name: string, value: Json | undefined, declared: JsonObject): Partial<JsonObject> =>
  equalJson(value, declared[name]) ? {} : { [name]: value };

const pathsIn = ({ secret_paths: paths }: JsonObject): string[] =>
  Array.isArray(paths) ? paths.map(String) : [];

const referencesIn = ({ references }: JsonObject): JsonObject =>
  isObject(references) ? (references as JsonObject) : {};

const encryptionChanges = (before: readonly string[], after: readonly string[]): RecordChange[] =>
  [...new Set([...after, ...before])].flatMap((path) => {
    const encrypted = after.includes(path);
    return encrypted === before.includes(path)
      ? []
      : [{ kind: "encryption", path: path.split("."), encrypted }];
  });

interface Difference {
  path: readonly string[];
  recorded: Json | undefined;
  desired: Json | undefined;
  secret: boolean;
}

/** Differences between two declarations. Objects are compared key by key, lists as a whole. */
function differencesOf(before: JsonObject, after: JsonObject): Difference[] {
  const found: Difference[] = [];
  const compare = (
    path: readonly string[],
    was: Json | undefined,
    is: Json | undefined,
    key: Shape,
  ): void => {
    if ((was === undefined) === (is === undefined) && equalJson(was, is)) return;
    if (!isObject(was) || !isObject(is)) {
      found.push({ path, recorded: was, desired: is, secret: key.secret });
      return;
    }
    const [inside, wanted] = [was as JsonObject, is as JsonObject];
    for (const name of new Set([...Object.keys(inside), ...Object.keys(wanted)]))
      compare([...path, name], own(inside, name), own(wanted, name), shapeBelow(key, name));
  };
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [own(before, field), own(after, field)];
    if (!isInternal(field) && !isSameJson(was, is)) compare([field], was, is, shapeOf(field, before, after));
  }
  return found;
}

const isInternal = (field: string): boolean =>
  Object.hasOwn(FIELDS, field) && "internal" in FIELDS[field as FieldName];

/** What the schema knows about a value: its documented keys, and whether outputs must hide it. */
interface Shape {
  keys?: Keys;
  secret: boolean;
}

function shapeOf(field: string, ...sides: JsonObject[]): Shape {
  const variant = VARIANTS.find(({ config }) => config === field);
  if (!variant) return { secret: false };
  const keys: Keys = Object.assign(
    {},
    ...sides.map((side) => lookUp(variant.table, String(side[variant.type]))?.keys ?? {}),
  );
  return { keys, secret: false };
}

function shapeBelow({ keys, secret }: Shape, name: string): Shape {
  if (!keys) return { secret };
  const key: Key | undefined = Object.hasOwn(keys, name) ? keys[name] : undefined;
  // A key that is newer than this release may be as secret as the keys beside it.
  if (!key) return { secret: Object.values(keys).some((other) => other.secret) };
  return { ...(key.keys && !key.secret ? { keys: key.keys } : {}), secret: hasSecretKey(key) };
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** What the stack holds for each of these resources, under its current or its former key. */
export function heldBy(
  options: readonly ResourceOptions[],
  remembered: readonly Remembered[],
): (Remembered | undefined)[] {
  const held = new Map(remembered.filter(({ replaced }) => !replaced).map((each) => [each.resource, each]));
  return options.map((own) => held.get(renamedFrom(own, held) ?? own.resource));
}

/** The former key under which the stack still holds a trigger; undefined if there is none. */
export const renamedFrom = (
  { resource, replaces }: ResourceOptions,
  held: { has(resource: string): boolean },
): string | undefined =>
  replaces !== undefined && held.has(replaces) && !held.has(resource) ? replaces : undefined;
