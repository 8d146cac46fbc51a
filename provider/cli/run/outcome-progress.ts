import type { WriteLog, WriteState } from "../../api/write-log";
import { visible } from "../../core/json/safe-text";
import type { PlannedCall, SetPlan, TriggerPlan } from "../../core/plan/plan-model";
import { callText, type Progress } from "../../core/report/progress";
import type { JsonObject } from "../../core/schema/model";
import { type EngineEnd, messageText, type Outcome } from "../stack/engine-run";

export const progressJson = (progress: Progress): JsonObject =>
  progress.state === "in part"
    ? {
        progress: progress.state,
        done: progress.done.map(callText),
        not_done: progress.undone.map(callText),
      }
    : { progress: progress.state };

/** What the engine reported for the resource: see {@link Outcome}. */
export function progressOf(trigger: TriggerPlan, outcome: Outcome): Progress {
  const { ok, finished, deleted, partial } = outcome;
  const { resource, op, calls, triggerId = "" } = trigger;
  if (op === "none" || op === "conflict") return { state: "done" };
  const isDeleted = deleted.has(triggerId);
  // If the engine reports success, it completed all steps that it started.
  if (ok) return { state: isDeleted || finished.has(resource) ? "done" : "not applied" };
  if (isCutOff(outcome)) return cutOffProgress(trigger, outcome);
  if (op === "delete" || op === "forget") return { state: isDeleted ? "done" : "not applied" };
  const own = calls.filter((call) => call.op !== "delete");
  const after = (count: number): Progress => ({
    state: "in part",
    done: calls.slice(0, count),
    undone: calls.slice(count),
  });
  // There are at most two writes, and one was made.
  if (partial.has(resource)) return after(1);
  // The delete of a trigger that an earlier run replaced is a step on the same resource.
  const steps = [...(finished.get(resource) ?? [])].filter((step) => !step.startsWith("delete"));
  if (steps.length === 0) return { state: "not applied" };
  return op === "replace" && !isDeleted ? after(own.length) : { state: "done" };
}

/** Whether the engine ended without reporting the changes in progress. */
const isCutOff = ({ ended }: Outcome): boolean =>
  ended?.kind === "died" || (ended?.kind === "stopped" && ended.atOnce);

/** From the engine's reports up to where they end, then from the provider's log of its writes. */
function cutOffProgress(trigger: TriggerPlan, { finished, deleted, writes }: Outcome): Progress {
  const { resource, op, calls, triggerId = "" } = trigger;
  const isFinished = op === "delete" || op === "replace" ? deleted.has(triggerId) : finished.has(resource);
  if (isFinished) return { state: "done" };
  if (calls.length === 0) return { state: "not applied" };
  if (!writes) return { state: "unknown" };
  const states = calls.map((call) => writeStateOf(trigger, call, writes));
  if (states.some((state) => state === "sent" || state === "unclear")) return { state: "unknown" };
  const after = states.findIndex((state) => state !== "acknowledged");
  if (after < 0) return { state: "done" };
  return after === 0
    ? { state: "not applied" }
    : { state: "in part", done: calls.slice(0, after), undone: calls.slice(after) };
}

function writeStateOf(trigger: TriggerPlan, call: PlannedCall, writes: WriteLog): WriteState | undefined {
  const { namespace, leaves = namespace, triggerId = "" } = trigger;
  const created = (body: JsonObject): WriteState | undefined => {
    // An API without names does not receive one: the log then has its description or its action type.
    const names = [body["name"], body["description"], body["action_type"]].map(String);
    const found = names.map((name) => writes.stateOf({ op: "create", namespace, trigger: name }));
    return found.find((state) => state !== undefined);
  };
  switch (call.op) {
    case "create":
      return created(call.body);
    case "revive":
      return created(call.body) ?? writes.stateOf({ op: "resume", namespace, trigger: triggerId });
    case "delete":
      return writes.stateOf({ op: "delete", namespace: leaves, trigger: call.triggerId });
    default:
      return writes.stateOf({ op: call.op, namespace, trigger: call.triggerId ?? triggerId });
  }
}

const MOST_NAMES = 5;

/**
 * How to continue. Not a command to copy: without the same options (`--target`, `--definitions`, `--fix`), another run
 * would change more than this one.
 */
const CONTINUE = "Run the same command again: it reads the live triggers and makes the remaining changes";
/** A saved plan is applied in part at most once: its triggers are no longer as they were. */
const CONTINUE_PLAN = "Save a plan of the remaining changes with `preview --out FILE`, and apply that";

/** Why a run ended early, what is unfinished and what to do next. `isSavedPlan`: whether it applied a saved plan. */
export function endedText(ended: EngineEnd, plan: SetPlan, outcome: Outcome, isSavedPlan: boolean): string {
  const changes = plan.triggers.filter(({ op }) => op !== "none" && op !== "conflict");
  const those = (state: Progress["state"]): TriggerPlan[] =>
    changes.filter((trigger) => progressOf(trigger, outcome).state === state);
  const unknown = those("unknown");
  const names = unknown.slice(0, MOST_NAMES).map(({ name }) => visible(name));
  const more = unknown.length > MOST_NAMES ? ` and ${unknown.length - MOST_NAMES} more` : "";
  const counts: [count: number, what: string][] = [
    [those("in part").length, "done in part"],
    [unknown.length, `with an unknown outcome (${names.join(", ")}${more})`],
    [those("not applied").length, "not started"],
  ];
  const rest = counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  const found = [`${those("done").length} of ${changes.length} changes done`, ...rest].join(", ");
  if (rest.length === 0 && !isCutOff(outcome))
    return `${whyEnded(ended)}: ${found}, nothing is left to do [${codeOf(ended)}].`;
  const state = isCutOff(outcome) ? "Changes that are done may be missing from the state. " : "";
  return `${whyEnded(ended)}: ${found}. ${state}${isSavedPlan ? CONTINUE_PLAN : CONTINUE} [${codeOf(ended)}].`;
}

/** The same for a read-only run. */
export const readEndedText = (ended: EngineEnd): string =>
  `${whyEnded(ended)}: no trigger was changed. Run the same command again [${codeOf(ended)}].`;

const codeOf = ({ kind }: EngineEnd): string => (kind === "died" ? "ENGINE_DIED" : "INTERRUPTED");

function whyEnded(ended: EngineEnd): string {
  if (ended.kind === "died") return `the Pulumi engine ${ended.how} before the run was complete`;
  const what = ended.by === "SIGINT" ? "Ctrl-C (SIGINT)" : ended.by;
  return ended.atOnce
    ? `Stopped at once by a second ${what}, without waiting for the changes in progress`
    : `Stopped by ${what} after the changes in progress were complete`;
}

/** The triggers that a successful engine run skipped. */
export function skippedText(triggers: readonly TriggerPlan[]): string {
  const names = triggers.map(({ name }) => visible(name)).join(", ");
  return `cannot apply the whole plan: the Pulumi engine ended without an error before it reached ${names}. Run the command again; if it happens again, report it [NOT_APPLIED].`;
}

/** How many triggers a refresh read, and how many it dropped from the state because they are gone. */
export interface RefreshCounts {
  read: number;
  forget: number;
}

export function refreshCounts({ finished }: Outcome): RefreshCounts {
  const count = (...names: string[]): number =>
    names.reduce((sum, name) => sum + [...finished.values()].filter((ops) => ops.has(name)).length, 0);
  return { read: count("refresh", "same", "update"), forget: count("delete", "discard") };
}

export const refreshedText = ({ read, forget }: RefreshCounts): string =>
  [`${read} read`, ...(forget > 0 ? [`${forget} removed from the state`] : [])].join(", ");

/** What was reported in addition to the plan, which the command shows itself. Waits are over and are left out. */
export const messagesOf = ({ messages }: Outcome): string[] => [
  ...new Set(
    messages.filter(({ kind }) => kind !== "wait").flatMap((message) => messageText(message).split("\n")),
  ),
];
