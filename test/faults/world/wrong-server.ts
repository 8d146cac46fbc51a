import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What responds at an address that is not the API's: a web framework without such a path. */
export class WrongServer {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<WrongServer> {
    const server = createServer();
    server.on("request", (request, response) => {
      request.resume();
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"detail":"Not Found"}');
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new WrongServer(server);
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
