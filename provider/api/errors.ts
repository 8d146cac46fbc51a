import type { Json, JsonObject } from "../core/model";
import { boundedJson } from "./bounded-json";

/** Stable names of what can go wrong between us and the API; code matches on these, never on text. */
export type ApiCode =
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_ENABLED"
  | "NAMESPACE_NOT_FOUND"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "BAD_REQUEST"
  | "VALIDATION"
  | "EXTRA_FORBIDDEN"
  | "RATE_LIMITED"
  | "SERVER_ERROR"
  | "UNAVAILABLE"
  | "NETWORK"
  | "CERTIFICATE"
  | "TIMEOUT"
  | "BAD_RESPONSE"
  /** Something that is not the API answered: a gateway, a proxy, another path. It says nothing about any trigger. */
  | "NOT_THE_API"
  | "BASE_URL_INVALID";

/** What was being done, to what: the start of every message. */
export interface Context {
  /** "create trigger", "list triggers". */
  action: string;
  /** `"nightly" in namespace "prod"`. */
  target: string;
}

interface Facts {
  status?: number;
  details?: Json;
  refusedKeys?: readonly string[];
  ambiguous?: boolean;
}

/**
 * A failed call. `message` is one line: action, target, cause, next step, code. It never holds the key.
 * Source of the causes: the API's error answers (`error` or `detail`), or the connection.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly action: string;
  readonly target: string;
  /** The cause, one line of at most 500 characters. */
  readonly reason: string;
  /** What the user can do. */
  readonly next: string;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The API's own `error.details`, or the items of `detail`. */
  readonly details: Json | undefined;
  /** Dotted paths in the body of the keys that the API does not accept; filled with EXTRA_FORBIDDEN. */
  readonly refusedKeys: readonly string[];
  /** The request may have been handled although no good answer came, and repeating it could do it twice. */
  readonly ambiguous: boolean;

  constructor(
    readonly code: ApiCode,
    context: Context,
    reason: string,
    facts: Facts = {},
  ) {
    const action = oneLine(context.action);
    const target = oneLine(context.target);
    const cause = oneLine(reason);
    const next = nextStep(code, /^(list|look up) /.test(action));
    super(`cannot ${action} ${target}: ${cause}. ${next} [${code}].`);
    this.action = action;
    this.target = target;
    this.reason = cause;
    this.next = next;
    this.status = facts.status;
    this.details = facts.details;
    this.refusedKeys = facts.refusedKeys ?? [];
    this.ambiguous = facts.ambiguous ?? false;
  }

  /** The same, with what was tried before it was given up. In: how often, and for how many milliseconds. */
  after(tries: number, milliseconds: number): ApiError {
    const reason = `${this.reason} (${tries} tries in ${seconds(milliseconds)})`;
    return new ApiError(this.code, this, reason, {
      ...(this.status === undefined ? {} : { status: this.status }),
      ...(this.details === undefined ? {} : { details: this.details }),
      refusedKeys: this.refusedKeys,
      ambiguous: this.ambiguous,
    });
  }
}

/** Whole seconds, at least one: `30 s`. */
export const seconds = (milliseconds: number): string => `${Math.max(1, Math.round(milliseconds / 1000))} s`;

/** What a list is refused for is never a definition's: none is sent with it. */
const REFUSED_LIST: ReadonlySet<ApiCode> = new Set([
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "BAD_REQUEST",
  "VALIDATION",
  "EXTRA_FORBIDDEN",
]);

function nextStep(code: ApiCode, listing: boolean): string {
  if (listing && REFUSED_LIST.has(code))
    return "Check that mixpeek:baseUrl (or MIXPEEK_BASE_URL) is the Mixpeek API and that no proxy answers in its place; if it is, tell Mixpeek support";
  switch (code) {
    case "UNAUTHORIZED":
      return "Check mixpeek:apiKey (or MIXPEEK_API_KEY): the key may be mistyped, revoked or of another organization; refresh and destroy use the one of the last `pulumi up`";
    case "FORBIDDEN":
      return "Check that the key's role allows this call";
    case "NOT_ENABLED":
      return "Check that the organization's plan includes this feature";
    case "NAMESPACE_NOT_FOUND":
      return "Check the trigger's namespace or mixpeek:namespace (or MIXPEEK_NAMESPACE), and that the key is of the organization that has it";
    case "NOT_FOUND":
      return "Check the ids in action_config and schedule_config: they must exist in the same namespace; if they do, check mixpeek:baseUrl";
    case "ALREADY_EXISTS":
      return "Look for the one that exists; set adopt: true to take it over";
    case "BAD_REQUEST":
    case "VALIDATION":
      return "Correct the definition; nothing was changed by this call";
    case "EXTRA_FORBIDDEN":
      return "Take out the keys that the API does not accept; nothing was changed by this call";
    case "RATE_LIMITED":
      return "Run again later, or ask Mixpeek for a higher limit; what is done already is kept";
    case "SERVER_ERROR":
    case "UNAVAILABLE":
      return "Run again later; if it stays, tell Mixpeek support";
    case "NETWORK":
    case "TIMEOUT":
      return "Check mixpeek:baseUrl (or MIXPEEK_BASE_URL), the network and the proxy, then run again";
    case "CERTIFICATE":
      return "Check mixpeek:baseUrl and this machine's clock; where an authority of your own signs the certificate, set NODE_EXTRA_CA_CERTS to its PEM file, then run again";
    case "BAD_RESPONSE":
      return "Check that mixpeek:baseUrl is the Mixpeek API and that no proxy answers in its place";
    case "NOT_THE_API":
      return "Check that mixpeek:baseUrl (or MIXPEEK_BASE_URL) is the address of the Mixpeek API, without a path, and that no proxy or gateway answers in its place; nothing counts as missing or deleted because of this answer";
    case "BASE_URL_INVALID":
      return "Write an https address such as https://api.mixpeek.com; plain http is for this machine only";
  }
}

const LONGEST = 500;

/** Texts end up on terminals: no control, line-break or bidi characters, bounded. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\s]+/gu, " ")
    .trim()
    .replace(/\.+$/, "");
  const characters = [...line];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : line;
}

/**
 * The error for an answer that is no success. In: status, the body's text, what was being done, at which address, and
 * whether the request may have been handled all the same. Understands `{"error": {message, type, code, details}}`,
 * `{"detail": [{loc, msg, type}]}`, `{"detail": "text"}`, and bodies that are empty or no JSON.
 */
export function fromResponse(
  status: number,
  body: string,
  context: Context,
  { address = "the API's address", ambiguous = false }: { address?: string; ambiguous?: boolean } = {},
): ApiError {
  const answer = readAnswer(body);
  const code = codeFor(status, answer);
  const said = [answer.type, answer.message].filter(Boolean).join(": ");
  const whole = [status, said].filter(Boolean).join(" ");
  const reason =
    code === "NOT_THE_API"
      ? `${address} answered (${whole}), and not as the Mixpeek API does`
      : `${verdict(status)} (${whole})`;
  return new ApiError(code, context, reason, {
    status,
    ambiguous,
    refusedKeys: answer.refusedKeys,
    ...(answer.details === undefined ? {} : { details: answer.details }),
  });
}

function verdict(status: number): string {
  if (status === 429) return "the API's rate limit is reached";
  if (status >= 500) return "the API failed";
  return status >= 400 ? "the API refused it" : "the API gave no result";
}

interface Answer {
  /** Whether the body is JSON. */
  readable: boolean;
  /** Whether nothing came. */
  empty: boolean;
  /** Whether it has the form of the API's own errors, `{"success": false, "error": {"message", "type"}}`. */
  own: boolean;
  type: string;
  message: string;
  code: string;
  details: Json | undefined;
  refusedKeys: string[];
}

function readAnswer(body: string): Answer {
  const record = asRecord(parse(body));
  const error = asRecord(record?.["error"]);
  const detail = record?.["detail"];
  const details = error ? (error["details"] ?? undefined) : typeof detail === "string" ? undefined : detail;
  const items = itemsIn(details);
  const lines = items.map((item) => [pathOf(item), text(item["msg"])].filter(Boolean).join(": "));
  const said = [error?.["message"], record?.["error"], detail, record?.["message"]].map(text).find(Boolean);
  return {
    readable: record !== undefined,
    empty: body.trim() === "",
    own: record?.["success"] === false && text(error?.["message"]) !== "" && text(error?.["type"]) !== "",
    type: text(error?.["type"]) || (!error && items.length > 0 ? "ValidationError" : ""),
    message: [said, lines.join("; "), record ? "" : unreadable(body)].filter(Boolean).join(": "),
    code: text(error?.["code"]),
    details,
    refusedKeys: items.filter((item) => item["type"] === "extra_forbidden").map(pathOf),
  };
}

/** The items of a 422: `detail` itself, or wherever `error.details` keeps its list. */
function itemsIn(details: Json | undefined): JsonObject[] {
  const record = asRecord(details);
  const list = [details, record?.["errors"], record?.["detail"]].find((value) => Array.isArray(value));
  return (list ?? []).map(asRecord).filter((item) => item !== undefined);
}

/** `["body", "action_config", "cluster_id"]` as `action_config.cluster_id`. */
function pathOf(item: JsonObject): string {
  const steps = Array.isArray(item["loc"]) ? item["loc"] : [];
  return (steps[0] === "body" ? steps.slice(1) : steps).join(".");
}

/** A gateway's short text helps; its page of HTML does not. */
function unreadable(body: string): string {
  const line = body.trim();
  return line === ""
    ? ""
    : line.startsWith("<")
      ? "with a web page, no JSON"
      : `no JSON: ${line.slice(0, 200)}`;
}

function codeFor(status: number, answer: Answer): ApiCode {
  switch (status) {
    case 401:
    case 403:
      // A proxy asks for a login of its own by a page.
      if (!answer.readable && !answer.empty) return "NOT_THE_API";
      if (status === 401) return "UNAUTHORIZED";
      return answer.type === "NotEnabledError" ? "NOT_ENABLED" : "FORBIDDEN";
    case 402:
      return "NOT_ENABLED";
    case 404:
      // Only the API itself can say that something is gone: a gateway, or a path that the API does not have, cannot.
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
  if (answer.refusedKeys.length > 0) return "EXTRA_FORBIDDEN";
  if (status === 422) return "VALIDATION";
  if (status >= 500) return "SERVER_ERROR";
  return status >= 400 ? "BAD_REQUEST" : "NOT_THE_API";
}

/** Whether a 404 is about a thing: the API's own error, which names it. A router says no more than "Not Found". */
function isMissing({ own, type, message, details }: Answer): boolean {
  if (!own || type !== "NotFoundError") return false;
  return typeof asRecord(details)?.["resource"] === "string" || !/^not found\W*$/i.test(message);
}

/**
 * Whether a 404 means the namespace and not something in it; both have the type NotFoundError. Stable signs first:
 * `details.resource`, then a `code` that speaks of the namespace. Without them the text decides: it starts with
 * "Namespace", or it names a namespace and no other kind of thing ("Trigger trg_1 not found in namespace dev").
 */
function missesNamespace({ details, code, message }: Answer): boolean {
  const resource = asRecord(details)?.["resource"];
  if (typeof resource === "string") return resource.toLowerCase() === "namespace";
  if (/^namespace_/i.test(code) || /^\W*(the )?namespace\b/i.test(message)) return true;
  return /\bnamespace\b/i.test(message) && !OTHER_KINDS.test(message);
}

const OTHER_KINDS = /\b(trigger|cluster|collection|taxonomy|bucket|batch|retriever|task)\b/i;

function parse(body: string): Json | undefined {
  try {
    return boundedJson(body);
  } catch {
    return undefined;
  }
}

const asRecord = (value: Json | undefined): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
