import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The API's response to every request, or to those that match. */
export interface Answer {
  status?: number;
  body?: string | (() => string);
  headers?: Readonly<Record<string, string>>;
  /** The connection ends after this many characters of the body. */
  breaksAfter?: number;
}

/** A real server that records requests and sends given responses. */
export class RecordingServer {
  answer: (method: string, path: string) => Answer = () => ({ status: 404 });
  readonly requests: string[] = [];
  url = "";
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => this.#reply(request, response));
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #reply(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "" } = request;
    this.requests.push(`${method} ${url}`);
    request.resume();
    const { status = 200, body = "", headers = {}, breaksAfter } = this.answer(method, url);
    const text = typeof body === "string" ? body : body();
    if (breaksAfter === undefined) {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
      return;
    }
    const length = { "content-length": String(Buffer.byteLength(text)) };
    response.writeHead(status, { "content-type": "application/json", ...length, ...headers });
    response.write(text.slice(0, breaksAfter), () => response.destroy());
  }
}
