import { isObject } from "../json/is-object";
import { flag, free, type Key, type Keys, text, whole } from "./config-keys";
import { FIELDS, type Field } from "./field-rules";
import { SCHEDULES } from "./schedules";

/** A field of a trigger, set in a file for many triggers. */
const shared = (field: Field, doc: string): Key => ({
  type: field.type,
  doc,
  ts: field.ts,
  example: field.example as Key["example"] & {},
});

/** `defaults:` of a definitions file: apply to its triggers that do not set the key. */
export const DEFAULTS: Keys = {
  status: shared(FIELDS.status, "Status of triggers without a status of their own."),
  timezone: {
    ...SCHEDULES["cron"]!.keys!["timezone"]!,
    doc: "IANA time zone of cron schedules without a time zone of their own.",
  },
  description_prefix: {
    ...text("Prefix for the description of each trigger that has one.", {
      example: "[search team] ",
    }),
    type: { is: "text", min: 1, max: 1000 },
  },
  adopt: flag(
    "Adopts live triggers of the same names even if their content differs, like `adopt: true` in each definition.",
    {
      example: true,
    },
  ),
};

/** How the engine treats a trigger's resource; recorded in the stack. */
export const RESOURCE_OPTIONS: Keys = {
  protect: flag(
    "If true, the trigger is never replaced or deleted. To delete it, first apply `protect: false`.",
    {
      default: false,
      example: true,
    },
  ),
  retain: flag(
    "If true, removing the definition removes the trigger only from the state, and the live trigger stays. A change that would replace the trigger is refused.",
    {
      default: false,
      example: true,
    },
  ),
};

/** Keys besides the trigger's own fields, allowed in a definition and its overrides. */
export const TRIGGER_OPTIONS: Keys = {
  ...RESOURCE_OPTIONS,
  spread: text(
    "Window over which cron schedules are spread, in minutes or hours. The trigger starts a fixed number of minutes after the time in its cron expression, within the window.",
    { example: "30m" },
  ),
};

/** Keys besides the trigger's own fields, allowed only in a definition in a file. */
export const DEFINITION: Keys = {
  replaces: text(
    "The former key of this definition. `up` renames its trigger instead of creating a new one. Has no effect after the rename.",
    { example: "nightly-clusters" },
  ),
  ...TRIGGER_OPTIONS,
};

/** A definitions file. Keys that start with `x-` are ignored and can hold anchors. */
export const DEFINITIONS_FILE: Keys = {
  defaults: {
    type: { is: "map" },
    doc: "Values for triggers of this file that do not set them.",
    ts: "object",
    keys: DEFAULTS,
  },
  triggers: free("The triggers by name: the key identifies the trigger in its namespace.", {
    required: true,
  }),
};

const { required: _, ...CRON } = SCHEDULES["cron"]!.keys!["cron_expression"]!;
const { default: __, ...ZONE } = SCHEDULES["cron"]!.keys!["timezone"]!;

/** A window of `quiet:` in an environment, in one of two forms. */
export const QUIET: Keys = {
  from: text(
    "Start of a single window: a time with an offset, or a local date or time in `timezone`. A date means 00:00. Needs `until`.",
    { example: "2026-12-20T00:00:00+01:00" },
  ),
  until: text(
    "End of the window (exclusive), in the same format as `from`: with `2027-01-04`, the window ends at 00:00 on that day.",
    { example: "2027-01-04" },
  ),
  cron: {
    ...CRON,
    doc: "Cron expression for the starts of a recurring window. Needs `duration`.",
    example: "0 22 * * FRI",
  },
  duration: text("Length of each window, in minutes, hours, days or weeks.", { example: "8h" }),
  timezone: {
    ...ZONE,
    doc: "IANA time zone of `cron` (default UTC), and of `from` and `until` without an offset (no default).",
  },
  reason: {
    ...text("Shown in plans and reports.", { example: "year-end freeze" }),
    type: { is: "text", min: 1, max: 500 },
  },
  triggers: {
    type: { is: "list", of: { is: "text", min: 1 }, min: 1 },
    doc: "Names or globs of the triggers that are kept paused. Default: all triggers.",
    ts: "string[]",
    example: ["nightly-*"],
  },
};

/** An environment file: how the definitions apply to one namespace. */
export const ENVIRONMENT: Keys = {
  namespace: text("Namespace of the triggers: its name or its `ns_…` id.", { example: "prod" }),
  status: {
    ...shared(
      FIELDS.status,
      "Status of every trigger, regardless of its definition; only an override in this file takes precedence.",
    ),
    example: "paused",
  },
  variables: free("Values for `${var.name}` in the definitions and in overrides.", {
    example: { batch_size: 500, zone: "Europe/Paris" },
  }),
  overrides: free(
    "Changes to definitions, by trigger name. Maps are merged, lists and other values are replaced. Null removes a key, except inside filters, source_filters and inputs, where it is a value.",
    {
      example: {
        "nightly-clusters": { schedule_config: { cron_expression: "0 3 * * *" }, description: null },
      },
    },
  ),
  exclude: {
    type: { is: "list", of: { is: "text", min: 1 } },
    doc: "Names or globs of triggers that are not part of this environment. If the stack manages such a trigger, `up` deletes it.",
    ts: "string[]",
    example: ["experimental-*"],
  },
  max_starts_per_minute: whole(
    1,
    undefined,
    "Maximum number of triggers of the namespace that start in the same minute before CROWDED_MINUTE warns. For triggers that use the same resource, it is half of this number. Default: 10.",
    { example: 20 },
  ),
  after: {
    type: { is: "list", of: { is: "text", min: 1 } },
    doc: "Environments that run before this one in commands with `--all-envs`.",
    ts: "string[]",
    example: ["staging"],
  },
  quiet: {
    type: { is: "list", of: { is: "map" } },
    doc: "Windows of planned quiet: periods in which `up`, `promote` and `drift --fix` keep triggers paused.",
    ts: "object[]",
  },
};

/** Keys of an environment whose whole value may be a `${…}`. */
export const ENVIRONMENT_EXPRESSIONS: readonly string[] = ["namespace", "status"];

/** Top-level keys that are ignored: the user's own, for example for anchors, and the editor's. */
export const isFreeKey = (key: string): boolean => key.startsWith("x-") || key === "$schema";

/** The file without those keys. */
export const withoutFreeKeys = (file: unknown): unknown =>
  isObject(file) ? Object.fromEntries(Object.entries(file).filter(([key]) => !isFreeKey(key))) : file;
