import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

interface Position {
  line: number;
  character: number;
}

export interface Diagnostic {
  range: { start: Position; end: Position };
  message: string;
}

export interface Completion {
  label: string;
  insertText: string;
  documentation?: string | { value: string };
}

/** Marks the cursor in a text. */
export const CURSOR = "§";

/** The real yaml-language-server, used as an editor does: over stdio, with one open folder. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #diagnosed = new Map<string, (found: Diagnostic[]) => void>();
  /** Rejects if the server ends by itself, so that nothing waits for it any longer. */
  readonly #lost: Promise<never>;
  /** Resolves when the server has asked for its settings: what is sent after the response uses them. */
  readonly #configured: Promise<void>;
  #opened = 0;

  private constructor(
    private readonly folder: string,
    yaml: object,
  ) {
    const server = require.resolve("yaml-language-server/bin/yaml-language-server");
    this.#process = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lost = once(this.#process, "exit").then(([code]) => {
      throw new Error(`yaml-language-server ended with ${code}`);
    });
    // Anything that waits for a response receives the error.
    this.#lost.catch(() => {});
    this.#connection = createMessageConnection(
      new StreamMessageReader(this.#process.stdout!),
      new StreamMessageWriter(this.#process.stdin!),
    );
    this.#configured = new Promise((resolve) => {
      this.#connection.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) => {
        resolve();
        return items.map(({ section }) => (section === "yaml" ? yaml : null));
      });
    });
    this.#connection.onNotification(
      "textDocument/publishDiagnostics",
      ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) =>
        this.#diagnosed.get(uri)?.(diagnostics),
    );
  }

  /** `settings` are the editor's settings under `yaml.`. */
  static async start(folder: string, settings: object): Promise<LanguageServer> {
    const offline = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } };
    const server = new LanguageServer(folder, { ...settings, ...offline });
    await server.#initialize();
    return server;
  }

  async #initialize(): Promise<void> {
    const connection = this.#connection;
    connection.listen();
    const uri = pathToFileURL(this.folder).href;
    const snippets = { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } };
    await this.#answer("initialize", {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "project" }],
      capabilities: {
        workspace: { configuration: true },
        textDocument: { completion: snippets, hover: { contentFormat: ["markdown"] } },
      },
    });
    await connection.sendNotification("initialized", {});
    await Promise.race([this.#configured, this.#lost]);
  }

  /** The server's diagnostics for a file when it is opened. */
  async diagnose(path: string, text: string): Promise<Diagnostic[]> {
    return (await this.#open(path, text)).diagnosed();
  }

  /** The completions at the cursor, by label. */
  async complete(path: string, text: string): Promise<Map<string, Completion>> {
    const answer = await this.#atCursor<{ items: Completion[] }>("textDocument/completion", path, text);
    return new Map(answer.items.map((item) => [item.label, item]));
  }

  /** The hover text at the cursor; "" if there is none. */
  async hover(path: string, text: string): Promise<string> {
    const answer = await this.#atCursor<{ contents: { value: string } } | null>(
      "textDocument/hover",
      path,
      text,
    );
    return answer?.contents.value ?? "";
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, "exit");
    await this.#answer("shutdown");
    await this.#connection.sendNotification("exit");
    const [code] = await exit;
    this.#connection.dispose();
    if (code !== 0) throw new Error(`yaml-language-server ended with ${code}`);
  }

  async #atCursor<T>(method: string, path: string, text: string): Promise<T> {
    const above = text.slice(0, text.indexOf(CURSOR)).split("\n");
    const position = { line: above.length - 1, character: above.at(-1)!.length };
    const { uri } = await this.#open(path, text.replace(CURSOR, ""));
    return this.#answer<T>(method, { textDocument: { uri }, position });
  }

  /** Each text becomes a separate file, so that diagnostics are never those of another text. */
  async #open(path: string, text: string): Promise<{ uri: string; diagnosed: () => Promise<Diagnostic[]> }> {
    this.#opened += 1;
    const uri = pathToFileURL(`${this.folder}/${path.replace(/\.yaml$/, `-${this.#opened}.yaml`)}`).href;
    const diagnosed = new Promise<Diagnostic[]>((resolve) => this.#diagnosed.set(uri, resolve));
    const textDocument = { uri, languageId: "yaml", version: 1, text };
    await this.#connection.sendNotification("textDocument/didOpen", { textDocument });
    return { uri, diagnosed: () => Promise.race([diagnosed, this.#lost]) };
  }

  #answer<T>(method: string, parameters?: object): Promise<T> {
    return Promise.race([this.#connection.sendRequest<T>(method, parameters), this.#lost]);
  }
}
