/** An answer of the API: a status and, but for 204, a JSON body. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Thrown by handlers; becomes the vendor's error answer. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(JSON.stringify(answer.body));
  }
}

const TYPES: Record<number, string> = {
  400: "BadRequestError",
  401: "UnauthorizedError",
  403: "ForbiddenError",
  404: "NotFoundError",
  405: "MethodNotAllowedError",
  409: "AlreadyExistsError",
  413: "PayloadTooLargeError",
  429: "TooManyRequestsError",
  500: "InternalServerError",
};

/** `{"success": false, "status": N, "error": {message, type, details?}}`. */
export function refuse(status: number, message: string, headers?: Record<string, string>): Refusal {
  const error = { message, type: TYPES[status] ?? "InternalServerError" };
  return new Refusal({ status, body: { success: false, status, error }, ...(headers ? { headers } : {}) });
}

/** One item of a 422 as FastAPI writes it. */
export interface Invalid {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** `{"detail": [{loc, msg, type}]}`. */
export const unprocessable = (detail: Invalid[]): Refusal => new Refusal({ status: 422, body: { detail } });
