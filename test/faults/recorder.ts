import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../provider/core/schema/model";

/** One write to the API as it was sent, and its response. */
export interface Recorded {
  method: string;
  path: string;
  namespace: string;
  body: Json;
  status: number;
}

/** A proxy between the provider and a service that records writes with their bodies, which the emulator never does. */
export class Recorder {
  /** Where requests are forwarded to. */
  target = "";
  writes: Recorded[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Recorder> {
    const server = createServer();
    const recorder = new Recorder(server);
    server.on("request", async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts).toString();
      const method = request.method!;
      const path = request.url!;
      const { authorization = "", "x-namespace": namespace } = request.headers;
      const answer = await fetch(`${recorder.target}${path}`, {
        method,
        headers: { authorization, "x-namespace": String(namespace), "content-type": "application/json" },
        ...(body === "" ? {} : { body }),
      });
      if (method !== "GET" && !/\/list(\?|$)/.test(path))
        recorder.writes.push({
          ...{ method, path, namespace: String(namespace), status: answer.status },
          body: body === "" ? null : JSON.parse(body),
        });
      const type = answer.headers.get("content-type");
      response.writeHead(answer.status, type === null ? {} : { "content-type": type });
      response.end(await answer.text());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((done) => {
      this.server.close(done);
      this.server.closeAllConnections();
    });
  }
}
