import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as connectTo, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { proxyFor } from "../../../provider/api/connection/proxy";
import { ApiError } from "../../../provider/api/errors/api-error";
import { CREATE, clientOf, failure, fakeClock, freePort, GET, ok, serving } from "../server";

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

interface Asked {
  target: string;
  login: string | undefined;
}

/** A proxy that responds to CONNECT with a status, or forwards everything to one port of this machine. */
async function proxying(answer: number | { to: string }): Promise<{ host: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer();
  server.on("connect", ({ url, headers }, socket) => {
    asked.push({ target: url!, login: headers["proxy-authorization"] });
    if (typeof answer === "number") return void socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
    const { hostname, port } = new URL(answer.to);
    const onward = connectTo(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    socket.on("close", () => onward.destroy());
  });
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const NEXT = "add the API's host to NO_PROXY";

/** The error of a create through the proxy in the environment, and how often it was tried. */
async function refused(env: Record<string, string>) {
  const clock = fakeClock(1);
  const client = clientOf({ url: "https://api.invalid" }, { ...clock.options, env });
  const error = await failure(client.request(CREATE), ApiError);
  await client.close();
  expect(error.ambiguous).toBe(false);
  expect(error.message).toContain("proxy");
  expect(error.message).toContain(NEXT);
  expect(error.message).not.toContain("secret");
  expect(error.message).not.toContain("somebody");
  return { code: error.code, reason: error.reason, tries: clock.slept.length + 1 };
}

describe("a proxy", () => {
  test.each([
    ["localhost:3999", "the proxy localhost:3999 (HTTPS_PROXY)"],
    ["somebody:secret@proxy.example:3128", "the proxy proxy.example:3128 (HTTPS_PROXY)"],
    ["socks5://somebody:secret@proxy.example:1080", "the proxy proxy.example:1080 (HTTPS_PROXY)"],
    ["proxy.example", "the proxy proxy.example (HTTPS_PROXY)"],
    ["::secret::", "the proxy in HTTPS_PROXY"],
    ["http://", "the proxy in HTTPS_PROXY"],
  ])("written as %s is invalid", async (value, proxy) => {
    expect(await refused({ HTTPS_PROXY: value })).toEqual({
      code: "PROXY_INVALID",
      reason: `${proxy} is not an http:// or https:// URL`,
      tries: 1,
    });
  });

  test("that does not listen is unreachable, after one try", async () => {
    const port = await freePort();
    expect(await refused({ https_proxy: `http://somebody:secret@127.0.0.1:${port}` })).toEqual({
      code: "PROXY_UNREACHABLE",
      reason: `the proxy 127.0.0.1:${port} (https_proxy) refuses connections (ECONNREFUSED)`,
      tries: 1,
    });
  });

  test("that resets connections is retried, and the error says what happened", async () => {
    const resetting = createTcpServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => resetting.listen(0, "127.0.0.1", resolve));
    const { port } = resetting.address() as AddressInfo;
    const found = await refused({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    resetting.close();
    expect(found).toEqual({
      code: "PROXY_UNREACHABLE",
      reason: `the proxy 127.0.0.1:${port} (HTTPS_PROXY) reset the connection (ECONNRESET) (4 tries in 4 s)`,
      tries: 4,
    });
  });

  test("with an unknown host name is unreachable, after one try", async () => {
    const found = await refused({ HTTPS_PROXY: "http://proxy.invalid:3128" });
    expect(found).toMatchObject({ code: "PROXY_UNREACHABLE" });
    expect(found.reason).toMatch(
      /^the proxy proxy\.invalid:3128 \(HTTPS_PROXY\) (is not a known host name \(ENOTFOUND\)|could not be looked up: DNS did not answer \(EAI_AGAIN\))/,
    );
  });

  test.each([
    [407, "PROXY_AUTH_REQUIRED", "asks for a user name and password (407)", 1],
    [403, "PROXY_REFUSED", "refused to connect to api.invalid:443 (403)", 1],
    [404, "PROXY_REFUSED", "refused to connect to api.invalid:443 (404)", 1],
    [502, "PROXY_REFUSED", "refused to connect to api.invalid:443 (502) (4 tries in 4 s)", 4],
  ])("that responds with %i", async (status, code, reason, tries) => {
    const { host, asked } = await proxying(status);
    const found = await refused({ HTTP_PROXY: `http://somebody:secret@${host}` });
    expect(found).toEqual({ code, reason: `the proxy ${host} (HTTP_PROXY) ${reason}`, tries });
    expect(asked).toHaveLength(tries);
  });

  test("receives user and password, and forwards the request", async () => {
    const server = await serving([ok({ n: 1 })]);
    const { host, asked } = await proxying({ to: server.url });
    const env = { HTTP_PROXY: `http://us%40er:secret%3A1@${host}` };
    const client = clientOf({ url: "http://api.invalid" }, { env, allowHttp: true });
    for (let call = 0; call < 6; call += 1) expect(await client.request(GET)).toEqual({ n: 1 });
    await client.close();
    const login = `Basic ${Buffer.from("us@er:secret:1").toString("base64")}`;
    expect(asked[0]).toEqual({ target: "api.invalid:80", login });
    // Its connections are reused.
    expect(asked.length).toBeLessThan(4);
    expect(server.seen[0]!.headers["proxy-authorization"]).toBeUndefined();
  });

  test("that is not a proxy but a web server is reported", async () => {
    const server = await serving([ok()]);
    const found = await refused({ HTTPS_PROXY: server.url });
    expect(found.code).toMatch(/^PROXY_(REFUSED|UNREACHABLE)$/);
  });
});

describe("the proxy for https://api.mixpeek.com", () => {
  const PROXY = "http://proxy.example:3128";
  test.each<[Record<string, string>, string | undefined]>([
    [{ HTTPS_PROXY: PROXY }, "HTTPS_PROXY"],
    [{ HTTPS_PROXY: PROXY, https_proxy: PROXY }, "https_proxy"],
    [{ HTTP_PROXY: PROXY }, "HTTP_PROXY"],
    [{ HTTP_PROXY: PROXY, HTTPS_PROXY: " " }, "HTTP_PROXY"],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: "api.mixpeek.com" }, undefined],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: "example.com, .mixpeek.com" }, undefined],
    [{ HTTPS_PROXY: PROXY, no_proxy: "mixpeek.com:443" }, undefined],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: "*" }, undefined],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: "peek.com,api.mixpeek.com:8443" }, "HTTPS_PROXY"],
    [{ HTTPS_PROXY: "not one", NO_PROXY: "*.mixpeek.com" }, undefined],
    [{}, undefined],
  ])("by %j", (env, variable) => {
    expect(proxyFor(new URL("https://api.mixpeek.com"), env)?.variable).toBe(variable);
  });
});
