import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { appliedOf, readState } from "../../../provider/core/diff/trigger-state";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../../provider/core/schema/model";

const DATA = resolve(__dirname, "../../data");

interface Kept {
  desired: DesiredTrigger;
  live: LiveTrigger;
  state: JsonObject;
}

// One file for each release that wrote states. A file never changes, because users' states do not change either.
describe.each(readdirSync(DATA).filter((name) => name.startsWith("states-")))("%s", (name) => {
  const kept = JSON.parse(readFileSync(join(DATA, name), "utf8")) as Kept[];

  test.each(kept.map((each) => [each.desired.action_type, each.desired.trigger_type, each] as const))(
    "%s with %s plans empty, and a refresh changes nothing",
    (_action, _schedule, { desired, live, state }) => {
      expect(planOwned(desired, appliedOf(state), live, { names: true })).toEqual({
        op: "none",
        changes: [],
        calls: [],
        reports: [],
      });
      const read = readState(state, live, { names: true });
      expect(read.changes).toEqual([]);
      expect(read.state).toEqual(state);
      expect(read.inputs).toEqual(desired);
    },
  );
});
