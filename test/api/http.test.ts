import { describe, expect, test } from "@jest/globals";
import { ApiError } from "../../provider/api/errors/api-error";
import { HttpClient } from "../../provider/api/http";
import type { HttpCall } from "../../provider/api/http-call";
import { resourceIdFrom } from "../../provider/api/json/wire";
import { CREATE, clientOf, failure, GET, KEY, ok, type Reply, serving } from "./server";

describe("the request", () => {
  test("carries the key, the namespace and the body, to one origin only", async () => {
    const server = await serving([ok({ yes: 1 })]);
    const client = clientOf(server, { userAgent: "pulumi-mixpeek/1.2.3" });
    expect(await client.request(CREATE)).toEqual({ yes: 1 });
    await client.close();
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: "POST",
      url: "/v1/x",
      body: { a: 1 },
      headers: {
        authorization: `Bearer ${KEY}`,
        "x-namespace": "dev",
        "content-type": "application/json",
        "user-agent": "pulumi-mixpeek/1.2.3",
      },
    });
  });

  test("encodes every path segment, and keeps the address's own path", async () => {
    const server = await serving([ok()]);
    const client = new HttpClient({ baseUrl: `${server.url}/prefix//`, apiKey: KEY });
    await client.request({ ...GET, path: ["v1", "a/b?c#d é", "e"], query: { offset: 5, q: "a b&c" } });
    await client.close();
    expect(server.seen[0]!.url).toBe("/prefix/v1/a%2Fb%3Fc%23d%20%C3%A9/e?offset=5&q=a+b%26c");
  });

  test("can have a query in addition to a body", async () => {
    const server = await serving([ok()]);
    await clientOf(server).request({ ...CREATE, query: { limit: 1000, offset: 0 } });
    expect(server.seen[0]).toMatchObject({ url: "/v1/x?limit=1000&offset=0", body: { a: 1 } });
  });

  test.each(["", ".", ".."])("never accepts %j as an id", async (id) => {
    const server = await serving([ok()]);
    const error = await failure(clientOf(server).request({ ...GET, path: ["v1", "triggers", id] }), ApiError);
    expect(error.code).toBe("BAD_REQUEST");
    expect(server.seen).toEqual([]);
  });

  test("puts the namespace into the query if it is not valid in a header", async () => {
    const server = await serving([ok()]);
    const client = clientOf(server);
    await client.request({ ...GET, namespace: "größe 日本\r\nx: y" });
    await client.close();
    expect(server.seen[0]!.headers["x-namespace"]).toBeUndefined();
    expect(new URLSearchParams(server.seen[0]!.url.split("?")[1]).get("namespace")).toBe(
      "größe 日本\r\nx: y",
    );
    expect((await failure(client.request({ ...GET, namespace: "" }), ApiError)).code).toBe(
      "NAMESPACE_NOT_FOUND",
    );
  });
});

describe("the address", () => {
  test.each([
    ["not a url", "it is not a URL"],
    ["https://user:pw@api.example", "it contains a user name or password"],
    ["https://api.example?key=1", "it contains a query or a fragment"],
    ["ftp://api.example", "it starts with ftp:"],
    ["http://api.example", "http://api.example would send the key unencrypted"],
    ["http://127.0.0.1.example", "http://127.0.0.1.example would send the key unencrypted"],
  ])("%s is rejected", (baseUrl, reason) => {
    expect(() => new HttpClient({ baseUrl, apiKey: KEY })).toThrow(
      expect.objectContaining({ code: "BASE_URL_INVALID", reason }),
    );
  });

  test.each(["https://api.example", "http://localhost:1", "http://127.8.9.1", "http://[::1]:80/x"])(
    "%s is accepted",
    (baseUrl) => {
      expect(() => new HttpClient({ baseUrl, apiKey: KEY })).not.toThrow();
    },
  );

  test.each(["", "/", "/v1", "/v1/", "/v1//v1/", "/V1"])("may end with %j", async (end) => {
    const server = await serving([ok()]);
    await clientOf({ url: `${server.url}${end}` }).request(GET);
    expect(server.seen[0]!.url).toBe("/v1/x");
  });

  test("plain HTTP to another machine is allowed only on request", () => {
    expect(
      () => new HttpClient({ baseUrl: "http://api.example", apiKey: KEY, allowHttp: true }),
    ).not.toThrow();
  });

  test.each(["", "sk_a b", "sk_a\n", "sk_“x”"])("the key %j is rejected without being shown", (apiKey) => {
    expect(() => new HttpClient({ baseUrl: "https://api.example", apiKey })).toThrow(
      expect.objectContaining({ code: "UNAUTHORIZED" }),
    );
  });
});

describe("the response", () => {
  test("204 has no content", async () => {
    const server = await serving([{ status: 204 }]);
    expect(await clientOf(server).request(GET)).toBeUndefined();
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "application/problem+json",
    "Application/JSON",
  ])("%s is read as JSON", async (type) => {
    const server = await serving([{ text: "[1]", headers: { "content-type": type } }]);
    expect(await clientOf(server).request(GET)).toEqual([1]);
  });

  const JSON_TYPE = { "content-type": "application/json" };
  const wrong: [string, Reply, string][] = [
    ["a web page", { text: "<html>", headers: { "content-type": "text/html" } }, "NOT_THE_API"],
    [
      "JSON with another content type",
      { text: "{}", headers: { "content-type": "text/plain" } },
      "NOT_THE_API",
    ],
    ["no content type", { text: "{}" }, "NOT_THE_API"],
    ["invalid JSON", { text: '{"results": [', headers: JSON_TYPE }, "BAD_RESPONSE"],
    ["nothing", { text: "", headers: JSON_TYPE }, "BAD_RESPONSE"],
  ];
  test.each(wrong)("%s is not a valid response, and is not requested again", async (_, reply, code) => {
    const server = await serving([reply]);
    expect(await failure(clientOf(server).request(GET), ApiError)).toMatchObject({
      code,
      status: 200,
      ambiguous: false,
    });
    expect(server.seen).toHaveLength(1);
    expect(await failure(clientOf(server).request(CREATE), ApiError)).toMatchObject({
      code,
      ambiguous: true,
    });
  });

  test("is validated: BAD_RESPONSE if it is not as documented", async () => {
    const client = clientOf(await serving([ok({ id: "x" })]));
    expect(await client.read(GET, (answer) => [answer])).toEqual([{ id: "x" }]);
    const misread = (call: HttpCall) =>
      failure(
        client.read(call, (answer) => resourceIdFrom(answer, "cluster")),
        ApiError,
      );
    const reason = "the API's response is not as documented: cluster_id is missing";
    expect(await misread(GET)).toMatchObject({ code: "BAD_RESPONSE", reason, ambiguous: false });
    expect(await misread(CREATE)).toMatchObject({ code: "BAD_RESPONSE", reason, ambiguous: true });
    const broken = () => {
      throw new RangeError("ours");
    };
    await expect(client.read(GET, broken)).rejects.toThrow(RangeError);
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%i) is never followed", async (status) => {
    const other = await serving([ok()]);
    const server = await serving([{ status, headers: { location: `${other.url}/v1/x` } }]);
    const error = await failure(clientOf(server).request(CREATE), ApiError);
    expect(error).toMatchObject({ code: "NOT_THE_API", status, ambiguous: false });
    expect(error.reason).toContain(
      `${status} with a redirect to ${new URL(other.url).host}, which is not followed`,
    );
    expect(server.seen).toHaveLength(1);
    expect(other.seen).toEqual([]);
  });

  test("that is too large is aborted", async () => {
    const server = await serving([{ text: JSON.stringify("x".repeat(5000)), headers: JSON_TYPE }]);
    const error = await failure(clientOf(server, { largestResponse: 1000 }).request(GET), ApiError);
    expect(error.code).toBe("BAD_RESPONSE");
    expect(error.reason).toContain("too large");
    expect(server.seen).toHaveLength(1);
  });
});

describe("deadlines", () => {
  const never: Reply = () => undefined;
  const trickle: Reply = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(timer));
  };
  test.each([
    ["no headers", never, { headers: 80 }],
    ["an endless body", trickle, { body: 80 }],
    ["no headers, by the total deadline", never, { total: 80 }],
    ["an endless body, by the total deadline", trickle, { total: 80 }],
  ])("%s", async (_, reply, deadlines) => {
    const server = await serving((_, n) => (n === 0 ? ok() : reply));
    // The first call loads modules, which must not count towards the deadline.
    await clientOf(server).request(GET);
    const client = clientOf(server, { deadlines });
    const error = await failure(client.request(CREATE), ApiError);
    expect(error).toMatchObject({ code: "TIMEOUT", ambiguous: true });
    expect(error.message).toContain(new URL(server.url).host);
    expect(server.seen.length).toBeLessThanOrEqual(2);
  });
});

describe("proxies", () => {
  test("are not used for this machine, and are read only from the environment that is passed in", async () => {
    const server = await serving([ok()]);
    const before = process.env["HTTPS_PROXY"];
    process.env["HTTPS_PROXY"] = server.url;
    try {
      expect(await clientOf(server, { env: { HTTP_PROXY: "http://127.0.0.1:1" } }).request(GET)).toEqual({});
    } finally {
      if (before === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = before;
    }
  });

  test("carry calls to other machines", async () => {
    const { createServer } = await import("node:http");
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      asked.push(request.url!);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const address = proxy.address() as { port: number };
    const env = { https_proxy: `http://user:secret@127.0.0.1:${address.port}` };
    const client = clientOf({ url: "https://api.invalid" }, { env });
    const error = await failure(client.request(GET), ApiError);
    await new Promise((done) => proxy.close(done));
    expect(asked).toContain("api.invalid:443");
    expect(error.code).toBe("PROXY_REFUSED");
    expect(error.message).not.toContain("secret");
  });

  test("with an invalid address are reported once", async () => {
    const client = clientOf({ url: "https://api.invalid" }, { env: { HTTPS_PROXY: "::secret::" } });
    const error = await failure(client.request(CREATE), ApiError);
    expect(error).toMatchObject({ code: "PROXY_INVALID", ambiguous: false });
    expect(error.message).not.toContain("secret");
  });
});
