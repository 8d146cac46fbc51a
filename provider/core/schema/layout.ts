import { isObject } from "../json/is-object";
import { flag, free, type Key, type Keys, text, whole } from "./config-keys";
import { SCHEDULES } from "./schedules";
import { FIELDS, type Field } from "./trigger-fields";

/** A field of a trigger where a file gives it for many. */
const shared = (field: Field, doc: string): Key => ({
  type: field.type,
  doc,
  ts: field.ts,
  example: field.example as Key["example"] & {},
});

/** `defaults:` of a definitions file: for its triggers that do not say otherwise. */
export const DEFAULTS: Keys = {
  status: shared(FIELDS.status, "Status of triggers that declare none."),
  timezone: {
    ...SCHEDULES["cron"]!.keys!["timezone"]!,
    doc: "IANA time zone of cron schedules that name none.",
  },
  description_prefix: {
    ...text("Put before the description of each trigger that has one.", { example: "[search team] " }),
    type: { is: "text", min: 1, max: 1000 },
  },
  adopt: flag("Take over live triggers of the same names whose content differs; see `adopt`.", {
    example: true,
  }),
};

/** How the engine treats a trigger's resource; the stack records them. */
export const RESOURCE_OPTIONS: Keys = {
  protect: flag(
    "While this is true, no run replaces the trigger; no run deletes it until this is false and applied.",
    {
      default: false,
      example: true,
    },
  ),
  retain: flag(
    "When it leaves the definitions, the live trigger stays as it is: only the state forgets it. A change that would replace it is refused.",
    {
      default: false,
      example: true,
    },
  ),
};

/** What a definition and an override of it may hold beside a trigger's own fields. */
export const TRIGGER_OPTIONS: Keys = {
  ...RESOURCE_OPTIONS,
  spread: text(
    "Window of a cron schedule, in minutes or hours: the trigger starts later than its cron expression says, by a number of minutes below the window that depends on its namespace and name alone.",
    { example: "30m" },
  ),
};

/** What only a definition in a file may hold, beside the fields of a trigger. */
export const DEFINITION: Keys = {
  replaces: text(
    "The key that this definition had before: it keeps that one's trigger, which is renamed. Harmless once done.",
    { example: "nightly-clusters" },
  ),
  ...TRIGGER_OPTIONS,
};

/** A definitions file. Keys that start with `x-` are free, for anchors. */
export const DEFINITIONS_FILE: Keys = {
  defaults: {
    type: { is: "map" },
    doc: "For triggers of this file that do not say otherwise.",
    ts: "object",
    keys: DEFAULTS,
  },
  triggers: free("The triggers by name: the key is the trigger's identity inside its namespace.", {
    required: true,
  }),
};

const { required: _, ...CRON } = SCHEDULES["cron"]!.keys!["cron_expression"]!;
const { default: __, ...ZONE } = SCHEDULES["cron"]!.keys!["timezone"]!;

/** A window of `quiet:` in an environment; when it is on is said in one of two ways. */
export const QUIET: Keys = {
  from: text(
    "When it begins: a time with an offset, or a date or time on the clocks of `timezone`. Beside `until`.",
    { example: "2026-12-20T00:00:00+01:00" },
  ),
  until: text("When it ends, in the same way.", { example: "2027-01-04" }),
  cron: {
    ...CRON,
    doc: "When it begins, again and again. Beside `duration`.",
    example: "0 22 * * FRI",
  },
  duration: text("How long each lasts, in minutes, hours, days or weeks.", { example: "8h" }),
  timezone: {
    ...ZONE,
    doc: "IANA time zone of `cron` (default UTC), and of `from` and `until` where these have no offset (no default).",
  },
  reason: {
    ...text("Shown wherever the quiet is.", { example: "year-end freeze" }),
    type: { is: "text", min: 1, max: 500 },
  },
  triggers: {
    type: { is: "list", of: { is: "text", min: 1 }, min: 1 },
    doc: "Names or globs of the triggers that are kept paused; absent: all.",
    ts: "string[]",
    example: ["nightly-*"],
  },
};

/** An environment file: what the same definitions become in one namespace. */
export const ENVIRONMENT: Keys = {
  namespace: text("Namespace name or `ns_…` id that the triggers go to.", { example: "prod" }),
  status: {
    ...shared(
      FIELDS.status,
      "Status of every trigger, whatever its definition says; only an override here says otherwise.",
    ),
    example: "paused",
  },
  variables: free("Values for `${var.name}` in the definitions and in overrides.", {
    example: { batch_size: 500, zone: "Europe/Paris" },
  }),
  overrides: free(
    "By trigger: what is laid over its definition. Maps are merged, lists and values replaced. Null takes a key out; inside filters and inputs it is a value.",
    {
      example: {
        "nightly-clusters": { schedule_config: { cron_expression: "0 3 * * *" }, description: null },
      },
    },
  ),
  exclude: {
    type: { is: "list", of: { is: "text", min: 1 } },
    doc: "Names or globs of triggers that this environment does not have.",
    ts: "string[]",
    example: ["experimental-*"],
  },
  max_starts_per_minute: whole(
    1,
    undefined,
    "Triggers of the namespace that may start in the same minute, half of them for one resource, before `validate`, `preview` and `timeline` warn with CROWDED_MINUTE. Default: 10.",
    { example: 20 },
  ),
  after: {
    type: { is: "list", of: { is: "text", min: 1 } },
    doc: "Environments that run before this one, where a command runs all of them.",
    ts: "string[]",
    example: ["staging"],
  },
  quiet: {
    type: { is: "list", of: { is: "map" } },
    doc: "Windows of planned quiet, in which `up` and `drift --fix` keep triggers paused.",
    ts: "object[]",
  },
};

/** Keys of an environment that may be a `${…}` as a whole. */
export const ENVIRONMENT_EXPRESSIONS: readonly string[] = ["namespace", "status"];

/** Top-level keys that are the user's own, such as a place for anchors, or an editor's. */
export const isFreeKey = (key: string): boolean => key.startsWith("x-") || key === "$schema";

/** What a file holds beside them. */
export const withoutFreeKeys = (file: unknown): unknown =>
  isObject(file) ? Object.fromEntries(Object.entries(file).filter(([key]) => !isFreeKey(key))) : file;
