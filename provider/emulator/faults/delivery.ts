import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Encoded } from "../http/http";
import type { FaultOf } from "./fault";

/** Faults that keep a response from arriving complete and at once. */
export type Delivery = FaultOf<"truncated" | "slow" | "reset" | "silence">;

/** Sends a response over a connection with a fault. Resolves when nothing more will be sent. */
export async function deliver(
  response: ServerResponse,
  encoded: Encoded | null,
  by: Delivery,
  signal: AbortSignal,
): Promise<void> {
  if (by.kind === "reset") cutOff(response);
  else if (by.kind === "truncated" && encoded) truncate(response, encoded, by);
  else if (by.kind === "slow" && encoded) await trickle(response, encoded, by, signal);
  // Nothing more is sent: the connection stays open until the client closes it.
}

/**
 * Ends a connection with a real RST. `destroy` alone ends it gracefully, like a server that shuts down. If the client
 * is gone and the connection is already closing, Node cannot reset it: it would stay open as long as the process runs.
 */
export function cutOff({ socket }: ServerResponse): void {
  if (socket?.writableEnded) socket.destroy();
  else socket?.resetAndDestroy();
}

function truncate(
  response: ServerResponse,
  { status, headers, text }: Encoded,
  by: FaultOf<"truncated">,
): void {
  const whole = Buffer.from(text);
  const cut = Math.min(whole.length, by.bytes ?? Math.ceil(whole.length / 2));
  const kept = whole.subarray(0, whole.length - cut);
  if (by.content_length === "cut") {
    response.writeHead(status, { ...headers, "content-length": kept.length });
    response.end(kept);
    return;
  }
  response.writeHead(status, headers);
  if (kept.length === 0) response.flushHeaders();
  // The bytes must be sent before the connection ends.
  response.write(kept.length > 0 ? kept : "", () => response.socket?.end());
}

async function trickle(
  response: ServerResponse,
  { status, headers, text }: Encoded,
  by: FaultOf<"slow">,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(text);
  response.writeHead(status, headers);
  for (let sent = 0; sent < bytes.length && !response.destroyed; sent += by.chunk_bytes) {
    if (sent > 0) await delay(by.every_ms, undefined, { signal });
    response.write(bytes.subarray(sent, sent + by.chunk_bytes));
  }
  response.end();
}
