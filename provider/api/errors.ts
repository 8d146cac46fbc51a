import type { Json } from "../core/model";

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
  | "TIMEOUT"
  | "BAD_RESPONSE"
  | "BASE_URL_INVALID";

/** What was being done, to what: the start of every message. */
export interface Subject {
  /** "create trigger", "list triggers". */
  action: string;
  /** `"nightly" in namespace "prod"`. */
  target: string;
  namespace?: string;
}

interface Details {
  status?: number;
  /** Parts of the answer that code looks at, such as the keys a 422 refused. */
  refusedKeys?: string[];
  /** The request may have been handled although no good answer came. */
  ambiguous?: boolean;
}

/** A failed call. Its message reads: action, target, cause, next step; it never holds the key. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number | undefined;
  readonly refusedKeys: readonly string[];
  readonly ambiguous: boolean;

  constructor(
    readonly code: ApiCode,
    readonly subject: Subject,
    readonly reason: string,
    details: Details = {},
  ) {
    super(`cannot ${subject.action} ${subject.target}: ${clean(reason)}. ${nextStep(code, subject)} [${code}].`);
    this.status = details.status;
    this.refusedKeys = details.refusedKeys ?? [];
    this.ambiguous = details.ambiguous ?? false;
  }
}

function nextStep(code: ApiCode, { namespace, action }: Subject): string {
  switch (code) {
    case "UNAUTHORIZED":
      return "Check mixpeek:apiKey (or MIXPEEK_API_KEY): the key may be mistyped, revoked or of another organization";
    case "FORBIDDEN":
    case "NOT_ENABLED":
      return "Check that the key's role and plan allow this call";
    case "NAMESPACE_NOT_FOUND":
      return `Check the name in namespace or mixpeek:namespace, and that the key's organization has "${namespace}"`;
    case "NOT_FOUND":
      return "Check the ids in action_config and schedule_config: they must exist in the same namespace";
    case "ALREADY_EXISTS":
      return "Look for the one that exists; set adopt: true to take it over";
    case "BAD_REQUEST":
    case "VALIDATION":
    case "EXTRA_FORBIDDEN":
      return "Correct the definition; nothing was changed by this call";
    case "RATE_LIMITED":
      return "Run again later, or ask for a higher limit; what is done already is kept";
    case "SERVER_ERROR":
    case "UNAVAILABLE":
      return "Run again later; if it stays, tell Mixpeek support";
    case "NETWORK":
    case "TIMEOUT":
      return "Check mixpeek:baseUrl (or MIXPEEK_BASE_URL), the network and the proxy, then run again";
    case "BAD_RESPONSE":
      return `Check that mixpeek:baseUrl is the Mixpeek API and no proxy answers in its place (${action})`;
    case "BASE_URL_INVALID":
      return "Write an https address such as https://api.mixpeek.com; plain http is for this machine only";
  }
}

const LONGEST = 500;

/** Texts from the API end up on terminals: one line, no control characters, bounded. */
function clean(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, " ").trim().replace(/\.$/, "");
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** The error for an answer that is not 2xx, in either of the vendor's shapes. `sent`: it may have been handled. */
export function errorFromAnswer(status: number, body: Json | undefined, subject: Subject, sent: boolean): ApiError {
  const answer = readAnswer(body);
  const code = codeFor(status, answer);
  const reason = `${status}${answer.type ? ` ${answer.type}` : ""}${answer.message ? `: ${answer.message}` : ""}`;
  return new ApiError(code, subject, `the API answered ${reason}`, {
    status,
    refusedKeys: answer.refusedKeys,
    ambiguous: sent && status >= 500,
  });
}

interface Answer {
  type: string;
  message: string;
  refusedKeys: string[];
}

function readAnswer(body: Json | undefined): Answer {
  const record = asRecord(body);
  const error = asRecord(record?.["error"]);
  if (error) return { type: str(error["type"]), message: str(error["message"]), refusedKeys: refused(asRecord(error["details"])?.["errors"]) };
  const detail = record?.["detail"];
  if (typeof detail === "string") return { type: "", message: detail, refusedKeys: [] };
  const items = Array.isArray(detail) ? detail.map(asRecord) : [];
  const messages = items.map((item) => `${Array.isArray(item?.["loc"]) ? item["loc"].filter((step) => step !== "body").join(".") : ""}: ${str(item?.["msg"])}`);
  return { type: items.length > 0 ? "ValidationError" : "", message: messages.join("; "), refusedKeys: refused(detail) };
}

function refused(items: Json | undefined): string[] {
  return (Array.isArray(items) ? items.map(asRecord) : [])
    .filter((item) => item?.["type"] === "extra_forbidden")
    .map((item) => (Array.isArray(item?.["loc"]) ? String(item["loc"].at(-1)) : ""));
}

function codeFor(status: number, answer: Answer): ApiCode {
  if (status === 401) return "UNAUTHORIZED";
  if (status === 403) return answer.type === "NotEnabledError" ? "NOT_ENABLED" : "FORBIDDEN";
  // The vendor gives a 404 one type; only its text says whether the namespace or something in it is missing.
  if (status === 404) return /^namespace\b/i.test(answer.message) ? "NAMESPACE_NOT_FOUND" : "NOT_FOUND";
  if (status === 409) return "ALREADY_EXISTS";
  if (status === 422) return answer.refusedKeys.length > 0 ? "EXTRA_FORBIDDEN" : "VALIDATION";
  if (status === 429) return "RATE_LIMITED";
  if (status === 503 || status === 502 || status === 504) return "UNAVAILABLE";
  if (status >= 500) return "SERVER_ERROR";
  return status >= 400 ? "BAD_REQUEST" : "BAD_RESPONSE";
}

const asRecord = (value: Json | undefined): Record<string, Json> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;

const str = (value: Json | undefined): string => (typeof value === "string" ? value : "");
