import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { urlWithoutCredentials } from "../../core/report/redact";
import { UsageError } from "../command";
import { hideSecrets, hideSecretsOf } from "../output/redacted-output";
import { absoluteUrl, isHosted, type Project, prepare, stackFile } from "../project/project";

/** How the stack's secrets are encrypted on the target. Empty: as they are now. */
export interface NewEncryption {
  /** The file that contains the passphrase. */
  passphraseFile?: string | undefined;
  secretsProvider?: string | undefined;
}

export interface Target {
  /** The stack on the target. The engine uses a separate folder for it, with its own Pulumi.<stack>.yaml. */
  project: Project;
  /** The address without credentials, as states record it. */
  address: string;
  /** The state is in .mixpeek/state. */
  isLocal: boolean;
  isReencrypted: boolean;
  secretsProvider: string | undefined;
}

/** One folder can have several paths: with a trailing slash, or through a link. */
function placeOf(url: string): string {
  if (!url.startsWith("file:///")) return urlWithoutCredentials(url);
  const path = resolve(fileURLToPath(url));
  return existsSync(path) ? realpathSync(path) : path;
}

/**
 * The target of a move. `to`: the URL as given. Throws {@link UsageError}, and errors with the codes MOVE_UNSUPPORTED
 * and PASSPHRASE_MISSING.
 */
export function targetOf(source: Project, to: string, encryption: NewEncryption): Target {
  hideSecretsOf(to);
  if (!/^[a-z][a-z0-9+.-]*:\/\/./i.test(to))
    throw usage(
      `--to ${urlWithoutCredentials(to)} is not a URL. Write one such as file:///srv/state or s3://BUCKET`,
    );
  const url = absoluteUrl(source.cwd, to);
  const hosted = [source.backend.url, url].find((each) =>
    isHosted({ backend: { url: each, from: "local" } }),
  );
  if (hosted !== undefined)
    throw refusal(
      "MOVE_UNSUPPORTED",
      `cannot move stack "${source.stack}": ${urlWithoutCredentials(hosted)} is a hosted service: this command cannot move a state from or to it. Use \`pulumi stack export\` and \`pulumi stack import\``,
    );
  const address = urlWithoutCredentials(url);
  if (placeOf(url) === placeOf(source.backend.url))
    throw usage(
      `the state of stack "${source.stack}" is already on ${address}. Choose another backend with --to`,
    );
  const { passphraseFile, secretsProvider } = encryption;
  if (passphraseFile !== undefined && secretsProvider !== undefined)
    throw usage("--to-passphrase-file and --to-secrets-provider cannot be combined. Use one of them");
  const { PULUMI_BACKEND_URL: _, ...env } = source.env;
  const added =
    passphraseFile === undefined ? env : { PULUMI_CONFIG_PASSPHRASE: passphraseIn(passphraseFile) };
  const isReencrypted = passphraseFile !== undefined || secretsProvider !== undefined;
  const isLocal = url.startsWith("file:///") && fileURLToPath(url) === join(source.folder, "state");
  const provider = secretsProvider ?? (isReencrypted ? undefined : stackFile(source)["secretsprovider"]);
  const isDefault = env["PULUMI_CONFIG_PASSPHRASE"] === "" && passphraseFile === undefined;
  if (isDefault && !isLocal && (provider === undefined || provider === "passphrase"))
    throw refusal(
      "PASSPHRASE_MISSING",
      `cannot move stack "${source.stack}" to ${address}: no passphrase is set, and only a state in .mixpeek/state then uses an empty one. If the stack was created with a passphrase, set PULUMI_CONFIG_PASSPHRASE to it. If not, add --to-passphrase-file FILE or --to-secrets-provider URL, or set PULUMI_CONFIG_PASSPHRASE= to keep it empty`,
    );
  const folder = join(source.folder, `move-${source.stack}`);
  return {
    project: {
      ...source,
      cwd: folder,
      folder,
      backend: { url, from: "PULUMI_BACKEND_URL" },
      env: { ...added, PULUMI_BACKEND_URL: url },
    },
    address,
    isLocal,
    isReencrypted,
    secretsProvider: provider === undefined ? undefined : String(provider),
  };
}

/** Creates the folders for a move: the source's, and an empty one for the target. */
export function prepareFolders(source: Project, { project, isLocal }: Target): void {
  const { backend } = source;
  prepare(isLocal ? { ...source, backend: { ...backend, from: "local" } } : source);
  rmSync(project.folder, { recursive: true, force: true });
  prepare(project);
}

/** Reads the passphrase as the engine does. Throws {@link UsageError} if it is empty, and system errors. */
function passphraseIn(file: string): string {
  const passphrase = readFileSync(file, "utf8").trim();
  if (passphrase === "")
    throw usage(`--to-passphrase-file ${file} contains no passphrase. Write the passphrase to that file`);
  hideSecrets([passphrase]);
  return passphrase;
}

const usage = (text: string): UsageError => new UsageError(`mixpeek-triggers state move: ${text}.`);

/** An error of a move that did not start or was undone. `text`: a sentence without its full stop. */
export const refusal = (code: string, text: string): Error =>
  Object.assign(new Error(`${text} [${code}].`), { code });
