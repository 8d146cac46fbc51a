import type { Definitions } from "./declared";
import { broken, isNamed, type Sight } from "./promises";
import { type Seen, shortly } from "./world/somebody";

/** The error of a definition that cannot be applied until somebody decides. */
export const CONFLICT =
  /\[(NAME_TAKEN|NAME_AMBIGUOUS|ADOPT_NEEDS_REPLACE|ADOPT_NOT_FOUND|ADOPT_TAKEN|TRIGGER_OWNED)\]/;

/** What is known at the decision. */
export interface Refusal {
  /** `t0: cannot create … [NAME_TAKEN].` */
  error: string;
  sight: Sight;
  /** By id in the state: whether the trigger waits to be deleted. */
  known: ReadonlyMap<string, boolean>;
  /** What interrupted runs have left. */
  strays: ReadonlySet<string>;
  /**
   * What another definition took over by its id in the run that rejected another definition because of it. Excused
   * once.
   */
  takenOver: Set<string>;
}

/** The decision: remove these triggers, or do not adopt. */
export type Decision = { away: Seen[] } | { adoptNoMore: string };

/**
 * Somebody removes what blocks a rejected definition, and nothing else: duplicates must stay visible. What blocks it
 * belongs to others, or was left by an interrupted run, and of those there is only one. A definition that adopts by id
 * stops doing so.
 */
export function decide(
  { error, sight, known, strays, takenOver }: Refusal,
  definitions: Definitions,
): Decision {
  const urn = error.slice(0, error.indexOf(":"));
  const code = CONFLICT.exec(error)![1]!;
  const refused = sight.program.get(urn)!;
  const { adopt } = definitions.declared.get(urn)!.definition;
  const isThere = sight.live.some(
    (each) => each.trigger_id === adopt && each.namespace === refused["namespace"],
  );
  const isHeld = sight.ids.get(urn) === adopt;
  if (isHeld && isThere) throw broken("unsettled", `it was adopted already: ${error}`);
  // A trigger that was adopted and then deleted by somebody is created again, like any other: its name may be taken.
  if (typeof adopt === "string" && !isHeld) {
    const isFree = isThere && !known.has(adopt);
    // A trigger that another definition holds may still have been free when this definition was rejected for different
    // content.
    if (code === "ADOPT_NOT_FOUND" ? isFree : !isThere) throw broken("unsettled", `it is not so: ${error}`);
    return { adoptNoMore: urn };
  }
  const away = sight.live.filter((each) => isNamed(each, refused) && known.get(each.trigger_id) !== false);
  const pending = away.find(({ trigger_id: id }) => known.has(id));
  const left = away.filter(({ trigger_id: id }) => !sight.theirs.has(id));
  if (pending) throw broken("unsettled", `its own ${shortly(pending)} is in the way: ${error}`);
  if (away.length === 0) {
    const taken = [...known.keys()].find((id) => error.includes(id) && !takenOver.has(id));
    if (taken === undefined) throw broken("unsettled", `nothing is in the way: ${error}`);
    // The next run sees it as the other definition's.
    takenOver.add(taken);
  }
  if (left.length > 1 || !left.every(({ trigger_id: id }) => strays.has(id)))
    throw broken("duplicated", left.map(shortly).join(", "));
  return { away };
}
