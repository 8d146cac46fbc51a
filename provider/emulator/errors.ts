/** One finding of body validation, in the manner of FastAPI: `loc` starts with where the value was sent. */
export interface Issue {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** An answer that is no success: status, JSON body and headers as the vendor sends them. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown,
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

/** 400: the request makes no sense in the state the service is in. */
export function badRequest(message: string, details?: Record<string, unknown>): ApiError {
  return vendorError(400, "BadRequestError", message, details);
}

/** 401: no key, or one that is not accepted. */
export function unauthorized(message: string): ApiError {
  return vendorError(401, "UnauthorizedError", message, undefined, { "www-authenticate": "Bearer" });
}

/** 403: who sent this may not use the emulator. */
export function forbidden(message: string): ApiError {
  return vendorError(403, "ForbiddenError", message);
}

/**
 * 404 for a thing: "Cluster clust_x not found".
 * @param label how a person calls the kind of thing
 */
export function notFound(label: string, id: string): ApiError {
  return vendorError(404, "NotFoundError", `${label} ${id} not found`, { resource: label.toLowerCase(), id });
}

/** 404 for a path that the API does not have. */
export function noSuchRoute(): ApiError {
  return vendorError(404, "NotFoundError", "Not Found");
}

/** 405, with the methods that the path has in `Allow`. */
export function methodNotAllowed(allowed: string[]): ApiError {
  return vendorError(405, "MethodNotAllowedError", "Method Not Allowed", undefined, {
    allow: allowed.join(", "),
  });
}

/** 409: the id or name is taken. */
export function alreadyExists(label: string, id: string): ApiError {
  return vendorError(409, "AlreadyExistsError", `${label} ${id} already exists`);
}

/** 413: the body is larger than the server reads. */
export function tooLarge(limitBytes: number): ApiError {
  return vendorError(413, "PayloadTooLargeError", `The request body is larger than ${limitBytes} bytes`);
}

/** 422 with every finding, in FastAPI's shape. */
export function invalid(issues: Issue[]): ApiError {
  const message = issues.map((issue) => `${issue.loc.join(".")}: ${issue.msg}`).join("; ");
  return new ApiError(422, message, { detail: issues });
}

/**
 * 429: over the plan's limit.
 * @param retryAfter seconds until a request is accepted again
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

const GATEWAY_ERRORS = {
  500: ["InternalServerError", "Internal Server Error"],
  502: ["BadGatewayError", "Bad Gateway"],
  503: ["ServiceUnavailableError", "Service Unavailable"],
  504: ["GatewayTimeoutError", "Gateway Timeout"],
} as const;

/** A 5xx that a fault asks for. */
export function gatewayError(status: keyof typeof GATEWAY_ERRORS): ApiError {
  const [type, message] = GATEWAY_ERRORS[status];
  return vendorError(status, type, message);
}

/** 500: the emulator itself failed. */
export function internalError(cause: unknown): ApiError {
  const what = cause instanceof Error ? cause.message : String(cause);
  return vendorError(500, "InternalServerError", `The emulator failed: ${what}`);
}
