import { describe, expect, test } from "@jest/globals";
import { replacedAmong } from "../../../provider/core/plan/adoption";
import type { LiveTrigger } from "../../../provider/core/schema/model";
import { desired, live } from "../samples";

describe("of live triggers with one name, the one that an earlier run replaced", () => {
  const old = live({ trigger_id: "trg_old", action_config: { cluster_id: "clust_old" } });
  const successor = live({ trigger_id: "trg_new" });
  const edited = live({ trigger_id: "trg_edited", schedule_config: { cron_expression: "0 9 * * *" } });
  test.each<[string, LiveTrigger[], recorded: string[], replaced: string[]]>([
    ["is in the state and cannot become the definition", [old, successor], ["trg_old"], ["trg_old"]],
    ["is never one that the state does not contain", [old, successor], [], []],
    ["is not one that is as declared", [old, successor], ["trg_new"], []],
    [
      "is not one that an update makes as declared: a renamed resource keeps it",
      [edited, successor],
      ["trg_edited"],
      [],
    ],
    ["is not the only one: its definition may have changed", [old], ["trg_old"], []],
  ])("%s", (_, candidates, recorded, replaced) => {
    const isRecorded = ({ trigger_id: id }: LiveTrigger) => recorded.includes(id);
    const found = replacedAmong(desired(), candidates, isRecorded);
    expect(found.map(({ trigger_id: id }) => id)).toEqual(replaced);
  });
});
