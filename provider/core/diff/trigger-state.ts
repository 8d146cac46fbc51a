import { isObject } from "../json/is-object";
import { isAbsent } from "../schema/config-keys";
import { equalJson, sameMeaning } from "../schema/equality";
import { FIELDS, type FieldName, VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger, Json, JsonObject, LiveTrigger, Quiet } from "../schema/model";
import { type Applied, type DiffContext, diffTrigger, type FieldChange } from "./diff";
import type { Call, Plan } from "./plan-types";
import { type QuietPause, type UnansweredRequest, withRequest } from "./status";

/**
 * What the engine stores for a trigger: the declared fields as applied, and what identifies the live trigger. It holds
 * nothing that the service changes by itself, so that a refresh shows no change. Every release reads all older states.
 */
export interface TriggerState extends JsonObject {
  trigger_id: string;
  namespace_id: string;
  /** The live status when the trigger was last applied or read. */
  status: string;
}

/** Where a trigger came from, kept over changes and refreshes for as long as it matters. */
export interface Origin {
  /** It existed before, so another owner may still use it. */
  adopted?: true;
  /** Namespaces by id, of the trigger that it replaced and of earlier ones: they may still have to be deleted. */
  predecessors?: Record<string, string>;
}

/** Reads a state of this or any older release; older ones have neither field. */
export function originOf({ adopted, predecessors }: JsonObject): Origin {
  return {
    ...(adopted === true ? { adopted } : {}),
    ...(isObject(predecessors) ? { predecessors: predecessors as Record<string, string> } : {}),
  };
}

/** The state after a write, an adoption or a read. `desired` is what is declared, `live` what the API returned. */
export function stateOf(
  desired: DesiredTrigger,
  live: LiveTrigger,
  origin: Origin = {},
  { pausedForQuiet = false }: { pausedForQuiet?: boolean } = {},
): TriggerState {
  const { status: declared, active_quiet: quiet, ...fields } = desired;
  const added = serviceDefaults(desired, live);
  return {
    ...(fields as unknown as JsonObject),
    ...(declared === undefined ? {} : { declared_status: declared }),
    trigger_id: live.trigger_id,
    namespace_id: live.namespace_id,
    status: live.status,
    ...(live.created_at === undefined ? {} : { created_at: live.created_at }),
    ...(live.created_by === undefined ? {} : { created_by: live.created_by }),
    ...(added === undefined ? {} : { service_defaults: added }),
    ...(pausedForQuiet && quiet ? { quiet_pause: quietPause(quiet, live) } : {}),
    ...origin,
  };
}

const quietPause = (
  { requested_at: _, given_up_at: __, ...quiet }: QuietPause,
  { updated_at }: LiveTrigger,
): JsonObject => ({
  ...quiet,
  ...(updated_at === undefined ? {} : { updated_at }),
});

/** The planned quiet for which the stack paused the trigger, from its state; undefined if it did not. */
export const recordedQuiet = ({ quiet_pause: pause }: JsonObject): Quiet | undefined => {
  if (!isObject(pause)) return undefined;
  const { updated_at: _, ...quiet } = pause as unknown as QuietPause;
  return quiet;
};

/** How a plan without other changes ends or extends the planned quiet that the state records. */
export function quietChange(
  {
    desired,
    changes,
    pausedForQuiet,
  }: Pick<Plan, "changes" | "pausedForQuiet"> & { desired: DesiredTrigger },
  state: JsonObject,
): { recorded: Quiet | undefined; desired: Quiet | undefined } | undefined {
  if (changes.some(({ path }) => path[0] === "status")) return undefined;
  const { requested_at: _, ...quiet } = desired.active_quiet ?? {};
  const [recorded, now] = [recordedQuiet(state), pausedForQuiet ? (quiet as Quiet) : undefined];
  return equalJson(recorded as JsonObject | undefined, now as JsonObject | undefined)
    ? undefined
    : { recorded, desired: now };
}

/**
 * The state after calls of which `undone` were not made. Their fields keep the values applied before, so that the next
 * plan shows an edit again, not drift. `before` is the previous state or, for an adoption, the live trigger before it.
 */
export function partialStateOf(
  desired: DesiredTrigger,
  live: LiveTrigger,
  {
    before,
    undone,
    origin = {},
    plan = {},
  }: {
    before: JsonObject;
    undone: readonly Call[];
    origin?: Origin;
    plan?: Pick<Plan, "pausedForQuiet">;
  },
): TriggerState {
  const fields = new Set(undone.flatMap(fieldsOf));
  const isUndone = (path: string): boolean => fields.has(path.split(".")[0]!);
  const whole = stateOf(desired, live, origin, plan);
  const state: JsonObject = { ...whole };
  const put = (key: string, value: Json | undefined): void => {
    if (value === undefined) delete state[key];
    else state[key] = value;
  };
  for (const field of fields) {
    if (field === "status") {
      put("declared_status", before["declared_status"]);
      // The resume that remains to be done is still for our own pause, whatever else was written.
      const quiet = recordedQuiet(before);
      if (quiet) put("quiet_pause", quietPause(quiet, live));
    }
    // A live trigger may have no name yet, but a state always has one.
    else put(field, before[field] ?? (field === "name" ? whole["name"] : undefined));
  }
  const references = [
    ...Object.entries(desired.references ?? {}).filter(([path]) => !isUndone(path)),
    ...Object.entries((before["references"] ?? {}) as JsonObject).filter(([path]) => isUndone(path)),
  ];
  put("references", references.length > 0 ? Object.fromEntries(references) : undefined);
  const secret = new Set([
    ...(desired.secret_paths ?? []),
    ...((before["secret_paths"] ?? []) as string[]).filter(isUndone),
  ]);
  put("secret_paths", secret.size > 0 ? [...secret].sort() : undefined);
  // What the service adds is only seen after a write, so a config that was not written keeps the old values.
  const learnt = [whole, before].map(({ service_defaults: each }) => (each ?? {}) as JsonObject);
  const defaults = VARIANTS.flatMap(({ config }) => {
    const own = learnt[fields.has(config) ? 1 : 0]![config];
    return own === undefined ? [] : [[config, own] as const];
  });
  put("service_defaults", defaults.length > 0 ? Object.fromEntries(defaults) : undefined);
  return state as TriggerState;
}

/**
 * The state after a pause for planned quiet, the first call in `undone`, got no response; see {@link partialStateOf}.
 */
export function unansweredPauseState(
  desired: DesiredTrigger,
  live: LiveTrigger,
  made: { before: JsonObject; undone: readonly Call[]; origin?: Origin },
  { requested_at, given_up_at }: UnansweredRequest,
): TriggerState {
  const { active_quiet: quiet } = withRequest(desired, requested_at);
  const state = partialStateOf(desired, live, made);
  return quiet ? { ...state, quiet_pause: { ...quiet, given_up_at } } : state;
}

/** The fields that a call writes. A call that creates a trigger writes all of it or nothing. */
const fieldsOf = (call: Call): string[] =>
  call.op === "patch"
    ? Object.keys(call.body)
    : call.op === "pause" || call.op === "resume"
      ? ["status"]
      : [];

/** The `applied` side of a diff, from a state of this or any older release. */
export function appliedOf(state: JsonObject): Applied {
  return state as unknown as Applied;
}

/**
 * The fields whose declared meaning differs from what the state records as applied, even if they are live as declared
 * already. Until they are recorded, later diffs would compare with the old values.
 */
export const unrecordedChanges = (
  desired: DesiredTrigger,
  state: JsonObject,
  { isUnknown }: Pick<DiffContext, "isUnknown"> = {},
): FieldChange[] =>
  diffTrigger(desired, undefined, declaredOf(state) as unknown as LiveTrigger, {
    ...(isUnknown ? { isUnknown } : {}),
  });

/**
 * Whether a plan without calls still has something to record in the state. `isPlanned` is false for a refresh, which
 * passes what was applied as `desired`.
 */
export function isToRecord(
  plan: Plan,
  desired: DesiredTrigger,
  state: JsonObject,
  { isPlanned, ...context }: Pick<DiffContext, "isUnknown"> & { isPlanned: boolean },
): boolean {
  // A status that was added to or removed from the definition changes what is enforced, and a value that became
  // secret must be encrypted: the state has to record that, though the API need not be called.
  if ((desired.status ?? null) !== (state["declared_status"] ?? null)) return true;
  if (String(desired.secret_paths ?? "") !== String(state["secret_paths"] ?? "")) return true;
  if (!isPlanned) return false;
  return (
    unrecordedChanges(desired, state, context).length > 0 ||
    quietChange({ ...plan, desired }, state) !== undefined
  );
}

/** The declared fields in a state, as they were when last applied. */
export function declaredOf(state: JsonObject): DesiredTrigger {
  const desired: JsonObject = {};
  for (const name of Object.keys(FIELDS) as FieldName[]) {
    const value = name === "status" ? state["declared_status"] : state[name];
    if (value !== undefined && value !== null) desired[name] = value;
  }
  return desired as unknown as DesiredTrigger;
}

/**
 * The result of a refresh. `inputs`: the declared keys with their live values, so that the next preview shows what it
 * will change. Values with the same meaning keep their declared spelling, and service defaults stay out. `state`:
 * keeps what was applied, so that the next diff still knows what changed on which side. Both stay the same unless
 * something was changed outside; `changes` lists those fields.
 */
export function readState(
  state: JsonObject,
  live: LiveTrigger,
  context: DiffContext,
): { inputs: DesiredTrigger; state: TriggerState; changes: FieldChange[] } {
  const declared = declaredOf(state);
  const changes = diffTrigger(declared, appliedOf(state), live, context);
  let inputs = declared as unknown as JsonObject;
  for (const { path, live: value } of changes) inputs = withValue(inputs, path, value);
  const pause = live.status === "paused" ? state["quiet_pause"] : undefined;
  if (declared.status !== undefined && declared.status !== live.status && pause === undefined) {
    inputs = withValue(inputs, ["status"], live.status);
    changes.push({
      path: ["status"],
      desired: declared.status,
      live: live.status,
      cause: "live drifted",
      rule: FIELDS.status.onChange,
      secret: false,
    });
  }
  // Service defaults are only known from our own write; in a later read they look the same as an edit.
  const { service_defaults: _, ...read } = stateOf(declared, live, originOf(state));
  const kept = state["service_defaults"];
  const applied = {
    ...read,
    ...(kept === undefined ? {} : { service_defaults: kept }),
    ...(pause === undefined ? {} : { quiet_pause: pause }),
  };
  return {
    inputs: inputs as unknown as DesiredTrigger,
    state: applied as TriggerState,
    changes: changes.map((change) => ({ ...change, isRecorded: true })),
  };
}

function withValue(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...below] = path;
  if (key === undefined) return object;
  const copy: JsonObject = { ...object };
  if (below.length > 0) {
    const inner = copy[key];
    copy[key] = withValue(isObject(inner) ? (inner as JsonObject) : {}, below, value);
  } else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

/** Known keys that we did not send and whose live value, right after our write, is not the documented default. */
function serviceDefaults(desired: DesiredTrigger, live: LiveTrigger): JsonObject | undefined {
  const found: JsonObject = {};
  for (const { type, config, table } of VARIANTS) {
    const keys = lookUp(table, live[type])?.keys ?? {};
    const added = Object.entries(live[config]).filter(([name, value]) => {
      const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
      return (
        key !== undefined &&
        !isAbsent(value, key) &&
        !(name in desired[config]) &&
        !sameMeaning(value, key.default, key)
      );
    });
    if (added.length > 0) found[config] = Object.fromEntries(added);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** The namespace as declared: using the id from the state would list the same namespace a second time. */
export const namespaceOf = (state: JsonObject): string => String(state["namespace"] ?? state["namespace_id"]);
