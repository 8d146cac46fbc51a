import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, errorBody, invalid, tooLarge } from "../model/errors";
import type { ApiVersion } from "../model/types";

/** The largest request body that is read, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** What is read of a body that is too large, so that the connection can be used again; more ends it. */
const MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES;

/** An answer before it is written: no body means none is sent. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request body as it came, to be read as JSON by those calls that have one. */
export interface RawBody {
  text: string;
  contentType: string | undefined;
  tooLarge: boolean;
}

/** Reads a whole request, so that the connection can be used again even where the answer is an error. */
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
 * The JSON of a body; undefined where there is none. Text sent as another content type is a text, as FastAPI
 * takes it, and so fails the validation of any object.
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
    // FastAPI always says where; Node only sometimes does, and a wrong place is worse than none.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const loc = position === undefined ? ["body"] : ["body", Number(position)];
    throw invalid([{ loc, msg: "JSON decode error", type: "json_invalid" }]);
  }
}

/** Turns what a handler threw into the answer it stands for; anything but an ApiError is passed to `otherwise`. */
export function replyOf(error: unknown, api: ApiVersion, otherwise: (error: unknown) => ApiError): Reply {
  const answer = error instanceof ApiError ? error : otherwise(error);
  return { status: answer.status, body: errorBody(api, answer), headers: answer.headers };
}

/** An answer as it goes over the wire. */
export interface Encoded {
  status: number;
  headers: Record<string, string | number>;
  text: string;
}

/** An answer's JSON with the headers that belong to it. */
export function encode(reply: Reply): Encoded {
  const headers: Record<string, string | number> = { ...reply.headers };
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  if (reply.body !== undefined) headers["content-type"] = "application/json";
  // An answer without content must not announce a length.
  if (reply.status !== 204) headers["content-length"] = Buffer.byteLength(text);
  return { status: reply.status, headers, text };
}

/** Writes an answer whole. */
export function send(response: ServerResponse, { status, headers, text }: Encoded): void {
  response.writeHead(status, headers);
  response.end(text);
}
