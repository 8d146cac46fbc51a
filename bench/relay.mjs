// A proxy in front of a state store: counts the traffic and delays each request.
import { once } from "node:events";
import { request as forward, createServer as httpServer } from "node:http";
import { connect, createServer as tcpServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** In: the store's address and protocol, and the delay of each request in milliseconds. */
export async function startRelay({ host, port, protocol, latencyMs }) {
  const counts = { requests: 0, sent: 0, received: 0 };
  const serve = protocol === "http" ? relayHttp : relayPostgres;
  const { server, end } = serve({ host, port, latencyMs, counts });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: server.address().port,
    /** The traffic since the last call. */
    take() {
      const taken = { ...counts };
      Object.assign(counts, { requests: 0, sent: 0, received: 0 });
      return taken;
    },
    async close() {
      end();
      server.close();
      await once(server, "close");
    },
  };
}

/** Headers are forwarded unchanged: a request's signature covers its host. */
function relayHttp({ host, port, latencyMs, counts }) {
  const server = httpServer(async (request, response) => {
    counts.requests += 1;
    request.on("data", (chunk) => {
      counts.sent += chunk.length;
    });
    request.pause();
    await delay(latencyMs);
    const { method, url, rawHeaders } = request;
    const onward = forward({ host, port, method, path: url, headers: rawHeaders, setHost: false });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
      answer.on("data", (chunk) => {
        counts.received += chunk.length;
      });
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  return { server, end: () => server.closeAllConnections() };
}

/** A simple query, or the Execute of a prepared one, counts as a request. */
const REQUESTS = new Set(["Q".charCodeAt(0), "E".charCodeAt(0)]);

function relayPostgres({ host, port, latencyMs, counts }) {
  const sockets = new Set();
  const server = tcpServer((socket) => {
    const onward = connect({ host, port });
    const frames = new Frames();
    let last = Promise.resolve();
    socket.on("data", (chunk) => {
      counts.sent += chunk.length;
      const requests = frames.read(chunk).filter((type) => REQUESTS.has(type)).length;
      counts.requests += requests;
      const waits = requests > 0 ? delay(latencyMs) : undefined;
      last = last.then(() => waits).then(() => void onward.write(chunk));
    });
    onward.on("data", (chunk) => {
      counts.received += chunk.length;
      socket.write(chunk);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        void last.then(() => other.end());
      });
    }
  });
  return {
    server,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The types of a client's messages in PostgreSQL's protocol 3. All except the first start with a type byte. */
class Frames {
  #rest = Buffer.alloc(0);
  #isStarted = false;

  read(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const types = [];
    for (;;) {
      const head = this.#isStarted ? 1 : 0;
      if (this.#rest.length < head + 4) return types;
      const size = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < size) return types;
      if (this.#isStarted) types.push(this.#rest[0]);
      this.#isStarted = true;
      this.#rest = this.#rest.subarray(size);
    }
  }
}
