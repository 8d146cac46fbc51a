import { isIP } from "node:net";
import { forbidden } from "../model/errors";

/** Where a request came from and to, as its connection and headers say. */
export interface Sender {
  host: string | undefined;
  origin: string | undefined;
  /** The address and port that the connection was accepted on. */
  localAddress: string | undefined;
  localPort: number | undefined;
}

/**
 * Refuses what a web page could have a browser send: a request to another host name than this server's (a name that
 * was rebound to this machine, say), and one whose Origin is another than this server itself.
 * @param allowed further host names
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

/** Of a server on all addresses, IPv4 ones come as `::ffff:192.0.2.1`. */
const plainAddress = (address: string | undefined): string | undefined => address?.replace(/^::ffff:/, "");
