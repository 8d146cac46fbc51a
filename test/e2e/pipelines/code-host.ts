import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../provider/core/schema/model";

interface Request {
  method: string;
  path: string;
  token: string;
}

/**
 * The API of GitHub or GitLab as pipelines use it, over HTTP: comments of one pull request, and the responses that a
 * test lists by path in `answers`. Anything else is a 404.
 */
export class CodeHost {
  readonly requests: Request[] = [];
  readonly comments: JsonObject[] = [];
  /** By path, without the query. Strings are sent as they are, anything else as JSON. */
  readonly answers: Record<string, unknown> = {};
  /** The folder for artifacts, outside any checkout. */
  readonly folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-artifacts-"));

  private constructor(
    private readonly server: Server,
    /**
     * The paths of comments: `/repos/acme/search/issues` for GitHub, with the comments of pull request 12 at
     * `/12/comments`.
     */
    private readonly commentsAt: { list: string; one: string },
    private readonly author: JsonObject,
  ) {
    server.on("request", async (request, response) => {
      const { status, body } = this.#answer(request, await textOf(request));
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  }

  static async start(commentsAt: { list: string; one: string }, author: JsonObject): Promise<CodeHost> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new CodeHost(server, commentsAt, author);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The write requests since the last call. */
  writes(): string[] {
    const lines = this.requests.map(({ method, path }) => `${method} ${path}`);
    this.requests.length = 0;
    return lines.filter((line) => !line.startsWith("GET "));
  }

  #answer(request: IncomingMessage, body: string): { status: number; body: unknown } {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const method = request.method ?? "";
    this.requests.push({ method, path: pathname, token: request.headers.authorization ?? "" });
    const { list, one } = this.commentsAt;
    if (pathname === list && method === "GET") {
      const page = Number(searchParams.get("page") ?? 1);
      return { status: 200, body: this.comments.slice((page - 1) * 100, page * 100) };
    }
    if (pathname === list && method === "POST") {
      const comment = { id: this.comments.length + 1, ...JSON.parse(body), ...this.author };
      this.comments.push(comment);
      return { status: 201, body: comment };
    }
    const edited = this.comments.find(({ id }) => pathname === `${one}/${id}`);
    if (edited && (method === "PATCH" || method === "PUT"))
      return { status: 200, body: Object.assign(edited, JSON.parse(body)) };
    const answer = method === "GET" ? this.answers[pathname] : undefined;
    return answer === undefined
      ? { status: 404, body: { message: "Not Found" } }
      : { status: 200, body: answer };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The path and text of all artifacts. */
  texts(): [path: string, text: string][] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
