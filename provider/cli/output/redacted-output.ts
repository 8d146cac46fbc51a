import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import { withoutInvisible } from "../../core/json/safe-text";
import { redactor, secretsOfEnvironment, secretsOfUrl } from "../../core/report/redact";

const secrets = new Set<string>();
let redact = redactor(secrets);

/** Redacts the credentials of a URL that does not come from the environment, such as a backend in Pulumi.yaml. */
export const hideSecretsOf = (url: string): void => hideSecrets(secretsOfUrl(url));

/** Redacts secrets that do not come from the environment, such as a passphrase in a file. */
export function hideSecrets(found: readonly string[]): void {
  const before = secrets.size;
  for (const secret of found) secrets.add(secret);
  if (secrets.size > before) redact = redactor(secrets);
}

/** Redacts a text for a file that others may read, such as a saved plan. */
export const redacted = (text: string): string => redact(text);

type Write = NodeJS.WriteStream["write"];

/**
 * From now on, everything that this process writes to stdout and stderr is redacted and free of invisible characters.
 * That includes the engine's output and Node's report of an uncaught error.
 */
export function redactOutput(env: NodeJS.ProcessEnv): void {
  for (const secret of secretsOfEnvironment(env)) secrets.add(secret);
  redact = redactor(secrets);
  for (const stream of [process.stdout, process.stderr]) stream.write = redactedWrite(stream);
  process.on("uncaughtException", (error: unknown) => {
    // While the SDK runs a program, it has a listener of its own and reports the error.
    if (process.listenerCount("uncaughtException") > 1) return;
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  });
}

/**
 * Redacts whole lines, because a secret may be split over two chunks. A line without a line break, such as a question
 * or a progress line, is held only for the current turn of the event loop.
 */
export function redactedWrite(stream: Pick<NodeJS.WriteStream, "write">): Write {
  const write = stream.write.bind(stream) as (text: string, done?: Done) => boolean;
  const decoder = new StringDecoder("utf8");
  let open = "";
  let waiting: Done[] = [];
  let timer: NodeJS.Immediate | undefined;
  const flush = (): boolean => {
    clearImmediate(timer);
    timer = undefined;
    const [text, done] = [open, waiting];
    open = "";
    waiting = [];
    if (text === "" && done.length === 0) return true;
    return write(withoutInvisible(redact(text)), (error) => {
      for (const each of done) each(error);
    });
  };
  process.on("exit", flush);
  return (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const callback = typeof encoding === "function" ? encoding : done;
    const bytes = typeof chunk === "string" ? undefined : Buffer.from(chunk);
    open += bytes ? decoder.write(bytes) : String(chunk);
    if (callback) waiting.push(callback);
    if (open.endsWith("\n")) return flush();
    timer ??= setImmediate(flush);
    return true;
  };
}

type Done = (error?: Error | null) => void;
