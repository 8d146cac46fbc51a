import { describe, expect, test } from "@jest/globals";
import { failureOf } from "../../../provider/api/connection/connection-failure";
import { ApiError } from "../../../provider/api/errors/api-error";
import { shortWait } from "../../../provider/api/limits/backoff";
import { RETRY_RULES } from "../../../provider/api/limits/retry-rules";
import {
  CREATE,
  clientOf,
  failure,
  fakeClock,
  freePort,
  GET,
  ok,
  type Reply,
  serving,
  type TestServer,
} from "../server";

const reset: Reply = (_, __, socket) => socket.destroy();
const cutOff: Reply = (_, response, socket) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"results": [', () => socket.destroy());
};

test("the wait doubles up to a maximum, with full jitter", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((tries) => shortWait(tries, () => 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 8000, 8000,
  ]);
  expect([1, 2, 3].map((tries) => shortWait(tries, () => 0.25))).toEqual([125, 250, 500]);
  expect(shortWait(9, () => 0)).toBe(0);
});

describe("an idempotent call", () => {
  test.each([
    [408, [500, 1000, 2000]],
    [500, [500, 1000, 2000]],
    [502, [2000, 4000, 8000]],
    [503, [2000, 4000, 8000]],
    [504, [2000, 4000, 8000]],
  ])("is retried after %i", async (status, waits) => {
    const server = await serving([{ status }, { status }, { status }, ok({ n: 4 })]);
    const clock = fakeClock(1);
    expect(await clientOf(server, clock.options).request(GET)).toEqual({ n: 4 });
    expect(clock.slept).toEqual(waits);
  });

  test.each([
    ["reset", reset],
    ["cut off in the body", cutOff],
  ])("is retried after a connection was %s", async (_, reply) => {
    const server = await serving([reply, ok({ n: 2 })]);
    const clock = fakeClock(0.5);
    expect(await clientOf(server, clock.options).request(GET)).toEqual({ n: 2 });
    expect(clock.slept).toEqual([250]);
  });

  test("is given up after four tries", async () => {
    const server = await serving([{ status: 500 }]);
    const error = await failure(clientOf(server).request(GET), ApiError);
    expect(error).toMatchObject({ code: "SERVER_ERROR", status: 500, ambiguous: false });
    expect(server.seen).toHaveLength(4);
  });

  test("is given up if the wait would exceed the total deadline", async () => {
    const server = await serving([{ status: 500 }]);
    const clock = fakeClock(1);
    await failure(clientOf(server, { ...clock.options, deadlines: { total: 1500 } }).request(GET), ApiError);
    expect(clock.slept).toEqual([500]);
  });

  test("waits at least as long as a 503 requests", async () => {
    const server = await serving([{ status: 503, headers: { "retry-after": "7" } }, ok()]);
    const clock = fakeClock(1);
    await clientOf(server, clock.options).request(GET);
    expect(clock.slept).toEqual([7000]);
  });

  test.each([400, 401, 403, 404, 405, 409, 422, 501])("is not retried after %i", async (status) => {
    const server = await serving([{ status, json: {} }]);
    const clock = fakeClock(1);
    await failure(clientOf(server, clock.options).request(GET), ApiError);
    expect(server.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });
});

describe("a create", () => {
  test.each<[string, Reply]>([
    ["a reset", reset],
    ["a truncated response", cutOff],
    ["408", { status: 408 }],
    ["500", { status: 500 }],
    ["502", { status: 502 }],
    ["503", { status: 503 }],
    ["503 of a gateway with a JSON body", { status: 503, json: { message: "no healthy upstream" } }],
    ["504", { status: 504 }],
  ])("is never retried after %s: it may have been handled", async (_, reply) => {
    const server = await serving([reply, ok()]);
    const clock = fakeClock(1);
    expect(await failure(clientOf(server, clock.options).request(CREATE), ApiError)).toMatchObject({
      ambiguous: true,
    });
    expect(server.seen).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test.each([400, 401, 403, 404, 409, 422])("was certainly not handled after %i", async (status) => {
    const server = await serving([{ status, json: {} }]);
    expect(await failure(clientOf(server).request(CREATE), ApiError)).toMatchObject({
      status,
      ambiguous: false,
    });
  });

  test("is retried if no connection was possible", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const clock = fakeClock(1);
    let server: TestServer | undefined;
    const sleep = async (milliseconds: number): Promise<void> => {
      await clock.options.sleep(milliseconds);
      if (clock.slept.length === 2) server = await serving([ok({ made: true })], port);
    };
    expect(await clientOf({ url }, { ...clock.options, sleep }).request(CREATE)).toEqual({ made: true });
    expect(clock.slept).toEqual([500, 1000]);
    expect(server!.seen).toHaveLength(1);
  });

  test("without any connection was certainly not handled, and the error names the host", async () => {
    const port = await freePort();
    const clock = fakeClock(1);
    const error = await failure(
      clientOf({ url: `http://127.0.0.1:${port}` }, clock.options).request(CREATE),
      ApiError,
    );
    expect(error).toMatchObject({ code: "NETWORK", status: undefined, ambiguous: false });
    expect(error.reason).toBe(`127.0.0.1:${port} refuses connections (ECONNREFUSED) (4 tries in 4 s)`);
    expect(error.next).toContain("mixpeek:baseUrl");
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  test("is retried after a 429, which means that it was not handled", async () => {
    const server = await serving([{ status: 429, headers: { "retry-after": "3" } }, ok({ made: true })]);
    expect(await clientOf(server).request(CREATE)).toEqual({ made: true });
    expect(server.seen).toHaveLength(2);
  });
});

describe("what a failed connection means", () => {
  const system = (code: string, syscall?: string) => Object.assign(new Error("secret"), { code, syscall });
  test.each<[Error, string, keyof typeof RETRY_RULES, string]>([
    [system("ECONNREFUSED", "connect"), "NETWORK", "unsent", "h refuses connections (ECONNREFUSED)"],
    [system("ENOTFOUND", "getaddrinfo"), "NETWORK", "unsent", "h is not a known host name (ENOTFOUND)"],
    [
      system("EAI_AGAIN", "getaddrinfo"),
      "NETWORK",
      "unsent",
      "h could not be looked up: DNS did not answer (EAI_AGAIN)",
    ],
    [system("ETIMEDOUT", "connect"), "TIMEOUT", "unsent", "h did not answer in time (ETIMEDOUT)"],
    [system("ETIMEDOUT", "read"), "TIMEOUT", "unanswered", "h did not answer in time (ETIMEDOUT)"],
    [
      system("EHOSTUNREACH", "connect"),
      "NETWORK",
      "unsent",
      "h cannot be reached over this network (EHOSTUNREACH)",
    ],
    [
      system("EHOSTUNREACH", "read"),
      "NETWORK",
      "unanswered",
      "h cannot be reached over this network (EHOSTUNREACH)",
    ],
    [system("ECONNRESET", "read"), "NETWORK", "unanswered", "h reset the connection (ECONNRESET)"],
    [
      system("CERT_HAS_EXPIRED"),
      "CERTIFICATE",
      "misconfigured",
      "h has an expired certificate (CERT_HAS_EXPIRED)",
    ],
    [
      system("DEPTH_ZERO_SELF_SIGNED_CERT"),
      "CERTIFICATE",
      "misconfigured",
      "h has a self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)",
    ],
    [
      system("ERR_TLS_CERT_ALTNAME_INVALID"),
      "CERTIFICATE",
      "misconfigured",
      "h has a certificate for another host name (ERR_TLS_CERT_ALTNAME_INVALID)",
    ],
    [
      system("ERR_SSL_WRONG_VERSION_NUMBER"),
      "NETWORK",
      "misconfigured",
      "TLS with h failed (ERR_SSL_WRONG_VERSION_NUMBER)",
    ],
    [
      system("ERR_SSL_PACKET_LENGTH_TOO_LONG"),
      "NETWORK",
      "misconfigured",
      "TLS with h failed (ERR_SSL_PACKET_LENGTH_TOO_LONG)",
    ],
    [system("ERR_SSL_BAD_RECORD_MAC"), "NETWORK", "unanswered", "TLS with h failed (ERR_SSL_BAD_RECORD_MAC)"],
    [system("ECONNRESET", "connect"), "NETWORK", "unsent", "h reset the connection (ECONNRESET)"],
    [system("EPIPE", "write"), "NETWORK", "unanswered", "h closed the connection (EPIPE)"],
    [
      system("ERR_CONNECTION_CLOSED"),
      "NETWORK",
      "unanswered",
      "h closed the connection (ERR_CONNECTION_CLOSED)",
    ],
    [
      system("ENETUNREACH", "connect"),
      "NETWORK",
      "unsent",
      "h cannot be reached over this network (ENETUNREACH)",
    ],
    [
      system("HPE_HEADER_OVERFLOW"),
      "NETWORK",
      "unanswered",
      "h answered with too many headers (HPE_HEADER_OVERFLOW)",
    ],
    [
      system("HPE_INVALID_CONSTANT"),
      "NETWORK",
      "unanswered",
      "h answered with malformed HTTP (HPE_INVALID_CONSTANT)",
    ],
    [
      system("ERR_STREAM_DESTROYED"),
      "NETWORK",
      "unanswered",
      "the connection to h failed (ERR_STREAM_DESTROYED)",
    ],
    [
      system("SELF_SIGNED_CERT_IN_CHAIN"),
      "CERTIFICATE",
      "misconfigured",
      "h has a certificate signed by an unknown authority (SELF_SIGNED_CERT_IN_CHAIN)",
    ],
    [
      system("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      "CERTIFICATE",
      "misconfigured",
      "h has a certificate signed by an unknown authority (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    ],
    [
      system("CERT_NOT_YET_VALID"),
      "CERTIFICATE",
      "misconfigured",
      "h has a certificate that is not valid yet (CERT_NOT_YET_VALID)",
    ],
    [
      system("CERT_SIGNATURE_FAILURE"),
      "CERTIFICATE",
      "misconfigured",
      "h has a certificate that cannot be verified (CERT_SIGNATURE_FAILURE)",
    ],
    [new TypeError("secret"), "NETWORK", "unanswered", "the connection to h failed (TypeError)"],
  ])("%#: %s", (thrown, code, rule, reason) => {
    expect(failureOf(thrown, "h")).toEqual({ code, rule: RETRY_RULES[rule], reason });
  });

  test("TLS to a server without TLS is not retried", async () => {
    const server = await serving([ok()]);
    const clock = fakeClock(1);
    const error = await failure(
      clientOf({ url: server.url.replace("http:", "https:") }, clock.options).request(CREATE),
      ApiError,
    );
    expect(error.reason).toContain("TLS with 127.0.0.1");
    expect(error).toMatchObject({ code: "NETWORK", ambiguous: false });
    expect(clock.slept).toEqual([]);
  });
});
