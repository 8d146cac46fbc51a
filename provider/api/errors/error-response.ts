import type { Json, JsonObject } from "../../core/schema/model";
import { boundedJson } from "../json/bounded-json";
import { asRecord } from "../json/wire";
import { shortest } from "../limits/retry-after-headers";
import { isAmbiguous, ruleFor } from "../limits/retry-rules";
import { type ApiCode, ApiError, type Context, EXTRA_FORBIDDEN, type FieldError } from "./api-error";

export interface ResponseOptions {
  address?: string;
  /** Whether the request may be sent twice. */
  idempotent?: boolean;
  /** The waits that the headers request, in milliseconds. */
  waits?: readonly number[];
}

/**
 * The error for an unsuccessful response. Understands `{"error": {message, type, code, details}}`,
 * `error.details.validation_errors: [{type, location, message}]`, the older `{"detail": [{loc, msg, type}]}`,
 * `{"detail": "text"}`, and bodies that are empty or not JSON.
 */
export function fromResponse(
  status: number,
  body: string,
  context: Context,
  { address = "the API's address", idempotent = true, waits = [] }: ResponseOptions = {},
): ApiError {
  const answer = readAnswer(status, body);
  const { retryable, retryAfter } = retryOf(answer);
  const wait = shortest([...waits, retryAfter]);
  const code = codeFor(status, answer);
  const reasonOf = (message: string): string => {
    const said = [answer.type, message].filter(Boolean).join(": ");
    const whole = [status, said].filter(Boolean).join(" ");
    return code === "NOT_THE_API"
      ? `${address} answered (${whole}), but not in the format of the Mixpeek API`
      : `${verdict(status)} (${whole})`;
  };
  const message = [answer.message, linesOf(answer.fieldErrors)].filter(Boolean).join(": ");
  return new ApiError(code, context, reasonOf(message), {
    summary: reasonOf(answer.message),
    status,
    ambiguous: isAmbiguous(ruleFor({ status, isEnvelope: answer.own, type: answer.type, retryable }), {
      idempotent,
    }),
    fieldErrors: answer.fieldErrors,
    isEnvelope: answer.own,
    type: answer.type,
    ...(code === "NOT_FOUND" ? resourceOf(answer) : {}),
    ...(retryable === undefined ? {} : { retryable }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
    ...(answer.details === undefined ? {} : { details: answer.details }),
  });
}

function verdict(status: number): string {
  if (status === 429) return "the API's rate limit is reached";
  if (status >= 500) return "the API failed";
  return status >= 400 ? "the API rejected the request" : "the API returned no result";
}

interface Answer {
  /** Whether the body is JSON. */
  readable: boolean;
  /** Whether the body is empty. */
  empty: boolean;
  /** Whether it has the API's error format, `{"success": false, "status", "error": {"message", "type"}}`. */
  own: boolean;
  type: string;
  message: string;
  code: string;
  error: JsonObject | undefined;
  details: Json | undefined;
  fieldErrors: FieldError[];
}

function readAnswer(status: number, body: string): Answer {
  const record = asRecord(parse(body));
  const error = asRecord(record?.["error"]);
  const detail = record?.["detail"];
  const details = error ? (error["details"] ?? undefined) : typeof detail === "string" ? undefined : detail;
  const fieldErrors = itemsIn(details).map(fieldErrorFrom);
  const said = [error?.["message"], record?.["error"], detail, record?.["message"]].map(text).find(Boolean);
  return {
    readable: record !== undefined,
    empty: body.trim() === "",
    own:
      record?.["success"] === false &&
      (record["status"] ?? status) === status &&
      text(error?.["message"]) !== "" &&
      text(error?.["type"]) !== "",
    type: text(error?.["type"]) || (!error && fieldErrors.length > 0 ? "ValidationError" : ""),
    message: said ?? (record ? "" : unreadable(body)),
    code: text(error?.["code"]),
    error: error ?? asRecord(asRecord(detail)?.["error"]) ?? asRecord(detail) ?? record,
    details,
    fieldErrors,
  };
}

/** The items of a 422: `detail` itself, or any list in `error.details`. */
function itemsIn(details: Json | undefined): JsonObject[] {
  const record = asRecord(details);
  const list = [details, record?.["validation_errors"], record?.["errors"], record?.["detail"]].find(
    (value) => Array.isArray(value),
  );
  return ((list ?? []) as Json[]).map(asRecord).filter((item) => item !== undefined);
}

/** Reads one item in either format: `{type, location, message}`, or `{type, loc, msg}` of the older API. */
function fieldErrorFrom(item: JsonObject): FieldError {
  return {
    path: pathFrom(item["location"] ?? item["loc"]),
    message: text(item["message"]) || text(item["msg"]),
    type: text(item["type"]),
  };
}

/** Reads `["body", "action_config", "cluster_id"]`, or the same as a dotted path; drops "body". */
function pathFrom(location: Json | undefined): (string | number)[] {
  const given = typeof location === "string" ? location.split(/[.[\]]+/) : location;
  const steps = (Array.isArray(given) ? given : []).flatMap((step) => {
    if (typeof step === "number") return [step];
    return typeof step === "string" && step !== "" ? [/^\d+$/.test(step) ? Number(step) : step] : [];
  });
  return steps[0] === "body" ? steps.slice(1) : steps;
}

/** The most characters of field errors in a message; the rest are counted. */
const LINES = 1500;
const LINE = 300;

function linesOf(fieldErrors: readonly FieldError[]): string {
  let whole = "";
  for (const [at, { path, message }] of fieldErrors.entries()) {
    const line = [path.join("."), message].filter(Boolean).join(": ").slice(0, LINE);
    if (whole.length + line.length > LINES) return `${whole}; and ${fieldErrors.length - at} more`;
    whole = [whole, line].filter(Boolean).join("; ");
  }
  return whole;
}

/** NaN for a value that is neither a number nor a numeric string. */
const numberFrom = (value: Json | undefined): number =>
  typeof value === "number" || (typeof value === "string" && value.trim() !== "")
    ? Number(value)
    : Number.NaN;

/**
 * What the API reports about a retry: `retryable`, and the seconds in `retry_after_seconds` or `retry_after`, in the
 * error's details or next to its message. An older format nests the error in `detail`.
 */
function retryOf({ error }: Answer): { retryable: boolean | undefined; retryAfter: number | undefined } {
  const sources = [asRecord(error?.["details"]), error].filter((source) => source !== undefined);
  const values = (key: string): (Json | undefined)[] => sources.map((source) => source[key]);
  const flags = values("retryable").filter((value) => typeof value === "boolean");
  const waits = [...values("retry_after_seconds"), ...values("retry_after")]
    .map((value) => numberFrom(value) * 1000)
    .filter((wait) => wait >= 0);
  return {
    retryable: flags.includes(false) ? false : flags[0],
    retryAfter: shortest(waits),
  };
}

/** A short text from a gateway helps the user; a page of HTML does not. */
function unreadable(body: string): string {
  const line = body.trim();
  return line === ""
    ? ""
    : line.startsWith("<")
      ? "with a web page instead of JSON"
      : `not JSON: ${line.slice(0, 200)}`;
}

function codeFor(status: number, answer: Answer): ApiCode {
  switch (status) {
    case 401:
    case 403:
      // A proxy shows an HTML page to ask for its own login.
      if (!answer.readable && !answer.empty) return "NOT_THE_API";
      if (status === 401) return "UNAUTHORIZED";
      return answer.type === "NotEnabledError" ? "NOT_ENABLED" : "FORBIDDEN";
    case 402:
      return "NOT_ENABLED";
    case 404:
      // Only the API itself can report that something is gone, not a gateway or a path that the API does not have.
      if (!isMissing(answer)) return "NOT_THE_API";
      return missesNamespace(answer) ? "NAMESPACE_NOT_FOUND" : "NOT_FOUND";
    case 407:
      return "NETWORK";
    case 408:
      return "TIMEOUT";
    case 409:
      return "ALREADY_EXISTS";
    case 429:
      return "RATE_LIMITED";
    case 502:
    case 503:
    case 504:
      return "UNAVAILABLE";
  }
  if (answer.fieldErrors.some(({ type }) => type === EXTRA_FORBIDDEN)) return "EXTRA_FORBIDDEN";
  if (status === 422) return "VALIDATION";
  if (status >= 500) return "SERVER_ERROR";
  return status >= 400 ? "BAD_REQUEST" : "NOT_THE_API";
}

/** Whether a 404 is the API's own error about a missing resource. A router responds only with "Not Found". */
function isMissing({ own, type, message, details }: Answer): boolean {
  if (!own || type !== "NotFoundError") return false;
  return typeof asRecord(details)?.["resource"] === "string" || !/^not found\W*$/i.test(message);
}

/**
 * Whether a 404 is about the namespace and not about something in it; both have the type NotFoundError. Checks the
 * stable signs first: `details.resource`, then a `code` that mentions the namespace. Otherwise the text decides: it
 * starts with "Namespace", or mentions a namespace and no other resource (unlike "Trigger trg_1 not found in
 * namespace dev").
 */
function missesNamespace({ details, code, message }: Answer): boolean {
  const resource = asRecord(details)?.["resource"];
  if (typeof resource === "string") return resource.toLowerCase() === "namespace";
  if (/^namespace_/i.test(code) || /^\W*(the )?namespace\b/i.test(message)) return true;
  return /\bnamespace\b/i.test(message) && !OTHER_KINDS.test(message);
}

/** The kind of resource that a 404 is about: from its details, else the first one in its text. */
function resourceOf({ details, message }: Answer): { resource?: string } {
  const named = asRecord(details)?.["resource"];
  const resource = typeof named === "string" ? named : OTHER_KINDS.exec(message)?.[0];
  return resource === undefined ? {} : { resource: resource.toLowerCase() };
}

const OTHER_KINDS = /\b(trigger|cluster|collection|taxonomy|bucket|batch|retriever|task)\b/i;

function parse(body: string): Json | undefined {
  try {
    return boundedJson(body);
  } catch {
    return undefined;
  }
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
