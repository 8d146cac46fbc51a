import {
  type ClientRequestArgs,
  type IncomingMessage,
  Agent as PlainAgent,
  request as requestPlain,
} from "node:http";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import type { Socket } from "node:net";
import { ApiError } from "../errors/api-error";
import type { Headers } from "../limits/retry-after-headers";
import { connectThrough, proxyFor } from "./proxy";

/**
 * The API's address, without a trailing slash. `allowHttp` permits unencrypted http to other machines; `setting`
 * names where the user set the address. Throws {@link ApiError} BASE_URL_INVALID, whose text never contains the
 * address, since that may include a password.
 */
export function addressOf(baseUrl: string, allowHttp: boolean, setting: string): URL {
  const subject = { action: "use the API address", target: `in ${setting}` };
  const refuse = (reason: string) => new ApiError("BASE_URL_INVALID", subject, reason);
  if (!URL.canParse(baseUrl)) throw refuse("it is not a URL");
  const url = new URL(baseUrl);
  if (url.username || url.password) throw refuse("it contains a user name or password");
  if (url.search || url.hash) throw refuse("it contains a query or a fragment");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refuse(`it starts with ${url.protocol}`);
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url)) {
    throw refuse(`http://${url.host} would send the key unencrypted`);
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

export interface ConnectionOptions {
  /** Milliseconds to establish a connection. */
  connect: number;
  /** The largest response body, in bytes. */
  largestResponse: number;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in upper or lower case. */
  env: Readonly<Record<string, string | undefined>>;
}

/** Milliseconds that an idle connection is kept: servers and load balancers close theirs after five seconds or more. */
const IDLE = 4_000;

/** One request. Its errors contain nothing from it. */
export interface HttpRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export interface HttpResponse {
  statusCode: number;
  headers: Headers;
  text(): Promise<string>;
}

/** Keep-alive connections to one address. Does not follow redirects. */
export class Connections {
  readonly #agent: PlainAgent | TlsAgent;
  readonly #request: typeof requestPlain;
  readonly #largestResponse: number;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Sockets that the agent does not know yet. */
  readonly #connecting = new Set<Socket>();

  /** Connects through the proxy in the environment, if any; directly to this machine. Throws ProxyError. */
  constructor(address: URL, { connect, env, largestResponse }: ConnectionOptions) {
    const isTls = address.protocol === "https:";
    const proxy = isLoopback(address) ? undefined : proxyFor(address, env);
    const agent = new (isTls ? TlsAgent : PlainAgent)({ keepAlive: true, timeout: IDLE });
    const direct = agent.createConnection.bind(agent);
    const open = async (options: ClientRequestArgs): Promise<Socket> => {
      const tunnel = proxy && (await connectThrough(proxy, address, connect));
      if (tunnel && !isTls) return tunnel;
      const socket = direct({ ...options, ...(tunnel && { socket: tunnel }) }) as Socket;
      this.#connecting.add(socket);
      return connected(socket, isTls ? "secureConnect" : "connect", connect).finally(() =>
        this.#connecting.delete(socket),
      );
    };
    agent.createConnection = (options, callback) => {
      open(options).then(
        (socket) => callback?.(null, socket),
        (error: Error) => callback?.(error, undefined as never),
      );
      return undefined;
    };
    this.#agent = agent;
    this.#request = isTls ? requestTls : requestPlain;
    this.#largestResponse = largestResponse;
  }

  /** Resolves once the response headers arrive. Rejects with the connection's error, see connection-failure.ts. */
  send(call: HttpRequest): Promise<HttpResponse> {
    const answer = this.#send(call);
    const ended = answer.then(({ text }) => text()).then(ignore, ignore);
    this.#underWay.add(ended);
    ended.then(() => this.#underWay.delete(ended));
    return answer;
  }

  #send({ url, method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const request = this.#request(url, { agent: this.#agent, method, headers });
      const stop = (): void => {
        request.destroy();
        // request.destroy() only reports an error once the connection is made.
        reject(closed());
      };
      signal.addEventListener("abort", stop, { once: true });
      request.on("error", (error) => reject(asClosed(error)));
      request.once("response", (response) => {
        const text = textOf(response, this.#largestResponse);
        resolve({ statusCode: response.statusCode ?? 0, headers: headersOf(response), text: () => text });
      });
      // There is no error if the server switches to another protocol.
      request.once("close", () => reject(closed()));
      request.end(body);
    });
  }

  /** Waits for requests in progress. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#agent.destroy();
    for (const socket of this.#connecting) socket.destroy(closed());
  }
}

const ignore = (): void => undefined;

/** The connected socket. Rejects with its error, or with ETIMEDOUT after `timeout` milliseconds. */
function connected(socket: Socket, event: "connect" | "secureConnect", timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      socket.destroy(
        Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT", syscall: "connect" }),
      );
    };
    const timer = setTimeout(late, timeout);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(socket);
    });
    // This listener stays: the request reports later errors, but a socket without a listener would end the process.
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Rejects if the connection ends before the response is complete, or with ERR_RESPONSE_TOO_LARGE. */
function textOf(response: IncomingMessage, largest: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > largest)
        response.destroy(Object.assign(new Error("response too large"), { code: "ERR_RESPONSE_TOO_LARGE" }));
    });
    response.once("end", () =>
      resolve(
        Buffer.concat(chunks)
          .toString("utf8")
          .replace(/^\uFEFF/, ""),
      ),
    );
    response.on("error", (error) => reject(asClosed(error)));
    response.once("close", () => reject(closed()));
  });
}

/** Names are lowercase; a header that occurs several times is a list. */
const headersOf = ({ headersDistinct }: IncomingMessage): Headers =>
  Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [
      name,
      values?.length === 1 ? values[0] : values,
    ]),
  );

const closed = (): Error => Object.assign(new Error("connection closed"), { code: "ERR_CONNECTION_CLOSED" });

/** Node reports a closed connection as a reset without a system call. */
const asClosed = (error: NodeJS.ErrnoException): Error =>
  error.code === "ECONNRESET" && error.syscall === undefined ? closed() : error;
