import { type AddressInfo, createServer, type Socket } from "node:net";
import { canIdentifyPeers, isListening, isOwnPeer } from "./peer-check";
import type { TriggerProvider } from "./provider";
import { type ProviderRegistry, providerMethods, type Sdk, sdk } from "./provider-methods";

/** A provider that the engine attaches to in place of starting a process. */
export interface ProviderServer {
  port: number;
  /** Whether the engine has called it. */
  readonly isAttached: boolean;
  /** Whether a connection of another user was refused. */
  readonly hasRefused: boolean;
  close(): Promise<void>;
}

/**
 * Serves triggers to an engine on this machine; undefined where the system does not say who connects, or the SDK is of a form
 * that is not known. Every user of the machine can connect to a port on 127.0.0.1, and a call makes writes with this process's
 * key: a connection that another user made is ended before a byte of it is read. `make`: a provider for each
 * connection, as the engine would start a process for each.
 */
export async function serveProvider(make: () => TriggerProvider): Promise<ProviderServer | undefined> {
  const parts = sdk();
  if (!parts || !(await canIdentifyPeers())) return undefined;
  const { grpc, service } = parts;
  const server = new grpc.Server(channelOptions(parts));
  // Of grpc-js since 1.12.
  if (typeof server.createConnectionInjector !== "function") return undefined;
  const providers = new Map<string, TriggerProvider>();
  let isAttached = false;
  server.addService(
    service,
    providerMethods(parts, {
      // One whose connection was made again has no provider of its own, and finds the last.
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

/** Messages as large as the SDK's own servers take. */
function channelOptions({ runtime }: Sdk): object {
  return (runtime as { grpcChannelOptions?: object }).grpcChannelOptions ?? {};
}
