import type { Definitions } from "./declared";
import { broken, isNamed, type Sight } from "./promises";
import { type Seen, shortly } from "./world/somebody";

/** How a run says that a definition cannot be applied until somebody decides. */
export const CONFLICT =
  /\[(NAME_TAKEN|NAME_AMBIGUOUS|ADOPT_NEEDS_REPLACE|ADOPT_NOT_FOUND|ADOPT_TAKEN|TRIGGER_OWNED)\]/;

/** What is known when somebody decides. */
export interface Refusal {
  /** `t0: cannot create … [NAME_TAKEN].` */
  error: string;
  sight: Sight;
  /** Of each id in the state, whether it waits to be deleted. */
  known: ReadonlyMap<string, boolean>;
  /** What runs cut short have left. */
  strays: ReadonlySet<string>;
  /** What another definition took over by its id in the very run that refused one for it: excused once. */
  takenOver: Set<string>;
}

/** What somebody decides: to take these away, or to adopt nothing. */
export type Decision = { away: Seen[] } | { adoptNoMore: string };

/**
 * Somebody takes away what stands in the way of a definition that a run refused, and nothing else: what is there twice
 * must show. What is in the way is another's, or one that a run cut short has left, and of those only one. Where the
 * definition adopts by id, it does so no more.
 */
export function decide(
  { error, sight, known, strays, takenOver }: Refusal,
  definitions: Definitions,
): Decision {
  const urn = error.slice(0, error.indexOf(":"));
  const code = CONFLICT.exec(error)![1]!;
  const refused = sight.program.get(urn)!;
  const { adopt } = definitions.declared.get(urn)!.definition;
  if (typeof adopt === "string") {
    if (sight.ids.get(urn) === adopt) throw broken("unsettled", `it was adopted already: ${error}`);
    const isThere = sight.live.some(
      (each) => each.trigger_id === adopt && each.namespace === refused["namespace"],
    );
    const isFree = isThere && !known.has(adopt);
    // One that another definition holds may have been free still when this one was refused for what differs.
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
    // The next run sees it as the other's.
    takenOver.add(taken);
  }
  if (left.length > 1 || !left.every(({ trigger_id: id }) => strays.has(id)))
    throw broken("duplicated", left.map(shortly).join(", "));
  return { away };
}
