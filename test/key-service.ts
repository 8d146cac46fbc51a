import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * jest's globalSetup: starts what encrypts the secrets of the tests' stacks, which is a Vault that keeps nothing, and
 * sets the environment of all programs that the tests start.
 *
 * With a passphrase, every start of the engine derives a key, which is half of its CPU time. Stacks that the command
 * itself creates have one, as a user's have.
 */
export default async function start(): Promise<void> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { plaintext, ciphertext } = JSON.parse(body);
    const isEncryption = request.url?.startsWith("/v1/transit/encrypt/");
    const data = isEncryption
      ? { ciphertext: `vault:v1:${plaintext}` }
      : { plaintext: String(ciphertext).replace("vault:v1:", "") };
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ data }));
  });
  server.on("connection", (socket) => socket.unref());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  process.env["VAULT_SERVER_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env["VAULT_SERVER_TOKEN"] = "tests";
  // The engine is written in Go, and a run in tests ends before its garbage is worth collecting.
  process.env["GOGC"] = "off";
  process.env["GOMEMLIMIT"] = "512MiB";
}
