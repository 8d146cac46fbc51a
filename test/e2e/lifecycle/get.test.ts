import { afterEach, expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import * as mixpeek from "../../../provider";
import { stackState } from "../../../provider/cli/stack/stack-state";
import { nightly } from "../definitions";
import { KEY } from "../key";
import { World } from "../world";

let world: World;
afterEach(() => world.close());

/** A trigger that another client created, with a webhook's address in it. */
async function create(): Promise<string> {
  const answer = await fetch(`${world.emulator.url}/v1/triggers`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "x-namespace": "prod", "content-type": "application/json" },
    body: JSON.stringify({
      name: "shared",
      action_type: "retriever_execution",
      action_config: {
        retriever_id: "ret_prod_product_search",
        notification_config: {
          channels: [{ channel_type: "slack", config: { webhook_url: "https://hooks.example.com/CANARY" } }],
        },
      },
      trigger_type: "cron",
      schedule_config: { cron_expression: "0 2 * * *" },
    }),
  });
  return ((await answer.json()) as { trigger_id: string }).trigger_id;
}

test("Trigger.get reads a trigger without ever changing it, and stores none of its configs in the state", async () => {
  world = await World.start();
  const id = await create();
  let seen: Record<string, string | undefined> = {};
  const program = (triggerId: string) => async () => {
    await nightly()();
    const shared = mixpeek.Trigger.get("shared", triggerId, { namespace: "prod" });
    for (const key of ["name", "status", "namespaceId", "triggerId"] as const)
      (shared[key] as pulumi.Output<string>).apply((value) => {
        seen[key] = value;
      });
  };
  const expected = { name: "shared", status: "active", namespaceId: "ns_prod", triggerId: id };
  expect(await world.preview(program(id))).toMatchObject({ ok: true, writes: [], ops: { shared: "read" } });
  expect(seen).toEqual(expected);
  const first = await world.up(program(id));
  expect(first).toMatchObject({ ok: true, writes: ["POST /v1/triggers"] });
  world.emulator.edit("prod", "shared", { status: "paused" });
  seen = {};
  const second = await world.up(program(id));
  expect(second).toMatchObject({ ok: true, writes: [] });
  expect(seen).toEqual({ ...expected, status: "paused" });
  const refreshed = await world.refresh();
  expect(refreshed).toMatchObject({ ok: true, writes: [] });
  for (const text of [world.state().text, first.output, second.output, refreshed.output])
    expect(text).not.toContain("CANARY");

  // It belongs to a program: no command may treat it as declared by definitions.
  expect(stackState(JSON.parse(world.state().text).checkpoint.latest)).toMatchObject({
    triggers: [{ resource: "nightly" }],
    programs: [],
    foreign: ["pulumi-nodejs:dynamic/mixpeek:Trigger shared"],
  });

  const missing = await world.preview(program("trg_none"));
  expect(missing).toMatchObject({ ok: false, writes: [] });
  expect(missing.output).toContain(
    'cannot read trigger "trg_none" in namespace "prod": it does not exist. Check the id and the namespace [TRIGGER_NOT_FOUND].',
  );
  expect(missing.output).not.toMatch(/INTERNAL|\n\s+at /);
  world.emulator.remove("prod", "shared");
  expect(await world.refresh()).toMatchObject({ ok: true, writes: [] });
  expect(Object.keys(world.state().triggers)).toEqual(["nightly"]);
});
