import type { Path } from "../../core/issues/issue";
import type { Json } from "../../core/schema/model";
import { secondsText } from "../../core/text/duration-text";

/**
 * Stable codes of API errors; programs match on these, never on the message.
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
  /** Something other than the API answered: a gateway, a proxy or another path. It says nothing about any trigger. */
  "NOT_THE_API",
  "BASE_URL_INVALID",
] as const;

/** One of {@link API_CODES}; docs/errors.md describes each. */
export type ApiCode = (typeof API_CODES)[number];

/** The action and its target, which start every message. */
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

/** The API's error for one value in a request body. */
export interface FieldError {
  /** From the body down: ["schedule_config", "cron_expression"]. Empty if the API does not name the field. */
  path: Path;
  message: string;
  /** The API's own name for the rule, such as "missing" or "extra_forbidden"; empty if there is none. */
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
 * A failed call. `message` is one line: action, target, cause, next step, code. It never holds the key.
 * Source of the causes: the API's error answers (`error` or `detail`), or the connection.
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
 * export const status = mixpeek
 *   .getTriggers({ namespace: "nowhere" })
 *   .then(() => 200)
 *   .catch((error: mixpeek.ApiError) => error.status);
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
  override readonly name = "ApiError";
  readonly action: string;
  readonly target: string;
  /** The cause, one line of at most 500 characters; with field errors at most 2,000. */
  readonly reason: string;
  /** What the user can do. */
  readonly next: string;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The API's own `error.details`, or the items of `detail`. */
  readonly details: Json | undefined;
  /** All items of a 422. */
  readonly fieldErrors: readonly FieldError[];
  /** The kind of resource that a 404 is about, in lower case; undefined if the API does not name it. */
  readonly resource: string | undefined;
  /** Whether the answer has the API's error format, so that it does not come from a gateway in front of the API. */
  readonly isEnvelope: boolean;
  /** The API's own name for the error, such as "WriterReadOnlyError"; empty if there is none. */
  readonly type: string;
  /** Whether the API allows a retry; undefined if it does not say. */
  readonly retryable: boolean | undefined;
  /** The wait that the answer requests, in its headers or body, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** The API may have processed the request although no valid answer came; repeating it might repeat its effect. */
  readonly ambiguous: boolean;
  readonly #facts: Facts;
  readonly #kind: CallKind | undefined;

  constructor(
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

  /** Dotted paths of the body keys that the API does not accept; set for EXTRA_FORBIDDEN. */
  get refusedKeys(): readonly string[] {
    return this.fieldErrors.filter(({ type }) => type === EXTRA_FORBIDDEN).map(({ path }) => path.join("."));
  }

  /** Whether the path does not exist at the address: an older API or a gateway answers an unknown call in this way. */
  get isUnknownPath(): boolean {
    return this.code === "NOT_THE_API" && this.status === 404;
  }

  /** Whether the API itself reports that the resource does not exist. `kind`: such as "trigger". */
  isAbsence(kind: string): boolean {
    return this.code === "NOT_FOUND" && (this.resource ?? kind) === kind;
  }

  /** The message without the field errors, for callers that show each of them separately. */
  get headline(): string {
    const { summary = this.reason } = this.#facts;
    return sentenceOf(this, oneLine(summary), this.next, this.code);
  }

  /** The same error with the number of tries and their total duration in milliseconds. */
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
      return "Check mixpeek:apiKey (or MIXPEEK_API_KEY): the key may be mistyped, revoked or from another organization; refresh and destroy use the key of the last `pulumi up`";
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
        ? "Find the existing trigger; set adopt: true to take it over"
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
      return `Check that ${ADDRESS} is the address of the Mixpeek API, without a path, and that no proxy or gateway answers instead; nothing counts as missing or deleted because of this answer`;
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
