import { movedReferences } from "../expressions/references";
import { isSecretPath } from "../expressions/secret-paths";
import { isObject } from "../json/is-object";
import { isAbsent, isUserData, type Key, type Keys, nested } from "../schema/config-keys";
import { isSameJson, sameMeaning } from "../schema/equality";
import { type ChangeRule, FIELDS, VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger, Quiet } from "../schema/model";
import type { QuietPause, ResumedSince } from "./status";

/**
 * Why a field differs: the definition changed, the live trigger was changed outside, or both changed, to different
 * values. `reference moved`, `namespace changed`: the definition was not edited, but a name in it now refers to
 * another resource, in the same namespace or in the one that the trigger moves to. `differs`: what was applied last
 * is not known. `quiet`, `quiet over`: planned quiet of the environment, see status.ts.
 */
export type Cause =
  | "you edited"
  | "live drifted"
  | "both changed"
  | "reference moved"
  | "namespace changed"
  | "quiet"
  | "quiet over"
  | "differs";

/** One field whose desired and live values differ in meaning. */
export interface FieldChange {
  /** The path, in the API's names: ["schedule_config", "cron_expression"]. */
  path: readonly string[];
  /** undefined: absent. */
  desired: Json | undefined;
  live: Json | undefined;
  cause: Cause;
  rule: ChangeRule;
  /** Outputs must not show its values. */
  secret: boolean;
  /** Only with cause `both changed`: what was applied last; undefined: absent. */
  applied?: Json | undefined;
  /** Only with cause `reference moved` or `namespace changed`: the references, as written. */
  references?: readonly string[];
  /** Only with cause `quiet`. */
  quiet?: Quiet;
  /** Only in a refresh, which reads no definitions: `desired` is what the state records as declared. */
  isRecorded?: true;
}

/** What was applied last, according to the state. */
export interface Applied extends Omit<DesiredTrigger, "status"> {
  namespace_id: string;
  /** The live status when the trigger was last applied or read. */
  status?: string;
  /** The status that the definition declared then. */
  declared_status?: string;
  /** Keys that the service added to what we sent, by config: its own defaults, not manual changes. */
  service_defaults?: Partial<Record<"action_config" | "schedule_config", JsonObject>>;
  /** The pause that a run made for planned quiet. */
  quiet_pause?: QuietPause;
}

export interface DiffContext {
  /** Whether this API has trigger names; undefined if no response has shown it yet. */
  names?: boolean | undefined;
  /** Whether the desired namespace is the one applied last, by id or by name. */
  sameNamespace?: boolean;
  /** Returns true for a value that a preview cannot know yet: it counts as a change. */
  isUnknown?: (value: unknown) => boolean;
  /** For a trigger without a state: the pause that an interrupted run requested when it created the trigger. */
  requestedPause?: QuietPause | undefined;
  /** Whether it was resumed, according to the service's event feed; absent if the feed was not requested. */
  resumedSince?: ResumedSince | undefined;
}

/**
 * A three-way diff, field by field: desired × last applied × live. The status is handled in status.ts. Without
 * `applied` (an adoption, or a plan without a state) the cause of a difference is not known.
 */
export function diffTrigger(
  desired: DesiredTrigger,
  applied: Applied | undefined,
  live: LiveTrigger,
  context: DiffContext = {},
): FieldChange[] {
  const changes: FieldChange[] = [];
  const { isUnknown } = context;
  const moves =
    applied !== undefined &&
    !context.sameNamespace &&
    desired.namespace !== applied.namespace &&
    desired.namespace !== live.namespace_id;
  const movedCause = moves ? "namespace changed" : "reference moved";
  const compare = (path: readonly string[], rule: ChangeRule, at: Sides, key?: Key): void => {
    if (!containsUnknown(at.desired, isUnknown) && sameMeaning(at.desired, at.live, key)) return;
    const cause = at.applied === "none" ? "differs" : causeOf(at.desired, at.applied.value, at.live, key);
    const secret =
      hasSecretKey(key) || [desired, applied].some((side) => isSecretPath(path, side?.secret_paths));
    const change = {
      path,
      desired: at.desired,
      live: at.live,
      rule,
      secret,
      ...(cause === "both changed" && at.applied !== "none" ? { applied: at.applied.value } : {}),
    };
    const moved =
      cause === "you edited" && at.applied !== "none"
        ? movedReferences(
            path,
            { value: at.desired, references: desired.references },
            { value: at.applied.value, references: applied?.references },
          )
        : [];
    changes.push(
      moved.length > 0 ? { ...change, cause: movedCause, references: moved } : { ...change, cause },
    );
  };
  const was = <T extends Json>(value: T | undefined): Sides["applied"] => (applied ? { value } : "none");

  if (moves) {
    changes.push({
      path: ["namespace"],
      desired: desired.namespace,
      live: applied.namespace,
      cause: "you edited",
      rule: FIELDS.namespace.onChange,
      secret: false,
    });
  }
  // On an API without names, a live trigger without a name has not lost its name.
  if (live.name !== undefined || context.names === true) {
    compare(["name"], FIELDS.name.onChange, {
      desired: desired.name,
      applied: was(applied?.name),
      live: live.name,
    });
  }
  compare(["description"], FIELDS.description.onChange, {
    desired: desired.description || undefined,
    applied: was(applied?.description || undefined),
    live: live.description || undefined,
  });
  for (const variant of VARIANTS) {
    const type = variant.type;
    compare([type], FIELDS[type].onChange, {
      desired: desired[type],
      applied: was(applied?.[type]),
      live: live[type],
    });
    // Configs of two types have no keys in common to compare.
    if (desired[type] !== live[type]) continue;
    const { config } = variant;
    // If the live config is exactly as declared, nothing changed, whatever was applied.
    if (!isUnknown && isSameJson(desired[config], live[config])) continue;
    const rule = FIELDS[config].onChange;
    const keys = lookUp(variant.table, desired[type])?.keys ?? {};
    if (isUnknown?.(desired[config])) {
      const sides = { desired: desired[config], applied: was(applied?.[config]), live: live[config] };
      compare([config], rule, sides, nested("", keys, ""));
      continue;
    }
    compareConfigs(
      keys,
      [config],
      {
        desired: desired[config],
        applied: applied && applied[type] === live[type] ? applied[config] : undefined,
        live: live[config],
        serviceDefaults: applied?.service_defaults?.[config] ?? {},
      },
      (path, at, key) => compare(path, rule, applied ? at : { ...at, applied: "none" }, key),
      isUnknown,
    );
  }
  return changes;
}

interface Sides {
  desired: Json | undefined;
  applied: { value: Json | undefined } | "none";
  live: Json | undefined;
}

interface Configs {
  desired: JsonObject;
  applied: JsonObject | undefined;
  live: JsonObject;
  serviceDefaults: JsonObject;
}

function compareConfigs(
  keys: Keys,
  at: readonly string[],
  configs: Configs,
  compare: (path: readonly string[], sides: Sides, key?: Key) => void,
  isUnknown: DiffContext["isUnknown"],
): void {
  const names = new Set(
    [configs.desired, configs.applied ?? {}, configs.live].flatMap((config) => Object.keys(config)),
  );
  for (const name of names) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    const desired = own(configs.desired, name, key);
    const applied = own(configs.applied ?? {}, name, key);
    const live = own(configs.live, name, key);
    const path = [...at, name];
    if (
      desired === undefined &&
      applied === undefined &&
      isServices(key, live, own(configs.serviceDefaults, name, key))
    )
      continue;
    // The service may drop or keep an empty value, so one on either side means nothing.
    if (isEmpty(desired, key) && isEmpty(live, key)) continue;
    if (
      key?.keys &&
      isObject(live) &&
      (desired === undefined || (isObject(desired) && !isUnknown?.(desired)))
    ) {
      const below: Configs = {
        desired: (desired ?? {}) as JsonObject,
        applied: isObject(applied) ? (applied as JsonObject) : undefined,
        live: live as JsonObject,
        serviceDefaults: {},
      };
      // A nested object that is removed as a whole is one change, not one per key.
      if (desired !== undefined) {
        compareConfigs(key.keys, path, below, compare, isUnknown);
        continue;
      }
    }
    compare(
      path,
      {
        desired: desired ?? key?.default,
        applied: { value: applied ?? key?.default },
        live: live ?? key?.default,
      },
      key,
    );
  }
}

/** Whether the service set a live-only value: its key is unknown, it is empty, or it appeared after our own write. */
function isServices(key: Key | undefined, live: Json | undefined, seen: Json | undefined): boolean {
  if (key === undefined) return true;
  if (seen !== undefined && live !== undefined && sameMeaning(live, seen, key)) return true;
  if (key.keys && isObject(live)) {
    return Object.entries(live as JsonObject).every(([name, value]) => {
      const below = Object.hasOwn(key.keys!, name) ? key.keys![name] : undefined;
      return isServices(below, present(value, below), undefined) || sameMeaning(value, below?.default, below);
    });
  }
  return isEmpty(live, key);
}

function isEmpty(value: Json | undefined, key: Key | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  // In the user's own data, null is a value.
  if (key && isUserData(key)) return typeof value === "object" && Object.keys(value).length === 0;
  return Array.isArray(value)
    ? value.length === 0
    : typeof value === "object" && Object.values(value).every(isNull);
}

const isNull = (value: Json): boolean => value === null;

/** A nested object that is added or removed is shown as a whole, so one secret inside makes it secret. */
export function hasSecretKey(key: Key | undefined): boolean {
  return key?.secret === true || Object.values(key?.keys ?? {}).some(hasSecretKey);
}

/** Reads own keys only: a key called `constructor` must not return what every object inherits. */
const own = (config: JsonObject, name: string, key: Key | undefined): Json | undefined =>
  Object.hasOwn(config, name) ? present(config[name], key) : undefined;

const present = (value: Json | undefined, key: Key | undefined): Json | undefined =>
  isAbsent(value, key) ? undefined : value;

function causeOf(
  desired: Json | undefined,
  applied: Json | undefined,
  live: Json | undefined,
  key?: Key,
): Cause {
  if (sameMeaning(applied, live, key)) return "you edited";
  return sameMeaning(applied, desired, key) ? "live drifted" : "both changed";
}

function containsUnknown(value: Json | undefined, isUnknown: DiffContext["isUnknown"]): boolean {
  if (!isUnknown) return false;
  if (isUnknown(value)) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((inner) => containsUnknown(inner, isUnknown))
  );
}
