import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const ADDRESS = /127\.0\.0\.1:(\d+)/;

interface Connection {
  client: Socket;
  store: Socket;
}

interface Hold {
  isNext(piece: Buffer): boolean;
  at: "before" | "after";
  reached(): void;
  /** The connection whose response is held. */
  connection?: Connection;
}

/**
 * A proxy for a backend's connections. It can hold them between any two requests, so that the client can be ended
 * exactly there.
 */
export class StoreRelay {
  /** How many parts of requests clients have sent. A small request has one part. */
  requests = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #hold: Hold | undefined;
  /** What is held, in order. */
  #held: (() => void)[] | undefined;

  private constructor(
    private readonly target: string,
    private readonly port: number,
  ) {
    this.#server = createServer((client) => this.#accept(client));
  }

  /** In: the URL of a backend on 127.0.0.1. */
  static async open(url: string): Promise<StoreRelay> {
    const relay = new StoreRelay(url, Number(ADDRESS.exec(url)![1]));
    await once(relay.#server.listen(0, "127.0.0.1"), "listening");
    return relay;
  }

  /** The backend's URL through this proxy. */
  get url(): string {
    return this.target.replace(ADDRESS, `127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /**
   * Holds all connections at the first matching part: before it reaches the store, or after the store has responded.
   */
  hold(isNext: (piece: Buffer) => boolean, at: "before" | "after"): Promise<void> {
    return new Promise((reached) => {
      this.#hold = { isNext, at, reached };
    });
  }

  /** Ends the hold: everything continues. */
  release(): void {
    const held = this.#held ?? [];
    this.#hold = this.#held = undefined;
    for (const step of held) step();
  }

  /** Ends the hold and all connections: what is held never arrives. */
  drop(): void {
    this.#hold = this.#held = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const connection = { client, store: connect({ host: "127.0.0.1", port: this.port }) };
    client.on("data", (chunk) => this.#fromClient(connection, chunk));
    connection.store.on("data", (chunk) => this.#fromStore(connection, chunk));
    for (const [one, other] of [
      [client, connection.store],
      [connection.store, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("end", () => this.#pass(() => other.end()));
      one.on("close", () => {
        this.#sockets.delete(one);
        this.#pass(() => other.destroy());
      });
    }
  }

  #fromClient(connection: Connection, chunk: Buffer): void {
    this.requests += 1;
    const hold = this.#hold;
    // A second part of the same request: the store responds only to the whole.
    if (hold?.connection === connection) this.#stop();
    else if (hold && hold.connection === undefined && hold.isNext(chunk)) {
      if (hold.at === "before") this.#stop();
      else hold.connection = connection;
    }
    this.#pass(() => connection.store.write(chunk));
  }

  #fromStore(connection: Connection, chunk: Buffer): void {
    if (this.#hold?.connection === connection) this.#stop();
    this.#pass(() => connection.client.write(chunk));
  }

  #stop(): void {
    this.#held ??= [];
    this.#hold?.reached();
  }

  #pass(step: () => void): void {
    if (this.#held) this.#held.push(step);
    else step();
  }
}
