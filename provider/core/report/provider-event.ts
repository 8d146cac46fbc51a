import type { FieldChange } from "../diff/diff";
import type { PlanNote } from "../diff/plan-types";
import { isHidden, visible } from "../json/safe-text";
import { changeLine, reportLine } from "../plan/explain";

/** Something that the provider finds while the engine runs: data for a command, a diagnostic under `pulumi up`. */
export type ProviderEvent =
  /** All requests wait for the API's rate limit. */
  | { kind: "wait"; seconds: number; reason: string }
  /** A live field differs from the desired one. */
  | { kind: "change"; trigger: string; change: FieldChange }
  | { kind: "report"; trigger: string; report: PlanNote }
  /** What a plan means in time, as a sentence. */
  | { kind: "schedule"; trigger: string; meaning: string }
  /** A refresh found it deleted. `predecessors`: replaced triggers that are still live, so that the state keeps it. */
  | { kind: "deleted outside"; trigger: string; predecessors?: readonly string[] }
  /** Not deleted, since another resource of the program holds it. */
  | { kind: "held by another"; trigger: string; triggerId: string }
  /** The service allowed a disabled trigger to be resumed, so it is not created again. */
  | { kind: "resumed"; trigger: string; triggerId: string }
  /** The engine started a process for the provider, though the command serves it. The process has done nothing. */
  | { kind: "not attached" };

/** The events of a plan: differences first, then what is not changed. */
export function planEvents(
  trigger: string,
  plan: { changes: readonly FieldChange[]; reports: readonly PlanNote[] },
): ProviderEvent[] {
  return [
    ...plan.changes.map((change) => ({ kind: "change" as const, trigger, change })),
    ...plan.reports.map((report) => ({ kind: "report" as const, trigger, report })),
  ];
}

/** An event as one line that is safe to print. */
export function eventText(event: ProviderEvent): string {
  switch (event.kind) {
    case "wait":
      return visible(`waiting ${Math.ceil(event.seconds)} s: ${event.reason}`);
    case "change":
      return changeLine(event.trigger, event.change);
    case "report":
      return reportLine(event.trigger, event.report);
    case "not attached":
      return "the engine started a separate process for the provider instead of connecting to the one in the command's process";
    default:
      return visible(`${event.trigger}: ${textOf(event)}`);
  }
}

function textOf(
  event: Exclude<ProviderEvent, { kind: "wait" | "change" | "report" | "not attached" }>,
): string {
  switch (event.kind) {
    case "schedule":
      return event.meaning;
    case "deleted outside":
      // If the state dropped it, the remaining trigger with its name would no longer count as our own.
      return event.predecessors
        ? `deleted outside Pulumi, kept in the state until the next \`up\` has deleted ${event.predecessors.join(" and ")}, which it replaced`
        : "deleted outside Pulumi, removed from the state";
    case "held by another":
      return `${event.triggerId} is kept: another resource of this program manages it now`;
    case "resumed":
      return `${event.triggerId} is resumed`;
  }
}

/** The event without secret values, since the channel to the command may be logged. */
export function maskedEvent(event: ProviderEvent): ProviderEvent {
  if (event.kind !== "change" || !event.change.secret) return event;
  const { live, desired, applied: _, ...rest } = event.change;
  const mask = <T>(value: T): T | string => (isHidden(value, true) ? "[secret]" : value);
  return { ...event, change: { ...rest, live: mask(live), desired: mask(desired) } };
}
