import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

const VALUE = "PULUMI_CONFIG_PASSPHRASE";
const FILE = "PULUMI_CONFIG_PASSPHRASE_FILE";

/** Where the engine reads the passphrase: the value takes precedence, even if it is empty. */
export const passphraseSource = (env: Env): typeof VALUE | typeof FILE | undefined =>
  env[VALUE] !== undefined ? VALUE : env[FILE] ? FILE : undefined;

/**
 * The passphrase variables to add to the engine's environment: the absolute path of the file, as the engine runs in
 * another folder, and an empty passphrase for a state in .mixpeek/state if none is set.
 */
export function passphraseEnv(cwd: string, env: Env, isLocal: boolean): Record<string, string> {
  const file = env[FILE];
  if (file) return { [FILE]: resolve(cwd, file) };
  return isLocal && env[VALUE] === undefined ? { [VALUE]: "" } : {};
}

/** Why the file with the passphrase cannot be read; undefined if it can. */
export function unreadablePassphrase(env: Env): string | undefined {
  if (passphraseSource(env) !== FILE) return undefined;
  const path = env[FILE]!;
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return `${FILE} is ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}). Correct the path; a relative one starts in the folder that the command runs in`;
  }
}

/**
 * The note for a run with an empty passphrase. `settings`: the stack's Pulumi.<stack>.yaml. `localState`: the URL
 * of a state in .mixpeek/state, as a word of a command line. undefined if a key management service encrypts the secrets.
 */
export function emptyPassphraseNote(
  stack: string,
  settings: Readonly<Record<string, unknown>>,
  localState: string | undefined,
): string | undefined {
  const provider = settings["secretsprovider"];
  if (provider !== undefined && provider !== "passphrase") return undefined;
  const why = "anyone who can read the state can read its secrets";
  if (settings["encryptionsalt"] === undefined)
    return `no passphrase is set: ${why}. Set ${VALUE} before the first \`up\` creates the stack`;
  const where = localState === undefined ? "" : `cd .mixpeek/work && PULUMI_BACKEND_URL=${localState} `;
  return `no passphrase is set, so this run uses an empty one: ${why}. Stack "${stack}" exists: if it was created without a passphrase, keep ${VALUE} unset or empty until you have changed it with \`${where}${VALUE}= pulumi stack change-secrets-provider passphrase --stack ${stack}\``;
}

/** The engine's error for a passphrase that does not decrypt the secrets. */
const INCORRECT = /\bincorrect passphrase\b/;

/** A clearer version of that error; undefined for other errors. `added`: to the engine's environment. */
export function wrongPassphraseText(text: string, added: Env = {}): string | undefined {
  if (!INCORRECT.test(text)) return undefined;
  const env = { ...process.env, ...added };
  const source = passphraseSource(env);
  const used =
    source === FILE
      ? `the one in ${env[FILE]} (${FILE})`
      : source === VALUE && env[VALUE] !== ""
        ? `the one in ${VALUE}`
        : `${VALUE} is not set or is empty, and the empty passphrase`;
  return `cannot decrypt the secrets of the stack: incorrect passphrase: ${used} is not the passphrase that they were encrypted with. Set ${VALUE} to that one and run again. A passphrase is changed only by \`pulumi stack change-secrets-provider passphrase\` or \`state move --to-passphrase-file\` [PASSPHRASE_WRONG].`;
}
