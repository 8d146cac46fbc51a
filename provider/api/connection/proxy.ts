import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import type { ApiCode } from "../errors/api-error";
import { RETRY_RULES, type RetryRule } from "../limits/retry-rules";
import { connectionErrorText, isCertificateError } from "./connection-error-text";

type ProxyCode = Extract<ApiCode, `PROXY_${string}`>;
type Env = Readonly<Record<string, string | undefined>>;

/** A proxy that cannot be used. `message` contains the variable that sets it, and its address without credentials. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  constructor(
    readonly code: ProxyCode,
    message: string,
    readonly rule: RetryRule = RETRY_RULES.misconfigured,
  ) {
    super(message);
  }
}

/** The proxy that the environment sets for an address. */
export interface Proxy {
  url: URL;
  /** `https_proxy`, in the case in which it is set. */
  variable: string;
}

/**
 * The proxy for an address: HTTPS_PROXY, else HTTP_PROXY, in upper or lower case, unless NO_PROXY lists the host.
 * Throws {@link ProxyError} PROXY_INVALID.
 */
export function proxyFor(address: URL, env: Env): Proxy | undefined {
  const names = address.protocol === "https:" ? ["HTTPS_PROXY", "HTTP_PROXY"] : ["HTTP_PROXY"];
  const variable = names.map((name) => variableOf(env, name)).find((name) => name !== undefined);
  if (variable === undefined || isDirect(address, env)) return undefined;
  const value = env[variable]!.trim();
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.hostname && (url.protocol === "http:" || url.protocol === "https:")) return { url, variable };
  const shown = hostOf(value);
  const what = shown === undefined ? `the proxy in ${variable}` : `the proxy ${shown} (${variable})`;
  throw new ProxyError("PROXY_INVALID", `${what} is not an http:// or https:// URL`);
}

const variableOf = (env: Env, name: string): string | undefined =>
  [name.toLowerCase(), name].find((spelled) => env[spelled]?.trim());

/** The host and port in a value without http://, never the part before an `@`. */
function hostOf(value: string): string | undefined {
  const withScheme = /^[a-z][\w+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  return URL.canParse(withScheme) ? new URL(withScheme).host || undefined : undefined;
}

/**
 * Whether NO_PROXY lists the host or a parent domain. Entries are separated by commas or spaces and may have a port.
 */
function isDirect({ hostname, port, protocol }: URL, env: Env): boolean {
  const name = variableOf(env, "NO_PROXY");
  const entries = name === undefined ? [] : env[name]!.toLowerCase().split(/[,\s]+/);
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return entries.filter(Boolean).some((entry) => {
    if (entry === "*") return true;
    const [, host = entry, at] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const domain = host.replace(/^\*?\./, "");
    return (at ?? ownPort) === ownPort && (hostname === domain || hostname.endsWith(`.${domain}`));
  });
}

/**
 * Connects to an address through a proxy. Takes the timeout of each step in milliseconds. Throws {@link ProxyError}.
 */
export function connectThrough(
  { url, variable }: Proxy,
  { hostname, port, protocol }: URL,
  timeout: number,
): Promise<Socket> {
  const target = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const proxy = `the proxy ${url.host} (${variable})`;
  const login = [url.username, url.password].map(decodeURIComponent).join(":");
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? requestTls : requestPlain)({
      method: "CONNECT",
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port || (url.protocol === "https:" ? 443 : 80),
      path: target,
      headers: {
        host: target,
        ...(login === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
      },
      agent: false,
      timeout,
    });
    request.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      return reject(refusal(proxy, target, statusCode));
    });
    // A server that is not a proxy sends an ordinary response to CONNECT.
    request.on("response", (response) => {
      response.destroy();
      reject(refusal(proxy, target, response.statusCode ?? 0));
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    request.on("error", (error: NodeJS.ErrnoException) => reject(unreachable(proxy, error.code)));
    request.end();
  });
}

/** Status codes of a proxy that may be temporary. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

function refusal(proxy: string, target: string, status: number): ProxyError {
  if (status === 407)
    return new ProxyError("PROXY_AUTH_REQUIRED", `${proxy} asks for a user name and password (407)`);
  const rule = PASSING.has(status) ? RETRY_RULES.unsent : RETRY_RULES.misconfigured;
  return new ProxyError("PROXY_REFUSED", `${proxy} refused to connect to ${target} (${status})`, rule);
}

/** A proxy that does not exist will not exist for the next try either; one that is slow or restarting may recover. */
const GONE: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EPROTO"]);

function unreachable(proxy: string, code = "unknown error"): ProxyError {
  const isGone = GONE.has(code) || isCertificateError(code) || /^(ERR_|HPE_)/.test(code);
  const rule = isGone ? RETRY_RULES.misconfigured : RETRY_RULES.unsent;
  return new ProxyError("PROXY_UNREACHABLE", connectionErrorText(code, proxy), rule);
}
