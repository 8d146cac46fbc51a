import { afterEach, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { World } from "../world";

let world: World;
afterEach(() => world.close());

const declare =
  (hour: number, ignoreChanges: string[], description?: string) => async (): Promise<undefined> => {
    new mixpeek.Trigger(
      "nightly",
      {
        actionType: "cluster",
        actionConfig: { clusterId: "clust_dev_product_clusters" },
        schedule: mixpeek.cron(`0 ${hour} * * *`),
        ...(description === undefined ? {} : { description }),
      },
      { ignoreChanges },
    );
    return undefined;
  };

test.each([[["schedule"]], [["scheduleConfig.cronExpression"]]])(
  "ignoreChanges: %j keeps the schedule, and other changes are applied",
  async (ignored) => {
    world = await World.start();
    expect(await world.up(declare(2, []))).toMatchObject({ ok: true, ops: { nightly: "create" } });
    expect(await world.up(declare(9, ignored))).toMatchObject({
      ok: true,
      ops: { nightly: "same" },
      writes: [],
    });
    expect(await world.up(declare(9, ignored, "moved"))).toMatchObject({
      ok: true,
      ops: { nightly: "update" },
    });
    const schedule_config = { cron_expression: "0 2 * * *" };
    expect(world.live()["nightly"]).toMatchObject({ description: "moved", schedule_config });
    expect(await world.up(declare(9, []))).toMatchObject({ ok: true, ops: { nightly: "update" } });
    expect(world.live()["nightly"]).toMatchObject({ schedule_config: { cron_expression: "0 9 * * *" } });
  },
);
