import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, errorBody, invalid, tooLarge } from "../model/errors";
import type { ApiVersion } from "../model/types";

/** The largest accepted request body, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * How much of a body that is too large is read, so that the connection can be reused. A larger body ends the
 * connection.
 */
const MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES;

/** A response before it is sent. Without `body`, no body is sent. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request body as received. Calls that take a body read it as JSON. */
export interface RawBody {
  text: string;
  contentType: string | undefined;
  tooLarge: boolean;
}

/** Reads a whole request, so that the connection can be reused even if the response is an error. */
export async function receive(request: IncomingMessage): Promise<RawBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    if (size > MAX_DRAINED_BYTES) throw new Error("the request body does not end");
  }
  return {
    text: Buffer.concat(chunks).toString("utf8"),
    contentType: request.headers["content-type"],
    tooLarge: size > MAX_BODY_BYTES,
  };
}

/**
 * Parses a body as JSON; undefined if it is empty. A body with another content type is a string, as in FastAPI, so it
 * fails validation as an object.
 * @throws ApiError 413 over the limit, 422 for malformed JSON
 */
export function jsonOf(raw: RawBody): unknown {
  if (raw.tooLarge) throw tooLarge(MAX_BODY_BYTES);
  if (raw.text === "") return undefined;
  const type = raw.contentType?.split(";")[0]?.trim().toLowerCase();
  if (type !== undefined && !/^application\/(.+\+)?json$/.test(type)) return raw.text;
  try {
    return JSON.parse(raw.text);
  } catch (error) {
    // FastAPI always reports a position. Node does so only sometimes, and a wrong position is worse than none.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const loc = position === undefined ? ["body"] : ["body", Number(position)];
    throw invalid([{ loc, msg: "JSON decode error", type: "json_invalid" }]);
  }
}

/** Converts what a handler threw into a response. Everything except an ApiError goes to `otherwise`. */
export function replyOf(error: unknown, api: ApiVersion, otherwise: (error: unknown) => ApiError): Reply {
  const answer = error instanceof ApiError ? error : otherwise(error);
  return { status: answer.status, body: errorBody(api, answer), headers: answer.headers };
}

/** A response as it is sent. */
export interface Encoded {
  status: number;
  headers: Record<string, string | number>;
  text: string;
}

/** A response's JSON with its headers. */
export function encode(reply: Reply): Encoded {
  const headers: Record<string, string | number> = { ...reply.headers };
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  if (reply.body !== undefined) headers["content-type"] = "application/json";
  // A response without content must not have a content-length.
  if (reply.status !== 204) headers["content-length"] = Buffer.byteLength(text);
  return { status: reply.status, headers, text };
}

/** Sends a complete response. */
export function send(response: ServerResponse, { status, headers, text }: Encoded): void {
  response.writeHead(status, headers);
  response.end(text);
}
