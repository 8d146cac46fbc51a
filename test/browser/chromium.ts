import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { WebSocket } from "undici";

type Params = Record<string, unknown>;
type Message = {
  id?: number;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { message: string };
};

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function executable(): string {
  const given = process.env["CHROMIUM"];
  const found = [...(given ? [given] : []), ...NAMES].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  );
  if (found === undefined)
    throw new Error(
      "cannot look at the page: no Chromium is found. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.",
    );
  return found;
}

/** A headless browser with one page, controlled through its DevTools protocol. */
export class Browser {
  /** All network requests of the page, and the errors of its scripts. */
  readonly requests: string[] = [];
  readonly errors: string[] = [];
  readonly #pending = new Map<number, (message: Message) => void>();
  #id = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly socket: WebSocket,
  ) {
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-browser-"));
    const flags = [
      "--headless=new",
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--hide-scrollbars",
      "--no-first-run",
    ];
    const child = spawn(
      executable(),
      [...flags, `--user-data-dir=${folder}`, "--remote-debugging-port=0", "about:blank"],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const browserUrl = await new Promise<string>((done, fail) => {
      let text = "";
      child.stderr?.on("data", (chunk) => {
        text += chunk;
        const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
        if (url) done(url);
      });
      child.once("exit", (code) => fail(new Error(`Chromium ended with ${code}: ${text}`)));
    });
    const targets = (await (await fetch(`http://${new URL(browserUrl).host}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = targets.find(({ type }) => type === "page")!;
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await new Promise((done) => socket.addEventListener("open", done, { once: true }));
    const browser = new Browser(child, folder, socket);
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method: string, params: Params = {}): Promise<Params> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((done, fail) => {
      this.#pending.set(id, ({ result, error }) =>
        error ? fail(new Error(`${method}: ${error.message}`)) : done(result ?? {}),
      );
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #receive({ id, method, params, ...rest }: Message): void {
    if (id !== undefined) {
      this.#pending.get(id)?.(rest);
      this.#pending.delete(id);
    } else if (method === "Network.requestWillBeSent")
      this.requests.push(String((params!["request"] as Params)["url"]).slice(0, 100));
    else if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded")
      this.errors.push(JSON.stringify(params).slice(0, 500));
  }

  /** Opens a file at a size, light or dark, and waits until it is drawn. */
  async open(
    file: string,
    { width, height, dark = false }: { width: number; height: number; dark?: boolean },
  ): Promise<void> {
    const phone = width < 500;
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: phone,
    });
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
    this.requests.length = 0;
    this.errors.length = 0;
    await this.send("Page.navigate", { url: pathToFileURL(file).href });
    await this.evaluate(
      "new Promise((done) => (document.readyState === 'complete' ? done() : addEventListener('load', done)))",
    );
    await this.drawn();
  }

  /** Waits two frames: then a script's changes are on the screen. */
  async drawn(): Promise<void> {
    await this.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))",
    );
  }

  /** When the page first showed something, in milliseconds after the request. The entry appears after its frame. */
  firstPaint(): Promise<number> {
    return this.evaluate(`new Promise((done) => {
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") done(startTime);
      }).observe({ type: "paint", buffered: true });
    })`);
  }

  /**
   * The processor time of the page's main thread while `run` runs, in milliseconds. It does not include other work on
   * the machine.
   */
  async busy(run: () => Promise<unknown>): Promise<number> {
    await this.send("Performance.enable", { timeDomain: "threadTicks" });
    const spent = async (): Promise<number> => {
      const { metrics } = await this.send("Performance.getMetrics");
      const found = (metrics as { name: string; value: number }[]).find(
        ({ name }) => name === "TaskDuration",
      );
      return found!.value * 1000;
    };
    const before = await spent();
    await run();
    return (await spent()) - before;
  }

  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails).slice(0, 1000));
    return (result as { value: T }).value;
  }

  async key(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) await this.send("Input.dispatchKeyEvent", { type, key });
    await this.drawn();
  }

  async move(x: number, y: number): Promise<void> {
    await this.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    await this.drawn();
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(String(data), "base64");
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.child.once("close", done));
    this.socket.close();
    this.child.kill("SIGKILL");
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
