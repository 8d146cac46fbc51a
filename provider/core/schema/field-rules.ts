import { ACTIONS } from "./actions";
import { SCHEDULES } from "./schedules";
import type { ValueType } from "./value-type";

/** How a change of a field is applied to the live trigger. */
export type ChangeRule =
  /** One PATCH with only the changed fields. */
  | "patch"
  /** The API cannot change it: creates a new trigger, then deletes the old one. */
  | "replace"
  /** POST …/pause or …/resume. */
  | "pause or resume"
  /** Only controls this provider; never sent. */
  | "none";

export interface Field {
  type: ValueType;
  doc: string;
  ts: string;
  onChange: ChangeRule;
  required?: true;
  /** Set by this provider, never by the user. */
  internal?: true;
  default?: string;
  example?: unknown;
}

const CONFIG: ValueType = { is: "map" };
const WORD: ValueType = { is: "text", min: 1 };
const namesOf = (table: object): readonly [string, ...string[]] =>
  Object.keys(table) as [string, ...string[]];

/**
 * The resource: the type, documentation, default and change rule of every field. Validation, the diff, the TypeScript
 * args, schema.json and the reference docs are all based on it. Source: Triggers API, create and update bodies.
 */
export const FIELDS = {
  name: {
    // Control characters would garble terminals and logs. The API documents no limit.
    type: { is: "text", min: 1, max: 255, pattern: /^[^\p{Cc}]*$/u },
    doc: "Name of the trigger, which identifies it in its namespace. Default: the name of the Pulumi resource. In a definitions file, the key is the name, and `replaces` renames the trigger.",
    ts: "string",
    onChange: "patch",
    example: "nightly-clusters",
  },
  namespace: {
    type: WORD,
    doc: "Namespace of the trigger: its name or its `ns_…` id. Default: `namespace` in the environment file, if there is one; else `mixpeek:namespace` in the Pulumi config, else MIXPEEK_NAMESPACE.",
    ts: "string",
    onChange: "replace",
    example: "prod",
  },
  description: {
    type: { is: "text" },
    doc: "Free text. An empty description counts as absent.",
    ts: "string",
    onChange: "patch",
    example: "Cluster all products each night",
  },
  action_type: {
    type: { is: "choice", values: namesOf(ACTIONS) },
    doc: "The kind of action that runs.",
    ts: "string",
    onChange: "replace",
    required: true,
    example: "cluster",
  },
  action_config: {
    type: CONFIG,
    doc: "Settings of the action. The keys depend on action_type.",
    ts: "object",
    onChange: "replace",
    required: true,
  },
  trigger_type: {
    type: { is: "choice", values: namesOf(SCHEDULES) },
    doc: "The kind of schedule.",
    ts: "string",
    onChange: "replace",
    required: true,
    example: "cron",
  },
  schedule_config: {
    type: CONFIG,
    doc: "When the trigger runs. The keys depend on trigger_type. A change sends the whole config.",
    ts: "object",
    onChange: "patch",
    required: true,
  },
  status: {
    type: { is: "choice", values: ["active", "paused"] },
    doc: "Enforced with pause and resume. If absent, the trigger is created active, and later manual pauses are respected.",
    ts: '"active" | "paused"',
    onChange: "pause or resume",
    example: "active",
  },
  adopt: {
    type: { is: "either", of: [{ is: "flag" }, WORD] },
    doc: "Adopts a live trigger even if its content differs: `true` for the trigger of the same name, or a `trg_…` id.",
    ts: "boolean | string",
    onChange: "none",
    example: true,
  },
  allow_unknown: {
    type: { is: "list", of: WORD },
    doc: "Dotted paths of keys that this release does not know and does not check, such as `action_config.new_key`. `action_type` or `trigger_type` allows an unknown type with its whole config.",
    ts: "string[]",
    onChange: "none",
    example: ["action_config.new_key"],
  },
  references: {
    type: { is: "map", of: { is: "text" } },
    doc: "The values that were references, and their targets: tells a recreated resource from an edit.",
    ts: "Record<string, string>",
    onChange: "none",
    internal: true,
  },
  secret_paths: {
    type: { is: "list", of: { is: "text" } },
    doc: "Dotted paths of values from `${env:…}`: no output shows them, and the state stores them encrypted.",
    ts: "string[]",
    onChange: "none",
    internal: true,
  },
  active_quiet: {
    type: { is: "map", of: { is: "text" } },
    doc: "The current window of planned quiet of the environment, in which the trigger is kept paused.",
    ts: "{ until: string; reason?: string; requested_at?: string }",
    onChange: "none",
    internal: true,
  },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** The fields that a user can declare. */
export const DECLARED_FIELDS: readonly FieldName[] = (Object.keys(FIELDS) as FieldName[]).filter(
  (name) => !("internal" in FIELDS[name]),
);

/** The two type fields, each with the config whose schema it selects. */
export const VARIANTS = [
  { type: "action_type", config: "action_config", table: ACTIONS },
  { type: "trigger_type", config: "schedule_config", table: SCHEDULES },
] as const;
