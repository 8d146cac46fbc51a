import { CronExpressionParser } from "cron-parser";
import { type Invalid, unprocessable } from "./answers";

/** `2026-10`: names and the newer actions; `0.81`: the published OpenAPI, without them. */
export type ApiVersion = "2026-10" | "0.81";

type Raw = Record<string, unknown>;
type Check = (value: unknown) => string | undefined;

const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const string: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "Input should be a valid string");
const boolean: Check = (value) => (typeof value === "boolean" ? undefined : "Input should be a valid boolean");
const dictionary: Check = (value) => (isRaw(value) ? undefined : "Input should be a valid dictionary");
const strings: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "Input should be a valid list";
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : `Input should be ${values.map((item) => `'${item}'`).join(" or ")}`;
const integer =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    !Number.isInteger(value)
      ? "Input should be a valid integer"
      : (value as number) < least
        ? `Input should be greater than or equal to ${least}`
        : (value as number) > most
          ? `Input should be less than or equal to ${most}`
          : undefined;
const share: Check = (value) =>
  typeof value === "number" && value >= 0 && value <= 1 ? undefined : "Input should be between 0 and 1";

const cron: Check = (value) => {
  if (typeof value !== "string") return "Input should be a valid string";
  if (value.trim().split(/\s+/).length !== 5) return `Invalid cron expression: '${value}'`;
  try {
    CronExpressionParser.parse(value);
    return undefined;
  } catch {
    return `Invalid cron expression: '${value}'`;
  }
};

const zone: Check = (value) => {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: String(value) });
    return undefined;
  } catch {
    return `Invalid timezone: '${value}'`;
  }
};

interface Shape {
  required: Record<string, Check>;
  optional: Record<string, Check>;
  /** What the service stores for an absent key. */
  defaults: Raw;
  /** Keys whose values name resources, by kind. */
  refs: Record<string, ResourceKind>;
}

export type ResourceKind = "clusters" | "collections" | "taxonomies" | "buckets" | "retrievers" | "batches";

export const ACTION_SHAPES: Record<string, Shape> = {
  cluster: {
    required: { cluster_id: string },
    optional: {
      output_collection_ids: strings,
      filters: dictionary,
      mode: oneOf("full", "assign", "composite"),
      source_execution_ids: strings,
      assignment_threshold: share,
    },
    defaults: { mode: "full", assignment_threshold: 0.5 },
    refs: { cluster_id: "clusters", output_collection_ids: "collections" },
  },
  taxonomy_enrichment: {
    required: { taxonomy_id: string, collection_id: string },
    optional: {
      target_collection_id: string,
      filters: dictionary,
      incremental: boolean,
      batch_size: integer(100, 10000),
      parallelism: integer(1, 16),
    },
    defaults: { incremental: false, batch_size: 1000, parallelism: 4 },
    refs: { taxonomy_id: "taxonomies", collection_id: "collections", target_collection_id: "collections" },
  },
  batch_rerun: {
    required: { batch_id: string },
    optional: { filters: dictionary, retry_failed_only: boolean },
    defaults: { retry_failed_only: false },
    refs: { batch_id: "batches" },
  },
  collection_trigger: {
    required: { collection_id: string },
    optional: { include_buckets: strings, include_collections: strings, source_filters: dictionary },
    defaults: {},
    refs: { collection_id: "collections", include_buckets: "buckets", include_collections: "collections" },
  },
  retriever_execution: {
    required: { retriever_id: string },
    optional: {
      inputs: dictionary,
      filters: dictionary,
      skip_cache: boolean,
      acceptance: dictionary,
      notification_config: dictionary,
    },
    defaults: { skip_cache: true },
    refs: { retriever_id: "retrievers" },
  },
  alert_evaluation: { required: {}, optional: {}, defaults: {}, refs: {} },
};

export const SCHEDULE_SHAPES: Record<string, Shape> = {
  cron: {
    required: { cron_expression: cron },
    optional: { timezone: zone },
    defaults: { timezone: "UTC" },
    refs: {},
  },
  interval: {
    required: { interval_seconds: integer(1) },
    optional: { start_immediately: boolean },
    defaults: { start_immediately: false },
    refs: {},
  },
  event: {
    required: { event_type: string, event_threshold: integer(1) },
    optional: { collection_id: string, cooldown_seconds: integer(0) },
    defaults: {},
    refs: { collection_id: "collections" },
  },
  conditional: {
    required: { condition_type: string },
    optional: { threshold: share, metric: string, check_interval_seconds: integer(1) },
    defaults: {},
    refs: {},
  },
};

const NEWER_ACTIONS = ["retriever_execution", "alert_evaluation"];

export const actionTypes = (api: ApiVersion): string[] =>
  Object.keys(ACTION_SHAPES).filter((type) => api === "2026-10" || !NEWER_ACTIONS.includes(type));

const invalid = (loc: (string | number)[], msg: string, type = "value_error"): Invalid => ({ loc: ["body", ...loc], msg, type });

/** Keys a body does not declare are refused since 2026-11-02, by name. */
function undeclared(body: Raw, accepted: string[]): Invalid[] {
  return Object.keys(body)
    .filter((key) => !accepted.includes(key))
    .map((key) => invalid([key], `Extra inputs are not permitted. Accepted keys: ${accepted.join(", ")}`, "extra_forbidden"));
}

/** A config against its shape: absent and null are the same; unknown keys pass, as these are free dictionaries. */
function configProblems(shape: Shape, config: unknown, at: string): Invalid[] {
  if (!isRaw(config)) return [invalid([at], "Input should be a valid dictionary", "dict_type")];
  const found: Invalid[] = [];
  for (const [key, check] of Object.entries({ ...shape.required, ...shape.optional })) {
    const value = config[key];
    if (value === undefined || value === null) {
      if (key in shape.required) found.push(invalid([at, key], "Field required", "missing"));
      continue;
    }
    const message = check(value);
    if (message !== undefined) found.push(invalid([at, key], message));
  }
  if (config["mode"] === "composite" && (!Array.isArray(config["source_execution_ids"]) || config["source_execution_ids"].length < 2)) {
    found.push(invalid([at, "source_execution_ids"], "mode 'composite' requires at least two source_execution_ids"));
  }
  return found;
}

/** Throws the 422 of a create body, or returns it. */
export function checkCreate(body: unknown, api: ApiVersion): Raw {
  if (!isRaw(body)) throw unprocessable([invalid([], "Input should be a valid dictionary", "dict_type")]);
  const names = api === "2026-10" ? ["name"] : [];
  const accepted = ["action_type", "action_config", "trigger_type", "schedule_config", ...names, "description", "status"];
  const found = undeclared(body, accepted);
  for (const key of ["action_type", "action_config", "trigger_type", "schedule_config"]) {
    if (body[key] === undefined || body[key] === null) found.push(invalid([key], "Field required", "missing"));
  }
  for (const [type, config, known, shapes] of [
    ["action_type", "action_config", actionTypes(api), ACTION_SHAPES],
    ["trigger_type", "schedule_config", Object.keys(SCHEDULE_SHAPES), SCHEDULE_SHAPES],
  ] as const) {
    if (body[type] == null) continue;
    const message = oneOf(...known)(body[type]);
    if (message) found.push(invalid([type], message, "enum"));
    else if (body[config] != null) found.push(...configProblems(shapes[body[type] as string]!, body[config], config));
  }
  found.push(...optionalProblems(body, ["active", "paused"]));
  if (found.length > 0) throw unprocessable(found);
  return body;
}

/** Throws the 422 of an update body for a trigger of this type, or returns it. */
export function checkUpdate(body: unknown, triggerType: string, api: ApiVersion): Raw {
  if (!isRaw(body)) throw unprocessable([invalid([], "Input should be a valid dictionary", "dict_type")]);
  const accepted = ["schedule_config", ...(api === "2026-10" ? ["name"] : []), "description", "status"];
  const found = undeclared(body, accepted);
  if (body["schedule_config"] != null) {
    found.push(...configProblems(SCHEDULE_SHAPES[triggerType]!, body["schedule_config"], "schedule_config"));
  }
  found.push(...optionalProblems(body, ["active", "paused", "disabled", "failed"]));
  if (found.length > 0) throw unprocessable(found);
  return body;
}

function optionalProblems(body: Raw, statuses: string[]): Invalid[] {
  const found: Invalid[] = [];
  for (const key of ["name", "description"]) {
    const value = body[key];
    if (value != null && typeof value !== "string") found.push(invalid([key], "Input should be a valid string", "string_type"));
  }
  const message = body["status"] == null ? undefined : oneOf(...statuses)(body["status"]);
  if (message) found.push(invalid(["status"], message, "enum"));
  return found;
}

export interface ListQuery {
  action_type?: string;
  trigger_type?: string;
  status?: string;
  resource_id?: string;
  offset: number;
  limit: number;
  sort_by: string;
  direction: string;
}

/** Throws the 422 of a list body, or returns it with the documented defaults. */
export function checkList(body: unknown, api: ApiVersion): ListQuery {
  const raw = isRaw(body) ? body : {};
  const checks: Record<string, Check> = {
    action_type: oneOf(...actionTypes(api)),
    trigger_type: oneOf(...Object.keys(SCHEDULE_SHAPES)),
    status: oneOf("active", "paused", "disabled", "failed"),
    resource_id: string,
    offset: integer(0),
    limit: integer(1, 1000),
    sort_by: string,
    direction: string,
  };
  const found = undeclared(raw, Object.keys(checks));
  for (const [key, check] of Object.entries(checks)) {
    const message = raw[key] == null ? undefined : check(raw[key]);
    if (message) found.push(invalid([key], message));
  }
  if (found.length > 0) throw unprocessable(found);
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value != null));
  return { offset: 0, limit: 50, sort_by: "created_at", direction: "desc", ...given } as ListQuery;
}
