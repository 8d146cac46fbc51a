/**
 * Gives each run of the engine its own connections. gRPC keeps one connection per address for the whole process: where
 * the engine of an earlier run had the port that this run's has, its failed connection fails this run's calls. The SDK
 * takes that for the end of the engine, and says nothing. No proxy is between the two. In: the SDK's runtime.
 */
export function useOwnConnections(runtime: object): void {
  const { grpcClientOptions } = runtime as { grpcClientOptions?: Record<string, unknown> };
  if (!grpcClientOptions) return;
  grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
  // gRPC sends even a call to this machine through https_proxy, unless no_proxy in lower case names it.
  grpcClientOptions["grpc.enable_http_proxy"] = 0;
}
