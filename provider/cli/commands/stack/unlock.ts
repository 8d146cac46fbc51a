import { fileURLToPath } from "node:url";
import { versioned } from "../../../core/json/output-version";
import { jsonText, visible } from "../../../core/json/safe-text";
import { rootOf } from "../../../files/read";
import { command, type Options, UsageError, type Values } from "../../command";
import { EXIT } from "../../exit-code";
import { askYes } from "../../output/question";
import { isHosted, type Project, projectOf, requirePassphrase } from "../../project/project";
import {
  ENVIRONMENT_OPTION,
  environmentFileOf,
  JSON_OPTION,
  STACK_OPTION,
  STACK_OPTIONS,
} from "../../project/shared-options";
import { areSameLocks, holdersText, type LockHolder } from "../../stack/lock-holder";
import { pendingTriggers } from "../../stack/pending-operations";
import { lockHolders, removeLocks } from "../../stack/stack-lock";
import { openExisting, openScratch } from "../../stack/stack-state";
import { isFileBackend } from "../../stack/state-file";

const OPTIONS = {
  env: { value: "FILE", doc: ENVIRONMENT_OPTION.env.doc },
  ...STACK_OPTIONS,
  ...STACK_OPTION,
  ...JSON_OPTION,
  yes: { doc: "do not ask for confirmation; required if there is no terminal" },
} as const satisfies Options;

type UnlockOptions = Values<typeof OPTIONS>;

export const unlock = command(OPTIONS, async (options) => {
  const { env, stack, project: projectName } = options;
  if (env === "") throw new UsageError(`mixpeek-triggers unlock: ${ENVIRONMENT_OPTION.env.required}`);
  const environment = env === undefined ? undefined : environmentFileOf(env);
  const project = projectOf(rootOf(process.cwd()).cwd, process.env, {
    environment,
    stack,
    project: projectName,
  });
  const say = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  say(`mixpeek-triggers unlock: stack ${project.name}/${project.stack}, state in ${project.backend.url}`);
  const found = await unlocked(project, options, say);
  for (const error of found.errors) process.stderr.write(`${error}\n`);
  if (options.json) process.stdout.write(jsonText(recordOf(project, environment, found)));
  return found.errors.length > 0 || (found.holders.length > 0 && !found.removed) ? EXIT.failed : EXIT.ok;
});

interface Unlocked {
  holders: readonly LockHolder[];
  removed: boolean;
  /** The triggers that the killed run was changing. */
  pending: readonly string[];
  errors: readonly string[];
}

/** Returns the locks that were found, and whether they were removed. Throws UsageError and the engine's errors. */
async function unlocked(
  project: Project,
  { yes }: UnlockOptions,
  say: (line: string) => void,
): Promise<Unlocked> {
  const { stack } = project;
  const failed = (error: string, holders: readonly LockHolder[] = []): Unlocked => ({
    holders,
    removed: false,
    pending: [],
    errors: [error],
  });
  if (isHosted(project))
    return failed(
      `cannot unlock stack "${stack}": ${project.backend.url} does not show who holds its lock. Check the stack's activity there, then run \`pulumi cancel ${project.name}/${stack}\` [UNLOCK_UNSUPPORTED].`,
    );
  if (!isFileBackend(project)) requirePassphrase(project, process.env, { creates: false });
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  const open = openExisting(project, note);
  const scratch = openScratch(project, note);
  const holders = await lockHolders(project, open, scratch);
  if (holders.length === 0) {
    if (!isFileBackend(project) && (await open()) === undefined)
      return failed(
        `cannot unlock stack "${stack}" of project "${project.name}": it does not exist in ${project.backend.url}. Check --env, --project and PULUMI_BACKEND_URL [STACK_NOT_FOUND].`,
      );
    say(`stack "${stack}" is not locked.`);
    return { holders, removed: false, pending: [], errors: [] };
  }
  for (const holder of holders) say(`locked by ${holdersText([holder])}, ${LIVES[String(holder.isAlive)]}`);
  const working = holders.filter(({ isAlive }) => isAlive === true);
  if (working.length > 0)
    return failed(
      `cannot unlock stack "${stack}": ${holdersText(working)} is still running on this machine. Wait until it is done. If that process id now belongs to another program, ${otherWay(project, working)} [LOCK_IN_USE].`,
      holders,
    );
  const pending = await pendingTriggers(project, open);
  if (!yes) {
    if (!process.stdin.isTTY)
      throw new UsageError("mixpeek-triggers unlock: there is no terminal to ask on. Add --yes.");
    if (!(await askYes(`Remove the lock of ${stack}`))) {
      process.stderr.write("Nothing was changed.\n");
      return { holders, removed: false, pending, errors: [] };
    }
  }
  // The run may have ended normally and another may have started. Some backends remove all locks of a stack at once.
  const now = await lockHolders(project, open, scratch);
  if (!areSameLocks(holders, now))
    return failed(
      `cannot unlock stack "${stack}": its lock changed: ${now.length === 0 ? "it was released" : `it is now held by ${holdersText(now)}`}. Run unlock again [LOCK_CHANGED].`,
      now,
    );
  await removeLocks(project, holders, open, scratch);
  say(`removed the lock of stack "${stack}".`);
  say(
    pending.length > 0
      ? `that run was working on ${visible(pending.join(", "))}: the next up continues from the live triggers.`
      : "that run left no unfinished operations in the state.",
  );
  return { holders, removed: true, pending, errors: [] };
}

/** The manual way to remove a lock: its process id may belong to a new process, which this command cannot tell. */
const otherWay = ({ backend, name, stack }: Project, holders: readonly LockHolder[]): string =>
  backend.url.startsWith("file:")
    ? `delete ${holders.map(({ lock }) => fileOf(lock)).join(" and ")}`
    : `run \`pulumi cancel organization/${name}/${stack} --yes\` with the same PULUMI_BACKEND_URL`;

/** The engine writes the lock of a store that only it reads as a URL. */
const fileOf = (lock: string): string => (lock.startsWith("file:") ? fileURLToPath(lock) : lock);

const LIVES: Readonly<Record<string, string>> = {
  true: "which is still running on this machine.",
  false: "which has ended.",
  undefined: "on another machine: this command cannot tell whether it is still running.",
};

const recordOf = (
  project: Project,
  environment: string | undefined,
  { holders, removed, pending, errors }: Unlocked,
) =>
  versioned({
    command: "unlock",
    ok: errors.length === 0 && (removed || holders.length === 0),
    project: project.name,
    stack: project.stack,
    environment: environment ?? null,
    backend: project.backend.url,
    locked: holders.length > 0,
    removed,
    holders: holders.map(({ user, host, pid, since, isAlive }) => ({
      user,
      host,
      pid,
      since,
      alive: isAlive ?? null,
    })),
    pending,
    errors,
  });
