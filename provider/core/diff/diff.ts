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
 * Why a field differs: the definition changed, somebody changed the live trigger, or each did, differently; or a name
 * that was not edited refers to another resource now, in the same namespace or in the one that the trigger moves to.
 * `differs`: what was applied last is not known. `quiet`, `quiet over`: planned quiet of the environment, see status.ts.
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

/** One field that differs in meaning between what is desired and what is live. */
export interface FieldChange {
  /** In the API's names: ["schedule_config", "cron_expression"]. */
  path: readonly string[];
  /** undefined: absent. */
  desired: Json | undefined;
  live: Json | undefined;
  cause: Cause;
  rule: ChangeRule;
  /** Its values are not for eyes. */
  secret: boolean;
  /** With cause `both changed`: what was applied last; undefined: absent. */
  applied?: Json | undefined;
  /** With cause `reference moved` or `namespace changed`: the references, as written. */
  references?: readonly string[];
  /** With cause `quiet`. */
  quiet?: Quiet;
}

/** What was applied last, as the state remembers it. */
export interface Applied extends Omit<DesiredTrigger, "status"> {
  namespace_id: string;
  /** The live status when it was last applied or read. */
  status?: string;
  /** The status the definition declared then. */
  declared_status?: string;
  /** Keys the service added to what we sent, by config: its own defaults, not somebody's edit. */
  service_defaults?: Partial<Record<"action_config" | "schedule_config", JsonObject>>;
  /** The pause that a run made for planned quiet. */
  quiet_pause?: QuietPause;
}

export interface DiffContext {
  /** Whether this API has trigger names; undefined when nothing has shown it yet. */
  names?: boolean | undefined;
  /** The desired namespace is the one that it was applied to, by its id or its name. */
  sameNamespace?: boolean;
  /** True for a value that a preview cannot know yet: it counts as a change. */
  isUnknown?: (value: unknown) => boolean;
  /** Of a trigger that no state knows: the pause that an interrupted run asked for when it created it. */
  requestedPause?: QuietPause | undefined;
  /** By the service's feed, where it was asked. */
  resumedSince?: ResumedSince | undefined;
}

/**
 * Three-way, field by field: desired × last applied × live. Status is not here, see status.ts.
 * Without `applied` (an adoption, a plan without a state) the cause of a difference is not known.
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
    const secret = isSecret(key) || [desired, applied].some((side) => isSecretPath(path, side?.secret_paths));
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
  // A trigger without a name on an API that may not have names is not a trigger that lost its name.
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
    // What is live as declared, to the letter, is no change, whatever was applied.
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
    // The service may drop an empty value, or keep one: it says nothing either way.
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
      // A nested object that is removed as a whole is one change, not one for each of its keys.
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

/** A live-only value that the service put there: unknown to the table, empty, or seen right after our own write. */
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
  // A null is a value where the data is the user's own.
  if (key && isUserData(key)) return typeof value === "object" && Object.keys(value).length === 0;
  return Array.isArray(value)
    ? value.length === 0
    : typeof value === "object" && Object.values(value).every(isNull);
}

const isNull = (value: Json): boolean => value === null;

/** A nested object is shown as a whole if it is added or removed, with its secrets. */
export function isSecret(key: Key | undefined): boolean {
  return key?.secret === true || Object.values(key?.keys ?? {}).some(isSecret);
}

/** A key of the config itself: one called `constructor` is not what every object inherits under that name. */
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
