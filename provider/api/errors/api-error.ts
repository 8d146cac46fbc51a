import type { Path } from "../../core/issues/issue";
import type { Json } from "../../core/schema/model";
import { secondsText } from "../../core/text/duration-text";

/**
 * The codes of an {@link ApiError}, which do not change between releases: match on the code, never on the message.
 * docs/errors.md describes each.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const codes: readonly mixpeek.ApiCode[] = mixpeek.API_CODES;
 * ```
 */
export const API_CODES = [
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NOT_ENABLED",
  "NAMESPACE_NOT_FOUND",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "BAD_REQUEST",
  "VALIDATION",
  "EXTRA_FORBIDDEN",
  "RATE_LIMITED",
  "SERVER_ERROR",
  "UNAVAILABLE",
  "NETWORK",
  "CERTIFICATE",
  "PROXY_INVALID",
  "PROXY_UNREACHABLE",
  "PROXY_AUTH_REQUIRED",
  "PROXY_REFUSED",
  "TIMEOUT",
  "BAD_RESPONSE",
  /**
   * The response is not from the API but from a gateway, a proxy or another service, so no trigger counts as missing.
   */
  "NOT_THE_API",
  "BASE_URL_INVALID",
] as const;

/** One of {@link API_CODES}; docs/errors.md describes each. */
export type ApiCode = (typeof API_CODES)[number];

/** What was attempted, and on what: the start of every message. */
export interface Context {
  /** Such as "create trigger" or "list triggers". */
  action: string;
  /** Such as `"nightly" in namespace "prod"`. */
  target: string;
  /** Absent if the call neither lists nor sends a definition. */
  kind?: CallKind;
}

/** What a call does limits what its error can mean: a list or a lookup sends no definition. */
export type CallKind = "list" | "create" | "change";

/** One value in a request's body that the API rejects. */
export interface FieldError {
  /** Path in the body, such as `["schedule_config", "cron_expression"]`. Empty if the API gives no path. */
  path: Path;
  /** The API's message. */
  message: string;
  /** The API's name for the violated rule, such as `missing` or `extra_forbidden`. Empty if it gives none. */
  type: string;
}

interface Facts {
  /** The reason without the field errors. */
  summary?: string;
  status?: number;
  details?: Json;
  fieldErrors?: readonly FieldError[];
  resource?: string;
  isEnvelope?: boolean;
  type?: string;
  retryable?: boolean;
  retryAfter?: number;
  ambiguous?: boolean;
}

/**
 * A request to the API failed. `getTrigger` and `getTriggers` reject with it.
 *
 * `message` is one line: action, target, reason, next step, code. It never contains the API key.
 * Source: the API's error responses (`error` or `detail`), or the connection.
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const count = mixpeek.getTriggers({ namespace: "nowhere" }).then(
 *   (triggers) => triggers.length,
 *   (error: unknown) => {
 *     if (error instanceof mixpeek.ApiError && error.code === "NAMESPACE_NOT_FOUND") return 0;
 *     throw error;
 *   },
 * );
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * // The HTTP status of the failed request, such as 404.
 * export const status = mixpeek
 *   .getTriggers({ namespace: "nowhere" })
 *   .then(() => undefined)
 *   .catch((error: unknown) => (error instanceof mixpeek.ApiError ? error.status : undefined));
 * ```
 *
 * @example
 * ```ts
 * import * as mixpeek from "pulumi-mixpeek";
 *
 * export const adviceOn = (error: mixpeek.ApiError): string => `${error.code}: ${error.next}`;
 * ```
 */
export class ApiError extends Error {
  /** Always `ApiError`. */
  override readonly name = "ApiError";
  /** What was attempted, such as `list triggers`. */
  readonly action: string;
  /** What it was attempted on, such as `in namespace "prod"`. */
  readonly target: string;
  /** Why it failed: one line of at most 500 characters, or 2,000 with field errors. */
  readonly reason: string;
  /** What to do next. */
  readonly next: string;
  /** HTTP status. Undefined if there was no response. */
  readonly status: number | undefined;
  /** `error.details` of the response, or its `detail`. */
  readonly details: Json | undefined;
  /** All errors of a 422 response, one per value. Empty for other errors. */
  readonly fieldErrors: readonly FieldError[];
  /** With NOT_FOUND, the kind of the missing object in lower case, such as `trigger`. Undefined if the API does not name it. */
  readonly resource: string | undefined;
  /** Whether the response has the API's error format, so that it is not from a gateway or proxy in front of the API. */
  readonly isEnvelope: boolean;
  /** The API's name for the error, such as `WriterReadOnlyError`. Empty if it gives none. */
  readonly type: string;
  /** Whether the API says that a retry can succeed. Undefined if it does not say. */
  readonly retryable: boolean | undefined;
  /** How long to wait before a retry, in milliseconds, from the headers or body of the response. */
  readonly retryAfter: number | undefined;
  /** Whether the API may have handled the request although its response is missing, so that a retry could apply it twice. */
  readonly ambiguous: boolean;
  readonly #facts: Facts;
  readonly #kind: CallKind | undefined;

  constructor(
    /** The code to match on. */
    readonly code: ApiCode,
    context: Context,
    reason: string,
    facts: Facts = {},
  ) {
    const action = oneLine(context.action);
    const target = oneLine(context.target);
    const cause = oneLine(reason, facts.fieldErrors?.length ? LONGEST_LIST : LONGEST);
    const next = nextStep(code, context.kind);
    super(sentenceOf({ action, target }, cause, next, code));
    this.action = action;
    this.target = target;
    this.reason = cause;
    this.next = next;
    this.status = facts.status;
    this.details = facts.details;
    this.fieldErrors = facts.fieldErrors ?? [];
    this.resource = facts.resource;
    this.isEnvelope = facts.isEnvelope ?? false;
    this.type = facts.type ?? "";
    this.retryable = facts.retryable;
    this.retryAfter = facts.retryAfter;
    this.ambiguous = facts.ambiguous ?? false;
    this.#facts = facts;
    this.#kind = context.kind;
  }

  /** With EXTRA_FORBIDDEN, the dotted paths of the keys in the body that the API does not accept. Otherwise empty. */
  get refusedKeys(): readonly string[] {
    return this.fieldErrors.filter(({ type }) => type === EXTRA_FORBIDDEN).map(({ path }) => path.join("."));
  }

  /** Whether the address does not have the path, as with an older API or a gateway. */
  get isUnknownPath(): boolean {
    return this.code === "NOT_THE_API" && this.status === 404;
  }

  /** Whether the API itself reports that the object does not exist. `kind` is the expected kind, such as `trigger`. */
  isAbsence(kind: string): boolean {
    return this.code === "NOT_FOUND" && (this.resource ?? kind) === kind;
  }

  /** The message without the field errors, for programs that show each field error separately. */
  get headline(): string {
    const { summary = this.reason } = this.#facts;
    return sentenceOf(this, oneLine(summary), this.next, this.code);
  }

  /** A copy of this error whose reason includes the number of tries and their total time in milliseconds. */
  after(tries: number, milliseconds: number): ApiError {
    const reason = `${this.reason} (${tries} tries in ${secondsText(milliseconds)})`;
    const { action, target } = this;
    const kind = this.#kind;
    return new ApiError(this.code, { action, target, ...(kind ? { kind } : {}) }, reason, this.#facts);
  }
}

const sentenceOf = ({ action, target }: Context, cause: string, next: string, code: ApiCode): string =>
  `cannot ${action} ${target}: ${cause}. ${next} [${code}].`;

/** The type of a 422 item for a key that the API does not accept. */
export const EXTRA_FORBIDDEN = "extra_forbidden";

/** For a call that sends no definition, these codes do not mean that a definition is wrong. */
const REFUSALS: ReadonlySet<ApiCode> = new Set([
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "BAD_REQUEST",
  "VALIDATION",
  "EXTRA_FORBIDDEN",
]);

const ADDRESS = "mixpeek:baseUrl (or MIXPEEK_BASE_URL)";
const BYPASS = "add the API's host to NO_PROXY";

function nextStep(code: ApiCode, kind: CallKind | undefined): string {
  if (kind === "list" && REFUSALS.has(code))
    return `Check that ${ADDRESS} is the Mixpeek API and that no proxy answers instead; if it is, contact Mixpeek support`;
  if (kind === undefined && REFUSALS.has(code))
    return "Run again: the trigger may have changed in the meantime; if the error persists, contact Mixpeek support";
  switch (code) {
    case "UNAUTHORIZED":
      return "Check mixpeek:apiKey (or MIXPEEK_API_KEY): the key may be mistyped, revoked or from another organization; `pulumi refresh` and `pulumi destroy` use the key of the last `pulumi up`";
    case "FORBIDDEN":
      return "Check that the key's role allows this call";
    case "NOT_ENABLED":
      return "Check that the organization's plan includes this feature";
    case "NAMESPACE_NOT_FOUND":
      return "Check the trigger's namespace or mixpeek:namespace (or MIXPEEK_NAMESPACE), and that the key belongs to the organization of that namespace";
    case "NOT_FOUND":
      return `Check the ids in action_config and schedule_config: they must exist in the same namespace; if they do, check ${ADDRESS}`;
    case "ALREADY_EXISTS":
      return kind === "create"
        ? "Check the existing trigger; to adopt it, set adopt: true"
        : "Choose another name, or delete the trigger that has it; nothing was changed by this call";
    case "BAD_REQUEST":
    case "VALIDATION":
      return "Correct the definition; nothing was changed by this call";
    case "EXTRA_FORBIDDEN":
      return "Remove the keys that the API does not accept; nothing was changed by this call";
    case "RATE_LIMITED":
      return "Run again later, or ask Mixpeek for a higher limit; completed changes are kept";
    case "SERVER_ERROR":
    case "UNAVAILABLE":
      return "Run again later; if the error persists, contact Mixpeek support";
    case "NETWORK":
    case "TIMEOUT":
      return `Check ${ADDRESS}, the network and the proxy, then run again`;
    case "CERTIFICATE":
      return `Check ${ADDRESS} and this machine's clock; if a private certificate authority signed the certificate, set NODE_EXTRA_CA_CERTS to its PEM file, then run again`;
    case "PROXY_INVALID":
      return `Write the variable as http://proxy.example:3128, or ${BYPASS}`;
    case "PROXY_UNREACHABLE":
      return `Check that the proxy runs and that the variable has its address, or ${BYPASS}`;
    case "PROXY_AUTH_REQUIRED":
      return `Add them to the variable, percent-encoded (http://user:password@proxy.example:3128), or ${BYPASS}`;
    case "PROXY_REFUSED":
      return `Check that the proxy allows this host, or ${BYPASS}`;
    case "BAD_RESPONSE":
      return `Check that ${ADDRESS} is the Mixpeek API and that no proxy answers instead`;
    case "NOT_THE_API":
      return `Check that ${ADDRESS} is the address of the Mixpeek API, without a path, and that no proxy or gateway answers instead; nothing counts as missing or deleted because of this response`;
    case "BASE_URL_INVALID":
      return "Write an https address such as https://api.mixpeek.com; http is allowed only for this machine";
  }
}

const LONGEST = 500;
const LONGEST_LIST = 2000;

/** Error texts are printed on terminals: one line of limited length, without control or bidi characters. */
function oneLine(text: string, most = LONGEST): string {
  const line = text
    .slice(0, 4 * most)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}\s]+/gu, " ")
    .trim()
    .replace(/\.+$/, "");
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}
