import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

/**
 * A server with a certificate from an unknown certificate authority, created here as a company would create its own.
 */

const MAIN = resolve(__dirname, "../../../dist/cli/main.js");
let folder: string;
let server: Server;
let url: string;
const asked: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-authority-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Our own",
  );
  openssl("req", "-new", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "names"), "subjectAltName=IP:127.0.0.1,DNS:api.internal\n");
  openssl(
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-days", "2", "-extfile", "names", "-out", "server.pem"],
  );
  const read = (name: string) => readFileSync(join(folder, name));
  server = createServer({ key: read("server.key"), cert: read("server.pem") }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ results: [], pagination: { total: 0 }, total: 0, total_count: 0 }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

/** Lists with the command in a separate process, because Node reads the variable only once, at start. */
function exported(
  authority: string | undefined,
  others: Record<string, string> = {},
): Promise<{ code: number; text: string }> {
  const env = {
    PATH: process.env["PATH"],
    MIXPEEK_API_KEY: "sk_test",
    MIXPEEK_BASE_URL: url,
    ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }),
    ...others,
  };
  return new Promise((done) => {
    const args = [MAIN, "export", "--namespace", "dev", "--out", join(folder, "out")];
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    );
  });
}

test("a private certificate authority is not trusted, and the error says how to trust it", async () => {
  const { code, text } = await exported(undefined);
  expect(code).toBe(1);
  expect(text).toMatch(
    /127\.0\.0\.1(:\d+)? has a certificate signed by an unknown authority \((UNABLE_TO_\w+|SELF_SIGNED_CERT_IN_CHAIN)\)/,
  );
  expect(text).toContain("set NODE_EXTRA_CA_CERTS to its PEM file, then run again [CERTIFICATE].");
  expect(asked).toEqual([]);
});

test("NODE_EXTRA_CA_CERTS makes it trusted", async () => {
  const { code, text } = await exported(join(folder, "ca.pem"));
  expect([code, asked]).toEqual([0, expect.arrayContaining(["POST /v1/triggers/list"])]);
  expect(text).not.toContain("CERTIFICATE");
});

test("TLS to the API goes through a proxy with the API's own certificate", async () => {
  const targets: string[] = [];
  const proxy = createProxy();
  proxy.on("connect", (request, socket) => {
    targets.push(request.url!);
    const onward = connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  const { port } = proxy.address() as AddressInfo;
  const env = { MIXPEEK_BASE_URL: "https://api.internal", HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const { code, text } = await exported(join(folder, "ca.pem"), env);
  await new Promise((closed) => proxy.close(closed));
  expect([code, new Set(targets)]).toEqual([0, new Set(["api.internal:443"])]);
  expect(text).not.toContain("proxy");
});
