import type { Declaration } from "../definitions/merged-definition";
import { diffTrigger } from "../diff/diff";
import type { TriggerPlan } from "../plan/trigger-plan";
import type { DesiredTrigger, LiveTrigger } from "../schema/model";

/** One environment as it is declared and as it is live. */
export interface ComparedEnvironment {
  environment: string;
  declarations: readonly Declaration[];
  /** Of its declarations, against what is live. */
  plans: readonly TriggerPlan[];
}

export type Cell =
  /** Live as declared. */
  | "as declared"
  /** Live, and not as declared: not intended. */
  | "differs live"
  /** Declared, and not live. */
  | "not live"
  /** Not declared here: excluded. */
  | "absent";

export interface TriggerComparison {
  name: string;
  cells: Cell[];
  /** Dotted paths in which the declarations differ from the first that has the trigger: intended. */
  overridden: string[];
  /** same: everywhere as declared, and declared alike. */
  verdict: "same" | "differs by declaration" | "differs live" | "missing";
}

/**
 * Compares environments trigger by trigger. References are compared by name: other ids behind one name are what environments are
 * for. In: two sides or more. Out: a row for each name, those that are not the same first.
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

/** Paths in which two declarations of one trigger differ in meaning, the namespace aside. */
function differences(a: Declaration, b: Declaration): string[] {
  const twin: LiveTrigger = { ...plain(b), trigger_id: "", namespace_id: "", status: "active", health: {} };
  const paths = diffTrigger(plain(a), undefined, twin, { names: true }).map(({ path }) => path.join("."));
  return a.trigger.status === b.trigger.status ? paths : [...paths, "status"];
}

const plain = ({ trigger }: Declaration): DesiredTrigger => ({ ...trigger, namespace: "" });
