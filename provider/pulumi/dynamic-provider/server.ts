import { type AddressInfo, createServer, type Socket } from "node:net";
import { canIdentifyPeers, isListening, isOwnPeer } from "./peer-check";
import type { TriggerProvider } from "./provider";
import { type ProviderRegistry, providerMethods, type Sdk, sdk } from "./provider-methods";

/** A provider that the engine attaches to instead of starting a process. */
export interface ProviderServer {
  port: number;
  /** Whether the engine has called it. */
  readonly isAttached: boolean;
  /** Whether a connection from another user was rejected. */
  readonly hasRefused: boolean;
  close(): Promise<void>;
}

/**
 * Serves triggers to an engine on this machine; undefined if the system cannot tell who connects, or if the SDK has an
 * unknown structure. Every user of the machine can connect to a port on 127.0.0.1, and a call makes writes with this
 * process's key: a connection from another user is closed before a byte of it is read. `make`: creates a provider for
 * each connection, as the engine would start a process for each.
 */
export async function serveProvider(make: () => TriggerProvider): Promise<ProviderServer | undefined> {
  const parts = sdk();
  if (!parts || !(await canIdentifyPeers())) return undefined;
  const { grpc, service } = parts;
  const server = new grpc.Server(channelOptions(parts));
  // Available since grpc-js 1.12.
  if (typeof server.createConnectionInjector !== "function") return undefined;
  const providers = new Map<string, TriggerProvider>();
  let isAttached = false;
  server.addService(
    service,
    providerMethods(parts, {
      // A connection that was re-established has no provider of its own and uses the last one.
      get: (peer) => providers.get(peer) ?? [...providers.values()].at(-1),
      create: (peer) => {
        isAttached = true;
        const provider = make();
        providers.set(peer, provider);
        return provider;
      },
    } satisfies ProviderRegistry),
  );
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  let hasRefused = false;
  const open = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    if (!isOwnPeer(socket)) {
      hasRefused = true;
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    injector.injectConnection(socket);
  });
  if (!(await isListening(listener))) return undefined;
  return {
    port: (listener.address() as AddressInfo).port,
    get isAttached() {
      return isAttached;
    },
    get hasRefused() {
      return hasRefused;
    },
    async close() {
      listener.close();
      for (const socket of open) socket.destroy();
      server.forceShutdown();
      await Promise.all([...providers.values()].map((provider) => provider.close()));
    },
  };
}

/** The same maximum message size as the SDK's own servers. */
function channelOptions({ runtime }: Sdk): object {
  return (runtime as { grpcChannelOptions?: object }).grpcChannelOptions ?? {};
}
