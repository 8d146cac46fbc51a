import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RateLimit, RequestPace } from "./pace";
import type { Retries } from "./retry-budget";

/** The objects that keep the requests of an API key within its limits. */
export interface RequestLimits {
  pace: RequestPace;
  budget: Retries;
}

/** A line from the client. A line that expects a response has an id; ending a turn repeats the id of that turn. */
type Line =
  | { ask: "turn" | "retry"; id: number }
  | { ask: "pause"; id: number; most: number }
  | { tell: "done"; id: number }
  | { tell: "learn"; limit: RateLimit }
  | { tell: "hold"; milliseconds: number }
  | { tell: "spread" | "earn" };

interface Answer {
  id: number;
  /** For a pause: the milliseconds waited, or null if it would take too long. For a retry: whether it is allowed. */
  value: number | boolean | null;
  left: number;
  perMinute?: number;
}

/**
 * Serves the limits of this process to other processes of the same user that use the same key. Returns the address
 * for {@link RemoteLimits}. When a process ends, its turns are freed.
 */
export async function serveLimits(limits: RequestLimits): Promise<{ address: string; close(): void }> {
  const folder =
    process.platform === "win32" ? undefined : mkdtempSync(join(tmpdir(), "pulumi-mixpeek-limits-"));
  const address = folder === undefined ? `\\\\.\\pipe\\pulumi-mixpeek-${randomUUID()}` : join(folder, "s");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.unref());
    socket.on("close", () => sockets.delete(socket));
    serveProcess(socket, limits);
  }).unref();
  await new Promise<void>((done, fail) => server.once("error", fail).listen(address, done));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { address, close };
}

function serveProcess(socket: Socket, { pace, budget }: RequestLimits): void {
  /** Functions that end a turn, by the id of its request; includes turns that are still queued. */
  const turns = new Map<number, () => void>();
  let isOver = false;
  const answer = (id: number, value: Answer["value"]): void => {
    if (isOver) return;
    const { left, perMinute } = pace;
    const line: Answer = { id, value, left, ...(perMinute === undefined ? {} : { perMinute }) };
    socket.write(`${JSON.stringify(line)}\n`);
  };
  const turn = (id: number): void => {
    const ended = new Promise<void>((end) => turns.set(id, end));
    void pace.inTurn(async () => {
      answer(id, true);
      await ended;
    });
  };
  onLine(socket, async (text) => {
    const line = JSON.parse(text) as Line;
    if ("ask" in line) {
      if (line.ask === "turn") turn(line.id);
      else if (line.ask === "pause") answer(line.id, (await pace.pauseOver(line.most)) ?? null);
      else answer(line.id, await budget.take());
    } else if (line.tell === "done") {
      turns.get(line.id)?.();
      turns.delete(line.id);
    } else if (line.tell === "learn") pace.learn(line.limit);
    else if (line.tell === "hold") pace.holdBack(line.milliseconds);
    else if (line.tell === "spread") pace.spread();
    else budget.earn();
  });
  socket.on("close", () => {
    isOver = true;
    for (const end of turns.values()) end();
  });
}

/** An error closes the connection, which the other end notices. */
function onLine(socket: Socket, read: (line: string) => void): void {
  const ignored = (): void => undefined;
  createInterface({ input: socket.on("error", ignored) })
    .on("line", read)
    .on("error", ignored);
}

/** Uses the limits that another process serves for as long as it runs; then this process's own. */
export class RemoteLimits implements RequestPace, Retries {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #last = 0;
  #isLost = false;
  #known: Pick<Answer, "left" | "perMinute"> = { left: 0 };

  constructor(
    address: string,
    private readonly own: RequestLimits,
  ) {
    this.#socket = connect(address).unref();
    this.#socket.on("close", () => {
      this.#isLost = true;
      for (const resume of this.#waiting.values()) resume(undefined);
    });
    onLine(this.#socket, (text) => {
      const answer = JSON.parse(text) as Answer;
      this.#known = answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  get perMinute(): number | undefined {
    return this.#isLost ? this.own.pace.perMinute : this.#known.perMinute;
  }

  get left(): number {
    return this.#isLost ? this.own.pace.left : this.#known.left;
  }

  async inTurn<T>(run: () => Promise<T>): Promise<T> {
    const answer = await this.#ask({ ask: "turn" });
    if (!answer) return this.own.pace.inTurn(run);
    try {
      return await run();
    } finally {
      this.#tell({ tell: "done", id: answer.id });
    }
  }

  learn(limit: RateLimit): void {
    this.own.pace.learn(limit);
    this.#tell({ tell: "learn", limit });
  }

  spread(): void {
    this.own.pace.spread();
    this.#tell({ tell: "spread" });
  }

  holdBack(milliseconds: number): void {
    this.own.pace.holdBack(milliseconds);
    this.#tell({ tell: "hold", milliseconds });
  }

  async pauseOver(most: number): Promise<number | undefined> {
    const answer = await this.#ask({ ask: "pause", most });
    if (!answer) return this.own.pace.pauseOver(most);
    return typeof answer.value === "number" ? answer.value : undefined;
  }

  async take(): Promise<boolean> {
    const answer = await this.#ask({ ask: "retry" });
    return answer ? answer.value === true : this.own.budget.take();
  }

  earn(): void {
    this.#tell({ tell: "earn" });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Resolves to undefined if the other process no longer responds. */
  #ask(question: { ask: "turn" | "retry" } | { ask: "pause"; most: number }): Promise<Answer | undefined> {
    if (this.#isLost) return Promise.resolve(undefined);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resume) => {
      this.#waiting.set(id, resume);
      this.#tell({ ...question, id });
    });
  }

  #tell(line: Line): void {
    if (!this.#isLost) this.#socket.write(`${JSON.stringify(line)}\n`);
  }
}
