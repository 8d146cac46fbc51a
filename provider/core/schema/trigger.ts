import { z } from "zod";
import { ACTIONS } from "./actions";
import { type Config, objectOf } from "./fields";
import { SCHEDULES } from "./schedules";

/** What a change of a field does to the live trigger. */
export type ChangeRule =
  /** One PATCH with only what changed. */
  | "patch"
  /** The API cannot change it: the new trigger is created, then the old one deleted. */
  | "replace"
  /** POST …/pause or …/resume. */
  | "pause or resume"
  /** Steers us; never sent. */
  | "none";

export interface Field {
  schema: z.ZodType;
  doc: string;
  ts: string;
  onChange: ChangeRule;
  required?: true;
  /** Written by us, never by the user. */
  internal?: true;
  default?: string;
  example?: unknown;
}

const config = z.record(z.string(), z.unknown());

/**
 * THE resource: every field's schema, documentation, default and change rule.
 * Validation, diff, TypeScript args, schema.json and the reference docs read it.
 * Source: Triggers API, create and update bodies.
 */
export const FIELDS = {
  name: {
    // Control characters would break terminals and logs; the API documents no bound.
    schema: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\p{Cc}]*$/u),
    doc: "Identity inside the namespace. Default: the name of the Pulumi resource, or the key in the definition.",
    ts: "string",
    onChange: "patch",
    example: "nightly-clusters",
  },
  namespace: {
    schema: z.string().min(1),
    doc: "Namespace name or `ns_…` id. Default: `mixpeek:namespace`, else MIXPEEK_NAMESPACE.",
    ts: "string",
    onChange: "replace",
    example: "prod",
  },
  description: {
    schema: z.string(),
    doc: "For people; an empty one counts as absent.",
    ts: "string",
    onChange: "patch",
    example: "Cluster all products each night",
  },
  action_type: {
    schema: z.enum(Object.keys(ACTIONS)),
    doc: "What runs.",
    ts: "string",
    onChange: "replace",
    required: true,
    example: "cluster",
  },
  action_config: {
    schema: config,
    doc: "What it runs on; its keys depend on action_type.",
    ts: "object",
    onChange: "replace",
    required: true,
  },
  trigger_type: {
    schema: z.enum(Object.keys(SCHEDULES)),
    doc: "What kind of schedule.",
    ts: "string",
    onChange: "replace",
    required: true,
    example: "cron",
  },
  schedule_config: {
    schema: config,
    doc: "When it runs; its keys depend on trigger_type. Always sent whole.",
    ts: "object",
    onChange: "patch",
    required: true,
  },
  status: {
    schema: z.enum(["active", "paused"]),
    doc: "Enforced with pause and resume. Absent: created active, afterwards whoever paused it is respected.",
    ts: '"active" | "paused"',
    onChange: "pause or resume",
    example: "active",
  },
  adopt: {
    schema: z.union([z.boolean(), z.string().min(1)]),
    doc: "Take over a live trigger whose content differs: `true` for the one of the same name, or a `trg_…` id.",
    ts: "boolean | string",
    onChange: "none",
    example: true,
  },
  allow_unknown: {
    schema: z.array(z.string().min(1)),
    doc: "Dotted keys newer than this release that pass unchecked, such as `action_config.new_key`; `action_type` or `trigger_type` lets an unknown type through with its whole config.",
    ts: "string[]",
    onChange: "none",
    example: ["action_config.new_key"],
  },
  references: {
    schema: z.record(z.string(), z.string()),
    doc: "Which values were references, and to what: a recreated resource is distinguished from an edit.",
    ts: "Record<string, string>",
    onChange: "none",
    internal: true,
  },
  secret_paths: {
    schema: z.array(z.string()),
    doc: "Dotted paths of values made of `${env:…}`: no output shows them, and the state holds them encrypted.",
    ts: "string[]",
    onChange: "none",
    internal: true,
  },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** The fields that a user declares. */
export const DECLARED_FIELDS: readonly FieldName[] = (Object.keys(FIELDS) as FieldName[]).filter(
  (name) => !("internal" in FIELDS[name]),
);

/** The two pairs of a type and the config it decides. */
export const VARIANTS = [
  { type: "action_type", config: "action_config", table: ACTIONS },
  { type: "trigger_type", config: "schedule_config", table: SCHEDULES },
] as const;

/** The strict schema of all fields; configs are checked by {@link configSchema} once their type is known. */
export const triggerSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(FIELDS).map(([name, field]) => [
      name,
      "required" in field ? field.schema : field.schema.optional(),
    ]),
  ),
);

const schemas = new Map<Config, z.ZodType>();

/** The zod schema of one config, or undefined when the vendor has not published its shape. */
export function configSchema(entry: Config): z.ZodType | undefined {
  if (!entry.keys) return undefined;
  let schema = schemas.get(entry);
  if (!schema) {
    schema = objectOf(entry.keys);
    schemas.set(entry, schema);
  }
  return schema;
}
