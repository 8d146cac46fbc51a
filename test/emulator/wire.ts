import { request } from "node:http";
import { KEY, type Rig } from "./harness";

/** What a client receives: a response, as far as it arrived, or how the connection ended. */
export interface Heard {
  status?: number;
  headers?: NodeJS.Dict<string | string[]>;
  text: string;
  /** The code of the error that ended it; `timeout` if nothing arrived in time. */
  error?: string;
  /** The number of pieces in which the body arrived. */
  pieces: number;
}

/** Sends a request on a separate connection and records what happens. Redirects are not followed. */
export function hear(
  rig: Rig,
  method: string,
  path: string,
  body?: unknown,
  { namespace = "dev", timeoutMs = 60_000 } = {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = { text: "", pieces: 0 };
    const end = (error?: string): void => resolve({ ...heard, ...(error === undefined ? {} : { error }) });
    const headers = {
      authorization: `Bearer ${KEY}`,
      "x-namespace": namespace,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const sent = request(rig.emulator.url + path, { method, headers, agent: false, timeout: timeoutMs });
    sent.on("timeout", () => {
      end("timeout");
      sent.destroy();
    });
    sent.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.on("response", (response) => {
      heard.status = response.statusCode ?? 0;
      heard.headers = response.headers;
      response.on("data", (piece: Buffer) => {
        heard.text += piece.toString();
        heard.pieces += 1;
      });
      response.on("end", () => end());
      response.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
