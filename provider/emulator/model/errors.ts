import { STATUS_CODES } from "node:http";
import type { ApiVersion } from "./types";

/** One validation error of a body, as in FastAPI: `loc` starts with where the value was sent. */
export interface Issue {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/**
 * An error response of the emulated API. Methods of the emulator throw it. The `ApiError` of
 * `pulumi-mixpeek` is another class: it reports such a response to a client.
 *
 * @example
 * ```ts
 * import { ApiError, startEmulator } from "pulumi-mixpeek/emulator";
 *
 * async function statusOfAMissingTrigger(): Promise<number | undefined> {
 *   const emulator = await startEmulator();
 *   try {
 *     emulator.remove("dev", "no-such-trigger");
 *     return undefined;
 *   } catch (error) {
 *     return error instanceof ApiError ? error.status : undefined; // 404
 *   } finally {
 *     await emulator.close();
 *   }
 * }
 * export const status = statusOfAMissingTrigger();
 * ```
 */
export class ApiError extends Error {
  constructor(
    /** HTTP status, such as 404. */
    readonly status: number,
    message: string,
    /** JSON body, as the API sends it. */
    readonly body: unknown,
    /** HTTP headers, besides the usual ones. */
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

function vendorError(
  status: number,
  type: string,
  message: string,
  details?: Record<string, unknown>,
  headers?: Record<string, string>,
): ApiError {
  const error = details === undefined ? { message, type } : { message, type, details };
  return new ApiError(status, message, { success: false, status, error }, headers);
}

/** 400: the request is not possible in the service's current state. */
export function badRequest(message: string, details?: Record<string, unknown>): ApiError {
  return vendorError(400, "BadRequestError", message, details);
}

/** 401: there is no key, or it is not accepted. */
export function unauthorized(message: string): ApiError {
  return vendorError(401, "UnauthorizedError", message, undefined, { "www-authenticate": "Bearer" });
}

/** 403: the sender of the request may not use the emulator. */
export function forbidden(message: string): ApiError {
  return vendorError(403, "ForbiddenError", message);
}

/**
 * 404 for an object: "Cluster clust_x not found".
 * @param label the display name of the kind
 */
export function notFound(label: string, id: string): ApiError {
  return vendorError(404, "NotFoundError", `${label} ${id} not found`, { resource: label.toLowerCase(), id });
}

/** 404 for an unknown path: the router's own response, without the envelope that a missing object has. */
export function noSuchRoute(): ApiError {
  return new ApiError(404, "Not Found", { detail: "Not Found" });
}

/** 405, with the path's methods in `Allow`. */
export function methodNotAllowed(allowed: string[]): ApiError {
  const message = "Method Not Allowed";
  return new ApiError(405, message, { detail: message }, { allow: allowed.join(", ") });
}

/** 409: the id or name is already in use. */
export function alreadyExists(label: string, id: string): ApiError {
  return vendorError(409, "AlreadyExistsError", `${label} ${id} already exists`);
}

/** 413: the body is larger than the server accepts. */
export function tooLarge(limitBytes: number): ApiError {
  return vendorError(413, "PayloadTooLargeError", `The request body is larger than ${limitBytes} bytes`);
}

/** 422 with all validation errors. */
export class InvalidError extends ApiError {
  constructor(readonly issues: Issue[]) {
    const message = issues.map((issue) => `${issue.loc.join(".")}: ${issue.msg}`).join("; ");
    const validation_errors = issues.map(({ loc, msg, type }) => ({
      type,
      location: loc.join("."),
      message: msg,
    }));
    const { body } = vendorError(422, "ValidationError", "Validation error", { validation_errors });
    super(422, message, body);
  }
}

/** 422 with all validation errors, in the vendor's envelope. */
export function invalid(issues: Issue[]): ApiError {
  return new InvalidError(issues);
}

/** The body of an error in an API version: 0.81 sends a 422 without an envelope. */
export function errorBody(api: ApiVersion, error: ApiError): unknown {
  return api === "0.81" && error instanceof InvalidError ? { detail: error.issues } : error.body;
}

/**
 * 429: over the plan's limit.
 * @param retryAfter seconds until a request will be accepted again
 */
export function tooManyRequests(limit: number, retryAfter: number): ApiError {
  return vendorError(
    429,
    "TooManyRequestsError",
    `Rate limit of ${limit} requests a minute exceeded; retry in ${retryAfter} seconds`,
    { limit, window_seconds: 60, retry_after_seconds: retryAfter },
    { "retry-after": String(retryAfter) },
  );
}

const SERVICE_ERRORS = {
  400: ["BadRequestError", "Bad Request"],
  401: ["UnauthorizedError", "Invalid API key"],
  403: ["NotEnabledError", "Triggers are not enabled for this organization"],
  404: ["NotFoundError", "Not Found"],
  409: ["AlreadyExistsError", "A resource of this name already exists"],
  422: ["ValidationError", "Validation error"],
  500: ["InternalServerError", "Internal Server Error"],
  503: ["WriterReadOnlyError", "The writer is read-only: nothing was stored"],
} as const;
export type ServiceStatus = keyof typeof SERVICE_ERRORS;
/** 502 and 504 never come from the service itself. */
export type ErrorStatus = ServiceStatus | 502 | 504;
export const ERROR_STATUSES = [
  400, 401, 403, 404, 409, 422, 500, 502, 503, 504,
] as const satisfies ErrorStatus[];

/** An error of the service itself, on demand. `retryAfter`: in seconds. */
export function serviceError(
  status: ServiceStatus,
  { retryable, retryAfter }: { retryable?: boolean | undefined; retryAfter?: number | undefined } = {},
): ApiError {
  const [type, message] = SERVICE_ERRORS[status];
  const details = {
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfter === undefined ? {} : { retry_after_seconds: retryAfter }),
  };
  const headers = retryAfter === undefined ? undefined : { "retry-after": String(retryAfter) };
  return vendorError(status, type, message, Object.keys(details).length > 0 ? details : undefined, headers);
}

/**
 * A gateway's response if the service's own is lost. It is not in the API's envelope, so it says nothing about whether
 * the request was carried out.
 */
export function gatewayError(status: ErrorStatus): ApiError {
  const message = STATUS_CODES[status] ?? "Error";
  return new ApiError(status, message, { message });
}

/** 500: the emulator itself failed. */
export function internalError(cause: unknown): ApiError {
  const what = cause instanceof Error ? cause.message : String(cause);
  return vendorError(500, "InternalServerError", `The emulator failed: ${what}`);
}
