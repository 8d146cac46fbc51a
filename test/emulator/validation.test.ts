import { afterEach, describe, expect, test } from "@jest/globals";
import { ACCEPTED, CLUSTER, REFUSED } from "./create-cases";
import { create, cronBody, findings, start, stopAll } from "./harness";

afterEach(stopAll);

describe("create", () => {
  test.each(REFUSED)("%j is rejected at %s: %s", async (change, at, type) => {
    const rig = await start();
    // Two keys are a part of a trigger, which changes a valid one. More keys are a whole body.
    const sent = Object.keys(change).length === 2 ? cronBody(change) : change;
    const answer = await rig.call("POST", "/v1/triggers", sent);
    expect(findings(answer)).toEqual([{ location: `body.${at}`, message: expect.any(String), type }]);
    expect(rig.emulator.triggers("dev")).toEqual([]);
  });

  test.each(ACCEPTED)("%j is accepted", async (change) => {
    const rig = await start();
    expect((await rig.call("POST", "/v1/triggers", cronBody(change))).status).toBe(200);
  });

  test("all errors are reported at once, and an error for an unknown key lists the accepted ones", async () => {
    const rig = await start();
    const found = findings(await rig.call("POST", "/v1/triggers", { action_type: "x", colour: "red" }));
    expect(found.map((one) => [one.location, one.type])).toEqual([
      ["body.action_type", "enum"],
      ["body.action_config", "missing"],
      ["body.trigger_type", "missing"],
      ["body.schedule_config", "missing"],
      ["body.colour", "extra_forbidden"],
    ]);
    expect(found[4]?.message).toBe(
      "Extra inputs are not permitted; accepted keys: action_type, action_config, trigger_type, schedule_config, name, description, status",
    );
    expect(found[0]?.message).toBe(
      "Input should be 'cluster', 'taxonomy_enrichment', 'batch_rerun', 'collection_trigger', 'retriever_execution' or 'alert_evaluation'",
    );
  });
});

describe("update", () => {
  test.each([
    [{ action_config: CLUSTER }, "action_config", "extra_forbidden"],
    [{ action_type: "cluster" }, "action_type", "extra_forbidden"],
    [{ trigger_type: "cron" }, "trigger_type", "extra_forbidden"],
    [{ trigger_id: "x" }, "trigger_id", "extra_forbidden"],
    [{ status: "disabled" }, "status", "enum"],
    [{ status: "failed" }, "status", "enum"],
    [{ name: [] }, "name", "string_type"],
    [{ schedule_config: [] }, "schedule_config", "dict_type"],
    [{ schedule_config: { interval_seconds: 60 } }, "schedule_config.cron_expression", "missing"],
    [{ schedule_config: {} }, "schedule_config.cron_expression", "missing"],
  ])("%j is rejected at %s: %s", async (change, at, type) => {
    const rig = await start();
    const id = await create(rig);
    const answer = await rig.call("PATCH", `/v1/triggers/${id}`, change);
    expect(findings(answer)).toEqual([{ location: `body.${at}`, message: expect.any(String), type }]);
  });

  test("a schedule's references are checked, too", async () => {
    const rig = await start();
    const event = { event_type: "documents_added", event_threshold: 5 };
    const id = await create(rig, { trigger_type: "event", schedule_config: event });
    const change = { schedule_config: { ...event, collection_id: "col_no" } };
    expect((await rig.call("PATCH", `/v1/triggers/${id}`, change)).status).toBe(404);
  });
});

describe("list", () => {
  test.each([
    [{ limit: 0 }, "limit", "greater_than_equal"],
    [{ limit: 1001 }, "limit", "less_than_equal"],
    [{ limit: null }, "limit", "int_type"],
    [{ offset: -1 }, "offset", "greater_than_equal"],
    [{ offset: 1.5 }, "offset", "int_from_float"],
    [{ status: "running" }, "status", "enum"],
    [{ action_type: "x" }, "action_type", "enum"],
    [{ trigger_type: "x" }, "trigger_type", "enum"],
    [{ sort_by: "colour" }, "sort_by", "enum"],
    [{ direction: "up" }, "direction", "enum"],
    [{ name: "nightly" }, "name", "extra_forbidden"],
  ])("%j is rejected at %s: %s", async (asked, at, type) => {
    const rig = await start();
    const answer = await rig.call("POST", "/v1/triggers/list", asked);
    expect(findings(answer)).toEqual([{ location: `body.${at}`, message: expect.any(String), type }]);
  });
});
