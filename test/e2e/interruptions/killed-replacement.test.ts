import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as mixpeek from "../../../provider";
import { KEY } from "../key";
import { World } from "../world";

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const OLD = "clust_dev_product_clusters";
const NEW = "clust_dev_customer_segments";
const on = (clusterId: string) => async (): Promise<void> => {
  new mixpeek.Trigger("nightly", {
    actionType: "cluster",
    actionConfig: { clusterId },
    schedule: mixpeek.cron("0 2 * * *"),
  });
};

/**
 * As an engine leaves the state if it is killed after another resource was saved: the mark is saved, the successor is
 * not.
 */
function markReplaced(): void {
  const file = join(world.folder, "state", ".pulumi", "stacks", "e2e", "test.json");
  const state = JSON.parse(readFileSync(file, "utf8"));
  for (const resource of state.checkpoint.latest.resources)
    if (resource.urn.endsWith("::nightly")) resource.delete = true;
  writeFileSync(file, JSON.stringify(state));
}

async function createOutside(clusterId: string, more: object = {}): Promise<string> {
  const answer = await fetch(`${world.emulator.url}/v1/triggers`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "x-namespace": "dev", "content-type": "application/json" },
    body: JSON.stringify({
      name: "nightly",
      action_type: "cluster",
      action_config: { cluster_id: clusterId },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
      ...more,
    }),
  });
  return String(((await answer.json()) as { trigger_id: string }).trigger_id);
}

test("a trigger whose successor a killed run did not record: `pulumi up` names the command that continues, and it does", async () => {
  expect(await world.up(on(OLD))).toMatchObject({ ok: true });
  const { trigger_id: old } = world.live()["nightly"]!;
  const successor = await createOutside(NEW);
  markReplaced();

  const stopped = await world.up(on(NEW));
  expect(stopped).toMatchObject({ ok: false, writes: [] });
  expect(stopped.output).toContain(
    "run `pulumi up --refresh`, which reads from the state which one to delete.",
  );

  const preview = await world.preview(on(NEW), { refresh: true });
  expect(preview).toMatchObject({ ok: true, writes: [] });
  expect(preview.output).toContain(`nightly: ${successor} is live under this name`);
  const done = await world.up(on(NEW), { refresh: true });
  expect(done).toMatchObject({ ok: true, writes: [`DELETE /v1/triggers/${old}`] });
  expect(world.state().triggers["nightly"]).toMatchObject({ id: successor });
  expect(await world.up(on(NEW))).toMatchObject({ ok: true, writes: [] });
});
