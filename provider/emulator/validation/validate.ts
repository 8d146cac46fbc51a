import { type Issue, invalid } from "../model/errors";
import {
  type ApiVersion,
  type Config,
  TRIGGER_STATUSES,
  TRIGGER_TYPES,
  type TriggerType,
} from "../model/types";
import type { CronDialect } from "../schedule/cron";
import { checkFields, checkValue, type Fields, isObject } from "./check";
import { actionRule, actionTypes, scheduleRule } from "./rules";

/** The maximum page size of lists and histories. */
export const MAX_LIMIT = 1000;
/** The values of `status` that a client may set. Only the service sets `disabled` and `failed`. */
const SETTABLE = ["active", "paused"] as const;

/** A valid body of `POST /v1/triggers`. */
export interface CreateBody {
  action_type: string;
  action_config: Config;
  trigger_type: TriggerType;
  schedule_config: Config;
  name?: string | null;
  description?: string | null;
  status?: "active" | "paused";
}

/** A valid body of `PATCH /v1/triggers/{id}`, except for `schedule_config`, which is validated against the trigger. */
export interface PatchBody {
  schedule_config?: Config | null;
  name?: string | null;
  description?: string | null;
  status?: "active" | "paused" | null;
}

/** A valid body of `POST /v1/triggers/list`, with defaults. */
export interface ListBody {
  action_type: string | null;
  trigger_type: string | null;
  status: string | null;
  resource_id: string | null;
  offset: number;
  limit: number;
  sort_by: string;
  direction: "asc" | "desc";
}

const text: Fields[string] = { type: "string", nullable: true };
const PAGE: Fields = {
  offset: { type: "integer", min: 0 },
  limit: { type: "integer", min: 1, max: MAX_LIMIT },
};

function createFields(api: ApiVersion): Fields {
  return {
    action_type: { type: "string", required: true, oneOf: actionTypes(api) },
    action_config: { type: "object", required: true },
    trigger_type: { type: "string", required: true, oneOf: TRIGGER_TYPES },
    schedule_config: { type: "object", required: true },
    ...(api === "2026-10" ? { name: text } : {}),
    description: text,
    status: { type: "string", oneOf: SETTABLE },
  };
}

/**
 * Validates the body of a create request, including its configs by type.
 * @throws ApiError 422 with all errors
 */
export function validateCreate(api: ApiVersion, body: unknown, dialect: CronDialect): CreateBody {
  const value = bodyObject(body);
  const fields = createFields(api);
  const issues = checkFields(value, fields, ["body"], "forbid");
  const faulty = new Set(issues.map((issue) => issue.loc[1]));
  const sound = (key: string): boolean => !faulty.has(key);
  if (sound("action_type") && sound("action_config")) {
    const rule = actionRule(api, value["action_type"] as string);
    issues.push(...checkValue(value["action_config"], rule, ["body", "action_config"]));
  }
  if (sound("trigger_type") && sound("schedule_config")) {
    issues.push(
      ...scheduleIssues(api, value["trigger_type"] as TriggerType, value["schedule_config"], dialect),
    );
  }
  if (issues.length > 0) throw invalid(issues);
  return value as unknown as CreateBody;
}

/**
 * Validates the keys of an update. `schedule_config` needs `validateSchedule` once the trigger is known.
 * @throws ApiError 422 with all errors
 */
export function validatePatch(api: ApiVersion, body: unknown): PatchBody {
  const value = bodyObject(body);
  const fields: Fields = {
    schedule_config: { type: "object", nullable: true },
    ...(api === "2026-10" ? { name: text } : {}),
    description: text,
    status: { type: "string", nullable: true, oneOf: SETTABLE },
  };
  const issues = checkFields(value, fields, ["body"], "forbid");
  if (issues.length > 0) throw invalid(issues);
  return value as PatchBody;
}

/** Validates a whole schedule for its trigger type; throws ApiError 422 with all errors. */
export function validateSchedule(
  api: ApiVersion,
  type: TriggerType,
  config: Config,
  dialect: CronDialect,
): void {
  const issues = scheduleIssues(api, type, config, dialect);
  if (issues.length > 0) throw invalid(issues);
}

/**
 * Validates a list request.
 * @param source `body`, or `query` for the GET form, which converts texts to the expected types and ignores other
 * parameters
 * @param sortable the trigger fields in this API version
 * @throws ApiError 422 with all errors
 */
export function validateList(
  api: ApiVersion,
  input: unknown,
  source: "body" | "query",
  sortable: readonly string[],
): ListBody {
  const value = source === "query" ? (input as Config) : bodyObject(input ?? {});
  const fields: Fields = {
    action_type: { type: "string", nullable: true, oneOf: actionTypes(api) },
    trigger_type: { type: "string", nullable: true, oneOf: TRIGGER_TYPES },
    status: { type: "string", nullable: true, oneOf: TRIGGER_STATUSES },
    resource_id: text,
    ...PAGE,
    sort_by: { type: "string", oneOf: sortable },
    direction: { type: "string", oneOf: ["asc", "desc"] },
  };
  const issues = checkFields(value, fields, [source], source === "query" ? "allow" : "forbid");
  if (issues.length > 0) throw invalid(issues);
  const list = value as Partial<ListBody>;
  return {
    action_type: list.action_type ?? null,
    trigger_type: list.trigger_type ?? null,
    status: list.status ?? null,
    resource_id: list.resource_id ?? null,
    offset: list.offset ?? 0,
    limit: list.limit ?? 50,
    sort_by: list.sort_by ?? "created_at",
    direction: list.direction ?? "desc",
  };
}

/** Validates the paging of a history request (default: 50 from the newest); throws ApiError 422. */
export function validatePage(query: Config): { offset: number; limit: number } {
  const issues = checkFields(query, PAGE, ["query"], "allow");
  if (issues.length > 0) throw invalid(issues);
  return { offset: (query["offset"] as number) ?? 0, limit: (query["limit"] as number) ?? 50 };
}

/** Query parameters as values: numbers and booleans if the rule expects them and they parse, otherwise texts. */
export function queryValues(parameters: URLSearchParams, fields: Fields = PAGE): Config {
  const read = (key: string, value: string): unknown => {
    const type = Object.hasOwn(fields, key) ? fields[key]?.type : undefined;
    if (type === "integer" && /^-?\d+$/.test(value)) return Number(value);
    if (type === "boolean" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
    return value;
  };
  return Object.fromEntries([...parameters].map(([key, value]) => [key, read(key, value)]));
}

function scheduleIssues(api: ApiVersion, type: TriggerType, config: unknown, dialect: CronDialect): Issue[] {
  return checkValue(config, scheduleRule(api, type, dialect, config), ["body", "schedule_config"]);
}

/** Checks that a body is an object; throws ApiError 422. */
export function bodyObject(body: unknown): Config {
  if (body === undefined) throw invalid([{ loc: ["body"], msg: "Field required", type: "missing" }]);
  if (isObject(body)) return body;
  const msg = "Input should be a valid dictionary or object to extract fields from";
  throw invalid([{ loc: ["body"], msg, type: "model_attributes_type" }]);
}
