import type { Dispatcher } from "undici";
import { ApiError } from "../errors/api-error";
import { MOST_AT_ONCE } from "../limits/pace";
import { proxyFor, tunnelThrough } from "./proxy";
import { undiciParts } from "./undici-parts";

/**
 * The API's address without a trailing slash. In: what the user gave; `allowHttp` lets plain http leave this machine;
 * `setting` is what the user set it in.
 * Throws {@link ApiError} BASE_URL_INVALID, whose text never repeats the address: it may hold a password.
 */
export function addressOf(baseUrl: string, allowHttp: boolean, setting: string): URL {
  const subject = { action: "use the API address", target: `in ${setting}` };
  const refuse = (reason: string) => new ApiError("BASE_URL_INVALID", subject, reason);
  if (!URL.canParse(baseUrl)) throw refuse("it is not a URL");
  const url = new URL(baseUrl);
  if (url.username || url.password) throw refuse("it holds a user name or password");
  if (url.search || url.hash) throw refuse("it holds a query or fragment");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refuse(`it starts with ${url.protocol}`);
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url)) {
    throw refuse(`http://${url.host} would send the key in clear`);
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

export interface ConnectionOptions {
  /** Milliseconds to make a connection. */
  connect: number;
  /** Bytes of an answer's body. */
  largestAnswer: number;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Kept-alive connections to the address, through the proxy that the environment names; none for this machine. Throws
 * ProxyError.
 */
export async function connect(address: URL, options: ConnectionOptions): Promise<Dispatcher> {
  const { Agent, buildConnector } = await undiciParts();
  const proxy = isLoopback(address) ? undefined : proxyFor(address, options.env);
  const tls = { timeout: options.connect };
  return new Agent({
    connections: MOST_AT_ONCE,
    maxResponseSize: options.largestAnswer,
    connect: proxy ? tunnelThrough(proxy, options.connect, buildConnector(tls)) : tls,
    // The client's own deadlines rule: undici's are up to a second late and restart with each chunk.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
