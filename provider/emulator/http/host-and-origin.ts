import { isIP } from "node:net";
import { forbidden } from "../model/errors";

/** Where a request came from and where it was sent to, by its connection and headers. */
export interface Sender {
  host: string | undefined;
  origin: string | undefined;
  /** The address and port that the connection was accepted on. */
  localAddress: string | undefined;
  localPort: number | undefined;
}

/**
 * Rejects what a web page could make a browser send: a request to a host name that is not this server's (DNS
 * rebinding), and a request with another Origin than this server.
 * @param allowed additional host names
 * @throws ApiError 403
 */
export function checkSender(
  { host, origin, localAddress, localPort }: Sender,
  allowed: readonly string[],
): void {
  const isOurs = (name: string): boolean =>
    isLoopback(name) || name === plainAddress(localAddress) || allowed.includes(name);
  const asked = hostnameOf(`http://${host}`);
  if (host === undefined || asked === undefined || !isOurs(asked))
    throw forbidden(
      `Host ${JSON.stringify(host ?? "")} is not a name of this emulator. Use its address, or start it with --allow-host`,
    );
  if (origin === undefined) return;
  const from = hostnameOf(origin);
  const port = from === undefined ? undefined : new URL(origin).port || "80";
  if (from === undefined || !origin.startsWith("http://") || !isOurs(from) || port !== String(localPort))
    throw forbidden(
      `Origin ${JSON.stringify(origin)} is another site: pages of other sites cannot use this emulator`,
    );
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1") : undefined;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** On a server that listens on all addresses, IPv4 addresses appear as `::ffff:192.0.2.1`. */
const plainAddress = (address: string | undefined): string | undefined => address?.replace(/^::ffff:/, "");
