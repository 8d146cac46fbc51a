import type { Props } from "./engine/engine-model";
import type { Seen, Somebody } from "./world/somebody";

/** How a promise was not kept. */
export type Breach =
  /** Two live triggers for one name, or one that nobody knows. */
  | "duplicated"
  /** Declared and not live, or not in the state. */
  | "lost"
  /** Live and not as declared, though a run said it was done. */
  | "wrong"
  /** Changed though nobody asked for it. */
  | "touched"
  /** Paused or resumed though no definition says so. */
  | "status"
  /** Done though the plan did not show it, or shown and not done. */
  | "unplanned"
  /** Two runs without faults were not enough. */
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

/** Whether a trigger has the name that is declared, in the namespace where it is. */
export const isNamed = (live: Seen, { name, namespace }: Props): boolean =>
  live.name === name && live.namespace === namespace;

export const broken = (breach: Breach, message: string): Broken => new Broken(breach, message);

/** What there is at one moment. */
export interface Sight {
  live: Seen[];
  /** Those that others made. */
  theirs: ReadonlySet<string>;
  /** Which trigger the state has for each of the program's names. */
  ids: ReadonlyMap<string, string>;
  program: ReadonlyMap<string, Props>;
}

/**
 * Nobody's pause is undone, and none is put in its place, but where a definition says so: not even by making a trigger
 * anew. In: before and after a run, and the program that it applied.
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
    // One that others made is adopted as they run it.
    if (status !== undefined || was?.status !== "paused" || !now || before.theirs.has(now.trigger_id))
      continue;
    if (now.status !== "paused")
      throw broken("status", `${urn} was paused by hand and is ${now.status} since it was replaced`);
  }
}

/** What others made is as they made it. */
export function theirsKept(somebody: Somebody): void {
  const touched = somebody.touched();
  if (touched.length > 0) throw broken("touched", `others made ${touched.join(", ")}, which changed`);
}
