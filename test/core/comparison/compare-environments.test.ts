import { expect, test } from "@jest/globals";
import {
  type ComparedEnvironment,
  compareEnvironments,
} from "../../../provider/core/comparison/compare-environments";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import { nightly, setOf } from "../files";
import { live } from "../samples";

/** An environment, with its live triggers by name. */
function side(environment: string, there: Record<string, Partial<LiveTrigger>>): ComparedEnvironment {
  const named = (name: string, ...lines: string[]): string =>
    nightly(...lines)
      .replace("triggers:\n", "")
      .replace("nightly:", `${name}:`);
  const definitions = `triggers:\n${["same", "moved", "gone", "out"].map((name) => named(name)).join("")}${named("over", 'description: "${var.d}"')}`;
  const { declarations, issues } = setOf({ definitions, environment });
  expect(issues).toEqual([]);
  const all = Object.entries(there).map(([name, change]) =>
    live({
      trigger_id: `trg_${name}`,
      name,
      description: undefined,
      action_config: { cluster_id: "clust_1" },
      ...change,
    } as Partial<LiveTrigger>),
  );
  const view = {
    names: true,
    all: () => all,
    byId: (id: string) => all.find(({ trigger_id }) => trigger_id === id),
    byName: (name: string) => all.filter((each) => each.name === name),
  };
  const triggers = declarations.map(({ trigger }) => ({ ...trigger, namespace: "n" }));
  const plans = planSet(triggers, { namespaces: new Map([["n", view]]), now: new Date(0) }).triggers;
  return { environment, declarations, plans };
}

test("each trigger of each environment is as declared, different live, not live, or absent", () => {
  const dev = side("variables: { d: dev }", {
    same: {},
    moved: {},
    gone: {},
    out: {},
    over: { description: "dev" },
  });
  const prod = side("variables: { d: prod }\nexclude: [out]", {
    same: {},
    moved: { schedule_config: { cron_expression: "0 9 * * *" } },
    over: { description: "prod" },
  });
  expect(compareEnvironments([dev, prod])).toEqual([
    { name: "moved", cells: ["as declared", "differs live"], overridden: [], verdict: "differs live" },
    { name: "gone", cells: ["as declared", "not live"], overridden: [], verdict: "missing" },
    { name: "out", cells: ["as declared", "absent"], overridden: [], verdict: "differs by declaration" },
    {
      name: "over",
      cells: ["as declared", "as declared"],
      overridden: ["description"],
      verdict: "differs by declaration",
    },
    { name: "same", cells: ["as declared", "as declared"], overridden: [], verdict: "same" },
  ]);
});
