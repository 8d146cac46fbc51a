import { setTimeout as delay } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { decodeEvent } from "../../api/provider-handover";
import type { WriteLog } from "../../api/write-log";
import { visible } from "../../core/json/safe-text";
import { eventText, type ProviderEvent } from "../../core/report/provider-event";
import { interruptionOf, type StopSignal } from "../interruption";
import { wrongPassphraseText } from "../project/passphrase";
import type { Project } from "../project/project";
import { runQuietly } from "./engine-log";
import { isTruncatedState, type LockHolder, lockHoldersIn } from "./lock-holder";
import { StackLocked } from "./stack-locked-error";

/** Why the engine ended early. */
export type EngineEnd =
  | { kind: "stopped"; by: StopSignal; atOnce: boolean }
  /** `how` completes "the Pulumi engine …": "was killed (SIGKILL)". */
  | { kind: "died"; how: string };

export type Kind = "up" | "refresh" | "destroy";

/** The result of one engine run. */
export interface Outcome {
  ok: boolean;
  /** By resource: the engine's steps that succeeded. */
  finished: Map<string, Set<string>>;
  /** Ids of deleted triggers: names would be ambiguous, as a replaced trigger and its successor share one. */
  deleted: Set<string>;
  /** Resources with a partial write. */
  partial: Set<string>;
  /** The provider's events and the engine's diagnostics, in order. */
  messages: Message[];
  errors: string[];
  /** Set if another run holds the stack's lock, so nothing was done; see {@link lockHoldersIn}. */
  lockedBy?: LockHolder[];
  ended?: EngineEnd;
  /** The provider's writes; absent if the provider was a separate process that ended with the engine. */
  writes?: WriteLog;
}

/** The outcome if there was nothing for the engine to do. */
export const NOT_RUN: Outcome = newOutcome();

function newOutcome(): Outcome {
  return { ok: true, finished: new Map(), deleted: new Set(), partial: new Set(), messages: [], errors: [] };
}

/** Joins the outcomes of two runs of one plan, the first of which ended before it reached the provider. */
export const joined = (first: Outcome, second: Outcome): Outcome => ({
  ...second,
  finished: new Map([...first.finished, ...second.finished]),
  deleted: new Set([...first.deleted, ...second.deleted]),
});

/** An event of the provider, or a diagnostic of the engine. */
export type Message = ProviderEvent | { kind: "engine"; text: string };

export const messageText = (message: Message): string =>
  message.kind === "engine" ? message.text : eventText(message);

export interface OperateOptions {
  signal?: AbortSignal;
  /** URNs; absent: everything. */
  target?: string[];
  /** URNs that a destroy keeps. */
  exclude?: string[];
  /** Called after the last step of each trigger, with the number of completed triggers and its name. */
  onDone?: (done: number, name: string) => void;
  /** Called as soon as the provider reports something, such as how long it waits. */
  onProvider?: (event: ProviderEvent) => void;
  /** Where the provider runs. Its `marker` is the prefix of a diagnostic that is an event from a provider process. */
  host?: { readonly marker: string; onEvent: (event: ProviderEvent) => void };
}

const TRIGGER = /mixpeek:Trigger$/;
/** `debug` lines of the SDK are not shown. */
const SHOWN: ReadonlySet<string> = new Set(["info", "info#err", "warning"]);

/** Steps of a replacement that are followed by others. */
const FIRST_STEPS: ReadonlySet<string> = new Set(["create-replacement", "replace"]);

/** How the engine lists the reasons of a partial write; the provider gives one. */
const REASONS = /^\d+ errors? occurred:\n\t\* /;

/** The engine's closing error line, which only repeats the other errors. */
const ENGINE_LAST_WORDS = /^(update|preview|destroy|refresh) (failed|cancell?ed)$/;

/** Printed by the SDK in addition to an error that the engine reports itself; see runtime.ts. */
const PRINTED_BESIDE = /^mixpeek: [A-Z_]+$/;

/** Runs the engine and collects its reports. A failed run is an outcome, not an exception. */
export async function operate(stack: Stack, kind: Kind, options: OperateOptions = {}): Promise<Outcome> {
  const outcome = newOutcome();
  const done = new Set<string>();
  const known = (text: string): string =>
    wrongPassphraseText(text, stack.workspace?.envVars) ?? stateText(text) ?? text;
  const onProvider = (event: ProviderEvent): void => {
    outcome.messages.push(event);
    options.onProvider?.(event);
  };
  if (options.host) options.host.onEvent = onProvider;
  const isEvent = (line: string): boolean => {
    const event = options.host && decodeEvent(line, options.host.marker);
    if (event) onProvider(event);
    return event !== undefined;
  };
  const onEvent = (event: EngineEvent): void => {
    const { resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
    const ended = resOutputsEvent?.metadata;
    if (ended && TRIGGER.test(ended.type)) {
      const name = nameIn(ended.urn);
      const steps = outcome.finished.get(name) ?? new Set();
      outcome.finished.set(name, steps.add(ended.op));
      if (ended.op.startsWith("delete") && ended.old) outcome.deleted.add(ended.old.id);
      if (!FIRST_STEPS.has(ended.op)) options.onDone?.(done.add(name).size, name);
    }
    const failed = resOpFailedEvent?.metadata.new;
    // In such an error, the provider names the trigger: the engine keeps it in the state, with the remaining work.
    if (failed?.initErrors?.length) outcome.partial.add(nameIn(failed.urn));
    if (!diagnosticEvent) return;
    const lines = diagnosticEvent.message
      .replaceAll(/<\{%.*?%\}>/g, "")
      .trim()
      .split("\n")
      .filter((line) => !isEvent(line));
    const raw = lines
      .filter((line) => !PRINTED_BESIDE.test(line))
      .join("\n")
      .replace(REASONS, "");
    const text = pendingText(raw) ?? known(raw);
    if (!text) return;
    if (diagnosticEvent.severity === "error" && !ENGINE_LAST_WORDS.test(text)) outcome.errors.push(text);
    else if (SHOWN.has(diagnosticEvent.severity)) {
      outcome.messages.push({ kind: "engine", text });
    }
  };
  const { signal, target } = options;
  const common = { onEvent, ...(signal ? { signal } : {}), ...(target ? { target } : {}) };
  try {
    const { log } = await import("@pulumi/pulumi");
    await runQuietly(log as { debug: unknown }, async () => {
      if (kind === "up") await stack.up(common);
      // The next `up` finds by name what a killed run was creating. The engine would ask a person.
      else if (kind === "refresh") await stack.refresh({ ...common, clearPendingCreates: true });
      else await stack.destroy({ ...common, ...(options.exclude ? { exclude: options.exclude } : {}) });
    });
  } catch (error) {
    outcome.ok = false;
    const { message } = error as Error;
    const holders = lockHoldersIn(message);
    if (holders) outcome.lockedBy = holders;
    const ended = signal?.aborted ? stoppedBy(signal) : deathOf(error as Error);
    if (ended) outcome.ended = ended;
    else if (outcome.errors.length === 0) {
      outcome.errors.push(known(engineError(message)));
    }
  }
  return outcome;
}

/** Why the engine ended early, for a run that a signal stopped. `signal`: the aborted signal. */
export function stoppedBy(signal: AbortSignal): EngineEnd {
  const { by, atOnce } = interruptionOf(signal)!;
  return { kind: "stopped", by, atOnce: atOnce.aborted };
}

/** What Go prints when a program crashes. */
const CRASH = /^(?:panic|fatal error): (.+)/m;

/** Whether the engine's process ended without its closing error line, judged by the SDK's error for its command. */
function deathOf(error: Error): (EngineEnd & { kind: "died" }) | undefined {
  const { err } = (error as { commandResult?: { err?: { signal?: string } } }).commandResult ?? {};
  if (err?.signal === "SIGKILL")
    return { kind: "died", how: "was killed (SIGKILL, often because of a lack of memory)" };
  if (err?.signal !== undefined) return { kind: "died", how: `was ended by another process (${err.signal})` };
  const [, crash] = CRASH.exec(error.message) ?? [];
  return crash === undefined ? undefined : { kind: "died", how: `crashed (${visible(crash.slice(0, 200))})` };
}

/** `nightly` of `urn:pulumi:prod::search::pulumi-nodejs:dynamic/mixpeek:Trigger::nightly`. */
export const nameIn = (urn: string): string => urn.split("::").slice(3).join("::");

/**
 * The engine's warning about the operations of an interrupted run: Pulumi CLI, `pending operations from previous
 * deployment`.
 */
const PENDING = /\bpending operations? from previous deployment\b/;
const PENDING_OPERATION = /^\s*\* (urn:pulumi:.+), interrupted while (\w+)$/gm;

/**
 * A clearer version of that warning: the original asks the reader to check each operation, but the provider does so
 * itself.
 */
function pendingText(text: string): string | undefined {
  if (!PENDING.test(text)) return undefined;
  const operations = [...text.matchAll(PENDING_OPERATION)].map(([, urn, verb]) => ({
    name: nameIn(urn!),
    verb,
    isOurs: TRIGGER.test(urn!.split("::")[2] ?? ""),
  }));
  if (operations.length === 0 || operations.some(({ isOurs }) => !isOurs)) return undefined;
  const list = [...new Set(operations.map(({ name, verb }) => `${verb} ${name}`))].sort().join(", ");
  return `An earlier run was interrupted while ${list}. This run continues from the live triggers.`;
}

/** Why the engine cannot open or read a stack, as an error with a code. */
export function engineFailure(project: Project, error: Error): Error {
  const holders = lockHoldersIn(error.message);
  if (holders) return new StackLocked(project, holders);
  const start = `cannot open stack "${project.stack}" in ${project.backend.url}`;
  const coded = (code: string, text: string): Error => Object.assign(new Error(text), { code });
  const death = deathOf(error);
  if (death)
    return coded(
      "ENGINE_DIED",
      `${start}: the Pulumi engine ${death.how}. Nothing was changed: run the command again [ENGINE_DIED].`,
    );
  const cause = engineError(error.message);
  const wrong = wrongPassphraseText(cause, project.env);
  if (wrong !== undefined) return coded("PASSPHRASE_WRONG", wrong);
  const advice = storageAdvice(cause);
  const next = advice === undefined ? "" : `. ${advice}, then run again`;
  return coded("ENGINE", `${start}: ${cause}${next} [ENGINE].`);
}

/** How the engine begins an error that contains several, which it then lists. */
const SEVERAL = /^\d+ errors? occurred:$/;
const ONE_OF_SEVERAL = /^(?:\d+\)|\*) (.+)/;
/** Advice for system errors on state files, keyed by Go's wording. */
const STORAGE_ADVICE: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|disk quota exceeded/, "Free space there"],
  [
    /read-only file system|permission denied|operation not permitted/,
    "Check that this user may write there, and that it is not mounted read-only",
  ],
  [/no such file or directory|not a directory/, "Check that the folder exists"],
];

const storageAdvice = (text: string): string | undefined =>
  STORAGE_ADVICE.find(([words]) => words.test(text))?.[1];

/** A failed system call in Go's wording: `open /state/dev.json: permission denied`. */
const FAILED_CALL = /\b(?:open|write|mkdir|rename|remove|chmod|stat|sync) \S+: [a-z][a-z -]+/;
/** Engine errors about state files and their locks. */
const STATE_FILES = /\bsnapshot\b|\.pulumi\/(?:stacks|locks|history|backups)\//;

/** The number of tries, and the wait before the second one in milliseconds. Each further wait is twice as long. */
const READS = { tries: 5, wait: 100 };

/**
 * Repeats a read of a file backend that found an incomplete state: the engine reads without the lock, and another run
 * may be overwriting the file in place.
 */
export async function whenWhole<T>(
  read: () => Promise<T>,
  sleep: (milliseconds: number) => Promise<unknown> = delay,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      const isHalf = isTruncatedState(engineError((error as Error).message));
      if (!isHalf || tries >= READS.tries) throw error;
      await sleep(READS.wait * 2 ** (tries - 1));
    }
  }
}

/** A clearer version of the engine's error if it cannot read or write the state; undefined for other errors. */
export function stateText(text: string): string | undefined {
  if (isTruncatedState(text))
    return `cannot read the state: one of its files is incomplete, possibly because another run is writing it (${text}). Run again; if the error persists, restore that file from a backup [STATE_INCOMPLETE].`;
  const advice = STATE_FILES.test(text) ? storageAdvice(text) : undefined;
  if (advice === undefined) return undefined;
  const [cause = visible(text)] = FAILED_CALL.exec(text) ?? [];
  return `cannot write the state: ${cause}. ${advice}, then run again: changes that were made but are missing from the state are read from the live triggers [STATE_NOT_WRITTEN].`;
}

/** The engine's error, extracted from its whole output. */
export function engineError(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const errors = lines.flatMap((line, index) => {
    if (!line.startsWith("error: ")) return [];
    const error = line.slice("error: ".length);
    return SEVERAL.test(error) ? listedIn(lines.slice(index + 1)) : [error];
  });
  if (errors.length > 0) return [...new Set(errors)].join("\n");
  // The SDK's own number for a failed command is not useful.
  return lines.find((line) => line !== "" && !/^(code:|stdout:$)/.test(line)) ?? "the engine failed";
}

/** The errors of a list, each by its first line. */
function listedIn(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => line.startsWith("error: "));
  const list = end === -1 ? lines : lines.slice(0, end);
  return list.flatMap((line) => ONE_OF_SEVERAL.exec(line)?.[1] ?? []);
}
