import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { definitionsFrom, desiredSet } from "../../../provider/core/definitions/desired-set";
import { Environment } from "../../../provider/core/environments/environment";
import { readSource } from "../../../provider/core/yaml/yaml-source";

const COUNT = 2000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** How many bytes the result of `make` keeps in use. */
function keptBy<T>(make: () => T): { made: T; bytes: number } {
  collect();
  const before = process.memoryUsage().heapUsed;
  const made = make();
  collect();
  return { made, bytes: process.memoryUsage().heapUsed - before };
}

test("a declared trigger uses less than 700 bytes in addition to its definition", () => {
  const entries = Array.from(
    { length: COUNT },
    (_, index) =>
      `  trigger-${index}:\n    action_type: cluster\n    action_config: { cluster_id: clust_${index} }\n    trigger_type: interval\n    schedule_config: { interval_seconds: ${index + 60} }\n`,
  );
  const { source } = readSource("triggers.yaml", `triggers:\n${entries.join("")}`);
  const definitions = definitionsFrom([source!]);
  const environment = new Environment({ namespace: "dev" }, undefined, () => undefined);
  // Runs once first, so that code compiled on first use does not count.
  desiredSet(definitions, environment);
  const { made, bytes } = keptBy(() => desiredSet(definitions, environment));
  expect(made.declarations).toHaveLength(COUNT);
  expect(bytes / COUNT).toBeLessThan(700);
});
