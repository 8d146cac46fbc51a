import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../provider/emulator";
import { type Case, casesOf } from "./request-cases";
import { CONTRACT, has, keysOf, type Model, sampleModel, type Version } from "./table";

const HEADERS = {
  authorization: "Bearer sk_contract",
  "x-namespace": "dev",
  "content-type": "application/json",
};
const CLUSTER = { action_type: "cluster", action_config: { cluster_id: "clust_dev_product_clusters" } };
const CRON = { trigger_type: "cron", schedule_config: { cron_expression: "0 2 * * *" } };

/** A model, the call that accepts it, and its place in the body. */
interface Place {
  name: string;
  model: Model;
  call: "POST /v1/triggers" | "POST /v1/triggers/list" | "PATCH /v1/triggers/{trigger_id}";
  at: string;
  body(value: Record<string, unknown>): Record<string, unknown>;
}

function places(version: Version): Place[] {
  const { CreateTrigger, UpdateTrigger, ListTriggers } = CONTRACT.requests;
  const part = (
    models: Record<string, Model>,
    key: string,
    whole: (type: string, value: object) => Record<string, unknown>,
  ) =>
    Object.entries(models)
      .filter(([, { since }]) => has(version, since))
      .map(([name, model]): Place => {
        const body = (value: object) => whole(name, value);
        return { name, model: checked(model, version, key), call: "POST /v1/triggers", at: key, body };
      });
  // Configs are checked by type, so an empty one would not be a valid sample.
  const filled = (value: Record<string, unknown>): Record<string, unknown> => {
    const models = { action: CONTRACT.actions, schedule: CONTRACT.schedules };
    const types = {
      action: value["action_type"] ?? "cluster",
      schedule: value["trigger_type"] ?? "cron",
    };
    const configs = (["action", "schedule"] as const).flatMap((half) => {
      const model = models[half][String(types[half])] ?? models[half]["cluster"];
      const key = `${half}_config`;
      return model && JSON.stringify(value[key]) === "{}" ? [[key, sampleModel(model, version)]] : [];
    });
    return { ...value, ...Object.fromEntries(configs) };
  };
  return [
    { name: "CreateTrigger", model: CreateTrigger, call: "POST /v1/triggers", at: "", body: filled },
    {
      name: "UpdateTrigger",
      model: UpdateTrigger,
      call: "PATCH /v1/triggers/{trigger_id}",
      at: "",
      body: filled,
    },
    {
      name: "ListTriggers",
      model: ListTriggers,
      call: "POST /v1/triggers/list",
      at: "",
      body: (value) => value,
    },
    ...part(CONTRACT.actions, "action_config", (type, value) => ({
      ...CRON,
      action_type: type,
      action_config: value,
    })),
    ...part(CONTRACT.schedules, "schedule_config", (type, value) => ({
      ...CLUSTER,
      trigger_type: type,
      schedule_config: value,
    })),
  ];
}

/** What a version checks in a model. For an action, 0.81 checks only the required ids. */
function checked(model: Model, version: Version, key: string): Model {
  if (version === "2026-10" || key === "schedule_config") return model;
  const required = keysOf(model, version).filter(([, { required }]) => required);
  return { ...model, keys: Object.fromEntries(required) };
}

describe.each(["2026-10", "0.81"] as const)("the emulator of %s follows the contract", (version) => {
  let emulator: Emulator;
  let trigger: string;

  async function send(method: string, path: string, body: unknown) {
    const response = await fetch(emulator.url + path, {
      method,
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  beforeAll(async () => {
    emulator = await startEmulator({ api: version });
    trigger = (await send("POST", "/v1/triggers", { ...CLUSTER, ...CRON })).body.trigger_id;
  });
  afterAll(() => emulator.close());

  /** Where and why a body is rejected, in either format of a 422. */
  function findings(body: Record<string, unknown>): { at: string; type: string }[] {
    if (version === "0.81") {
      const items = body["detail"] as { loc: (string | number)[]; type: string }[];
      return items.map(({ loc, type }) => ({ at: loc.slice(1).join("."), type }));
    }
    const error = body["error"] as {
      details: { validation_errors: { location: string; type: string }[] };
    };
    return error.details.validation_errors.map(({ location, type }) => ({
      at: location.replace(/^body\.?/, ""),
      type,
    }));
  }

  const cases = places(version).flatMap((place) =>
    casesOf(place.model, version).map((one): [string, Place, Case] => [
      `${place.name}: ${one.what}`,
      place,
      one,
    ]),
  );

  test.each(cases)("%s", async (_name, { call, at, body }, { value, refusal }) => {
    const [method, template] = call.split(" ") as [string, string];
    const answer = await send(method, template.replace("{trigger_id}", trigger), body(value));
    if (refusal === undefined) {
      expect(answer).toEqual({ status: 200 + (isOlderCreate(call) ? 1 : 0), body: expect.anything() });
      return;
    }
    const place = [at, refusal.at].filter(Boolean).join(".");
    expect(answer.status).toBe(422);
    expect(findings(answer.body)).toEqual([{ at: place, type: refusal.type ?? expect.any(String) }]);
  });
  const isOlderCreate = (call: string): boolean => call === "POST /v1/triggers" && version === "0.81";

  test("a documented default is stored if the key is absent", async () => {
    for (const { name, model, call, at, body } of places(version)) {
      if (call !== "POST /v1/triggers" || at === "") continue;
      const sent = sampleModel(model, version);
      const { body: made } = await send("POST", "/v1/triggers", body(sent));
      const whole = { ...CONTRACT.actions, ...CONTRACT.schedules }[name]!;
      const defaults = keysOf(whole, version).flatMap(([key, one]) =>
        one.default === undefined ? [] : [[key, one.default]],
      );
      expect({ name, config: made[at] }).toEqual({
        name,
        config: { ...sent, ...Object.fromEntries(defaults) },
      });
    }
  });
});
