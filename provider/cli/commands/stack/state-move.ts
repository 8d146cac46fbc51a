import { relative } from "node:path";
import { versioned } from "../../../core/json/output-version";
import { jsonText } from "../../../core/json/safe-text";
import { urlWithoutCredentials } from "../../../core/report/redact";
import { counted } from "../../../core/text/plural";
import { rootOf } from "../../../files/read";
import { command, type Options, UsageError, type Values } from "../../command";
import { EXIT, signalCode } from "../../exit-code";
import { type Moved, StateMove } from "../../move/state-move";
import { type Target, targetOf } from "../../move/target";
import { configFile } from "../../move/target-stack";
import { askYes } from "../../output/question";
import { requireConfirmation } from "../../output/terminal";
import { lockTimeoutOf } from "../../project/lock-timeout";
import { type Project, projectOf, requirePassphrase, shellWord } from "../../project/project";
import { runRepository } from "../../project/repository";
import {
  ENVIRONMENT_OPTION,
  environmentFileOf,
  JSON_OPTION,
  LOCK_OPTIONS,
  STACK_OPTIONS,
} from "../../project/shared-options";
import { whenUnlocked } from "../../stack/when-unlocked";

const OPTIONS = {
  ...ENVIRONMENT_OPTION,
  to: {
    value: "URL",
    doc: "the backend, such as file:///srv/state, s3://…, azblob://… or postgres://…",
    required: "no target is given. Add --to URL.",
  },
  "to-passphrase-file": {
    value: "FILE",
    doc: "encrypt the secrets there with the passphrase in this file (default: the current encryption)",
  },
  "to-secrets-provider": {
    value: "URL",
    doc: "encrypt the secrets there with this key management service, such as awskms://…",
  },
  ...STACK_OPTIONS,
  ...LOCK_OPTIONS,
  ...JSON_OPTION,
  yes: { doc: "do not ask for confirmation; required if there is no terminal" },
} as const satisfies Options;

type StateMoveValues = Values<typeof OPTIONS>;

export const stateMove = command(OPTIONS, async (values) => {
  requireConfirmation("state move", values);
  const timeout = lockTimeoutOf("state move", values);
  const environment = environmentFileOf(values.env);
  const { cwd } = rootOf(process.cwd());
  const identity = { environment, project: values.project };
  const source = projectOf(cwd, process.env, identity);
  const target = targetOf(source, values.to, {
    passphraseFile: values.toPassphraseFile,
    secretsProvider: values.toSecretsProvider,
  });
  requirePassphrase(source, process.env, { creates: false });
  const { url } = target.project.backend;
  // Every run on the target needs these settings, such as a project name. Errors are reported before the state is
  // moved.
  if (!target.isLocal) runRepository(projectOf(cwd, { ...process.env, PULUMI_BACKEND_URL: url }, identity));
  const say = values.json ? note : (line: string): void => void process.stdout.write(`${line}\n`);
  const from = urlWithoutCredentials(source.backend.url);
  say(`mixpeek-triggers state move: stack ${source.name}/${source.stack}, from ${from} to ${target.address}`);
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  // `on`, not `once`: if this listener is removed before the others run, the SDK's listener ends the process in the
  // middle of a write.
  for (const signal of SIGNALS) process.on(signal, stop);
  const errors: string[] = [];
  let moved: Moved | undefined;
  try {
    const repository = runRepository(source);
    const move = new StateMove({
      source,
      target,
      owner: { ...(repository === undefined ? {} : { repository }), environment },
      signal: abort.signal,
      note,
      onStep: say,
      agree: async (triggers) =>
        values.yes === true ||
        askYes(`Move ${counted(triggers, "trigger")} of ${source.stack} to ${target.address}`, abort.signal),
    });
    const wait = { timeout, signal: abort.signal, note, next: "starting again" };
    moved = await whenUnlocked(source, wait, () => move.attempt());
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== "string" || error instanceof UsageError) throw error;
    errors.push((error as Error).message);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
  const isDone = moved !== undefined && moved.outcome !== "unchanged";
  for (const line of errors) note(line);
  if (!isDone && errors.length === 0)
    note(abort.signal.aborted ? "interrupted; nothing was changed." : "Nothing was changed.");
  for (const line of isDone ? afterwards(source, target, moved!, values) : []) say(line);
  if (values.json) process.stdout.write(jsonText(recordOf(source, target, environment, moved, errors)));
  if (isDone) return EXIT.ok;
  return abort.signal.aborted ? signalCode("SIGINT") : EXIT.failed;
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What was done, and the remaining manual steps. */
function afterwards(source: Project, target: Target, moved: Moved, values: StateMoveValues): string[] {
  const { outcome, triggers, configBackup } = moved;
  const { stack, cwd, backend } = source;
  const url = shellWord(target.address);
  const credentials = target.project.backend.url === target.address ? "" : ", with its credentials,";
  const file = values.toPassphraseFile;
  const passphrase = file !== undefined ? ` and PULUMI_CONFIG_PASSPHRASE to what is in ${file}` : "";
  return [
    outcome === "moved"
      ? `moved stack "${stack}" (${counted(triggers, "trigger")}).`
      : `stack "${stack}" is moved; the interrupted move is complete.`,
    ...(configBackup === undefined
      ? []
      : [
          `${configFile(source)} is for the new backend: commit it. The old file is ${relative(cwd, configBackup)}.`,
        ]),
    target.isLocal && isDefaultLocal(cwd)
      ? "Unset PULUMI_BACKEND_URL for every run from now on."
      : `Set ${backend.from === "Pulumi.yaml" ? "backend.url in Pulumi.yaml" : "PULUMI_BACKEND_URL"} to ${url}${credentials}${passphrase} for every run from now on.`,
  ];
}

/** Whether a run without PULUMI_BACKEND_URL uses .mixpeek/state. */
const isDefaultLocal = (cwd: string): boolean =>
  projectOf(cwd, { ...process.env, PULUMI_BACKEND_URL: undefined }, { stack: "any", stateless: true }).backend
    .from === "local";

const recordOf = (
  source: Project,
  target: Target,
  environment: string,
  moved: Moved | undefined,
  errors: readonly string[],
) =>
  versioned({
    command: "state move",
    ok: errors.length === 0 && moved !== undefined && moved.outcome !== "unchanged",
    project: source.name,
    stack: source.stack,
    environment,
    from: source.backend.url,
    to: target.address,
    outcome: moved?.outcome ?? "unchanged",
    triggers: moved?.triggers ?? null,
    config_backup: moved?.configBackup ?? null,
    errors,
  });
