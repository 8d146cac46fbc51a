import type { Declaration } from "../definitions/merged-definition";
import { diffTrigger } from "../diff/diff";
import type { TriggerPlan } from "../plan/plan-model";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";

/** One environment: its declarations and its live triggers. */
export interface ComparedEnvironment {
  environment: string;
  declarations: readonly Declaration[];
  /** The plans of its declarations against what is live. */
  plans: readonly TriggerPlan[];
}

export type Cell =
  /** Live, and equal to the declaration. */
  | "as declared"
  /** Live, and different from the declaration: not intended. */
  | "differs live"
  /** Declared, but not live. */
  | "not live"
  /** Excluded from this environment. */
  | "absent";

/** A cell as text and Markdown show it; JSON has the cell itself. */
export const cellText = (cell: Cell): string => (cell === "absent" ? "not declared" : cell);

export interface TriggerComparison {
  name: string;
  cells: Cell[];
  /** Dotted paths where the declaration differs from that of the first environment that has the trigger: intended. */
  overridden: string[];
  /** `same`: the declarations are equal, and each is live as declared. */
  verdict: "same" | "differs by declaration" | "differs live" | "missing";
}

/**
 * Compares environments trigger by trigger. References are compared by name, since their ids always differ between
 * environments. Takes two or more sides. Returns a row for each name; those that differ come first.
 */
export function compareEnvironments(sides: readonly ComparedEnvironment[]): TriggerComparison[] {
  const indexed = sides.map(({ declarations, plans }) => ({
    declared: new Map(declarations.map((each) => [each.name, each])),
    plans: new Map(plans.map((each) => [each.name, each])),
  }));
  const names = [...new Set(indexed.flatMap(({ declared }) => [...declared.keys()]))].sort();
  const rows = names.map((name): TriggerComparison => {
    const declared = indexed.map((side) => side.declared.get(name));
    const cells = indexed.map((side) => cellOf(side.declared.has(name), side.plans.get(name)));
    const [first, ...others] = declared.filter((each) => each !== undefined);
    const overridden = [...new Set(others.flatMap((each) => differences(first!, each)))].sort();
    return { name, cells, overridden, verdict: verdictOf(cells, overridden) };
  });
  return rows.sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

const ORDER: readonly TriggerComparison["verdict"][] = [
  "differs live",
  "missing",
  "differs by declaration",
  "same",
];

function cellOf(declared: boolean, plan: TriggerPlan | undefined): Cell {
  if (!declared) return "absent";
  if (!plan || plan.op === "create") return "not live";
  return plan.op === "none" ? "as declared" : "differs live";
}

function verdictOf(cells: readonly Cell[], overridden: readonly string[]): TriggerComparison["verdict"] {
  if (cells.includes("differs live")) return "differs live";
  if (cells.includes("not live")) return "missing";
  return overridden.length > 0 || cells.includes("absent") ? "differs by declaration" : "same";
}

/** Paths where two declarations of one trigger differ in meaning; the namespace is ignored. */
function differences(a: Declaration, b: Declaration): string[] {
  const twin: LiveTrigger = { ...plain(b), trigger_id: "", namespace_id: "", status: "active", health: {} };
  const paths = diffTrigger(plain(a), undefined, twin, { names: true }).map(({ path }) => path.join("."));
  return a.trigger.status === b.trigger.status ? paths : [...paths, "status"];
}

const plain = ({ trigger }: Declaration): DesiredTrigger => ({ ...trigger, namespace: "" });
