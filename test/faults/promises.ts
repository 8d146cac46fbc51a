import type { Props } from "./engine/engine-model";
import type { Seen, Somebody } from "./world/somebody";

/** How a promise was broken. */
export type Breach =
  /** Two live triggers for one name, or a live trigger that is in no state. */
  | "duplicated"
  /** Declared, but not live or not in the state. */
  | "lost"
  /** Live but not as declared, although a run reported success. */
  | "wrong"
  /** Changed without a request to do so. */
  | "touched"
  /** Paused or resumed although no definition says so. */
  | "status"
  /** Done although the plan did not show it, or shown but not done. */
  | "unplanned"
  /** Not as declared after two runs without faults. */
  | "unsettled"
  /** Still live after a destroy. */
  | "leaked";

export class Broken extends Error {
  constructor(
    readonly breach: Breach,
    message: string,
  ) {
    super(`${breach}: ${message}`);
  }
}

/** Whether a trigger has the declared name, in its namespace. */
export const isNamed = (live: Seen, { name, namespace }: Props): boolean =>
  live.name === name && live.namespace === namespace;

export const broken = (breach: Breach, message: string): Broken => new Broken(breach, message);

/** What exists at one time. */
export interface Sight {
  live: Seen[];
  /** The triggers that others created. */
  theirs: ReadonlySet<string>;
  /** By resource name: the trigger's id in the state. */
  ids: ReadonlyMap<string, string>;
  program: ReadonlyMap<string, Props>;
}

/**
 * No pause is undone or added unless a definition says so, not even by recreating a trigger. In: before and after a
 * run, and the applied program.
 */
export function statusKept(before: Sight, after: Sight, program: Sight["program"]): void {
  const then = new Map(before.live.map((trigger) => [trigger.trigger_id, trigger]));
  for (const now of after.live) {
    const was = then.get(now.trigger_id);
    if (!was || was.status === now.status) continue;
    const asked = [...program].some(
      ([urn, props]) =>
        props["status"] === now.status &&
        (isNamed(was, props) ||
          props["adopt"] === now.trigger_id ||
          [before.ids.get(urn), after.ids.get(urn)].includes(now.trigger_id)),
    );
    if (!asked)
      throw broken("status", `${now.name} was ${was.status} and is ${now.status}, which nobody declared`);
  }
  for (const [urn, { status }] of program) {
    const was = then.get(before.ids.get(urn) ?? "");
    const now = after.live.find(({ trigger_id: id }) => id === after.ids.get(urn));
    // A trigger that others created is adopted with their status.
    if (status !== undefined || was?.status !== "paused" || !now || before.theirs.has(now.trigger_id))
      continue;
    if (now.status !== "paused")
      throw broken("status", `${urn} was paused by hand and is ${now.status} since it was replaced`);
  }
}

/** Others' triggers are as they created them. */
export function theirsKept(somebody: Somebody): void {
  const touched = somebody.touched();
  if (touched.length > 0) throw broken("touched", `others made ${touched.join(", ")}, which changed`);
}
