import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "../../provider/core/schema/model";

/** One write to the API as it was sent, and its response. */
export interface Recorded {
  method: string;
  path: string;
  namespace: string;
  body: Json;
  status: number;
}

const CHANNEL = "http.server.request.start";

/**
 * Records the writes that reach a service of this process, with their bodies, which the emulator never does. It reads
 * along where Node parses the requests: a proxy in between would double the cost of each.
 */
export class Recorder {
  /** The address of the service. */
  target = "";
  writes: Recorded[] = [];

  constructor() {
    subscribe(CHANNEL, this.#started);
  }

  get url(): string {
    return this.target;
  }

  close(): void {
    unsubscribe(CHANNEL, this.#started);
  }

  readonly #started = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const method = request.method!;
    const path = request.url!;
    const isHere = String(request.socket.localPort) === new URL(this.target).port;
    if (!isHere || method === "GET" || /\/list(\?|$)/.test(path)) return;
    const parts: Buffer[] = [];
    const push = request.push;
    request.push = (part, ...rest) => {
      if (part !== null) parts.push(part);
      return push.call(request, part, ...rest);
    };
    const end = response.end;
    response.end = ((...all: Parameters<typeof end>) => {
      const text = Buffer.concat(parts).toString();
      const namespace = String(request.headers["x-namespace"]);
      const body = text === "" ? null : JSON.parse(text);
      this.writes.push({ method, path, namespace, body, status: response.statusCode });
      return end.apply(response, all);
    }) as typeof end;
  };
}
