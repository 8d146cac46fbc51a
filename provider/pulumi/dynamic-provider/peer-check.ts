import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { endianness } from "node:os";

/** All IPv4 TCP connections of this machine, with their users. Only Linux has this file. */
const CONNECTIONS = "/proc/net/tcp";
const ESTABLISHED = "01";
const ROOT = 0;

/**
 * Whether the process at the other end of a connection on 127.0.0.1 runs as this user, or as root, which has access
 * anyway. false if the system does not say.
 */
export function isOwnPeer(
  { remoteAddress, remotePort, localPort }: Socket,
  table: readonly string[] = connections(),
): boolean {
  if (remoteAddress !== LOOPBACK || remotePort === undefined || localPort === undefined) return false;
  const [theirs, ours] = [socketName(remotePort), socketName(localPort)];
  for (const line of table) {
    const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (local !== theirs || remote !== ours) continue;
    // A connection that its process has closed has no owner, which reads as root.
    if (state !== ESTABLISHED || inode === "0") return false;
    return [process.geteuid?.(), ROOT].includes(Number(uid));
  }
  return false;
}

function connections(): string[] {
  try {
    return readFileSync(CONNECTIONS, "latin1").split("\n");
  } catch {
    return [];
  }
}

/** The engine attaches only to this address. */
export const LOOPBACK = "127.0.0.1";

/** `0100007F:84F7`: 127.0.0.1 and a port in the kernel's format. */
function socketName(port: number): string {
  const address = endianness() === "LE" ? "0100007F" : "7F000001";
  return `${address}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Starts to listen on a free port of 127.0.0.1; false if the machine does not allow it. */
export const isListening = (listener: Server): Promise<boolean> =>
  new Promise((resolve) => {
    listener.once("error", () => resolve(false)).listen(0, LOOPBACK, () => resolve(true));
  });

/** Whether this machine can tell who connects. Tested with a connection to itself. */
export async function canIdentifyPeers(): Promise<boolean> {
  const listener = createServer();
  const isOwn = new Promise<boolean>((resolve) => {
    listener.once("connection", (socket) => {
      resolve(isOwnPeer(socket));
      socket.destroy();
    });
  });
  if (!(await isListening(listener))) return false;
  const probe = connect({ port: (listener.address() as AddressInfo).port, host: LOOPBACK });
  // The machine does not allow the connection.
  const failed = new Promise<boolean>((resolve) => probe.once("error", () => resolve(false)));
  try {
    return await Promise.race([isOwn, failed]);
  } finally {
    probe.destroy();
    listener.close();
  }
}
