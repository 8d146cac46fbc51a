import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import type { ApiVersion } from "../../provider/emulator";
import { type Answer, type Body, cronBody, type Rig, start, stopAll } from "./harness";

afterEach(stopAll);

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is walked by path
type Json = any;
const TRIGGER = "shared__triggers__models__TriggerModel";
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
const NAIVE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/;

/** The official OpenAPI 0.81, for 2026-10 with exactly what that version is known to add. */
function officialApi(api: ApiVersion): Json {
  const openapi = JSON.parse(readFileSync(join(__dirname, "../data/openapi-0.81.json"), "utf8"));
  const { schemas } = openapi.components;
  // Strict in what an answer may hold beyond the official text: a key nobody declared fails.
  schemas[TRIGGER].additionalProperties = false;
  schemas[TRIGGER].required = Object.keys(schemas[TRIGGER].properties);
  if (api === "2026-10") {
    schemas.TriggerActionType.enum.push("retriever_execution", "alert_evaluation");
    schemas.TaskType.enum.push("api_retrievers_execute");
    schemas[TRIGGER].required.push("is_overdue", "name", "last_volume_measurement");
    Object.assign(schemas[TRIGGER].properties, {
      name: { type: ["string", "null"] },
      is_overdue: { type: "boolean" },
      last_volume_measurement: { anyOf: [{ type: "object" }, { type: "null" }] },
    });
    const { post } = openapi.paths["/v1/triggers"];
    post.responses["200"] = post.responses["201"];
    delete post.responses["201"];
    for (const path of Object.values<Json>(openapi.paths)) {
      for (const { responses } of Object.values<Json>(path)) responses["422"] = responses["400"];
    }
    openapi.paths["/v1/triggers"].get = openapi.paths["/v1/triggers/list"].post;
  }
  // Errors that the document leaves to the envelope all its others have.
  for (const path of Object.values<Json>(openapi.paths)) {
    for (const operation of Object.values<Json>(path))
      operation.responses["429"] = operation.responses["400"];
  }
  return openapi;
}

/** Checks answers against the response schema of their call and status. */
function contract(api: ApiVersion) {
  const openapi = officialApi(api);
  const seen = new Set<string>();
  const validators = new Map<string, ValidateFunction>();

  function validator(schema: Json, naive: boolean): ValidateFunction {
    const key = JSON.stringify([schema, naive]);
    const known = validators.get(key);
    if (known) return known;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    // Only the answer to a creation has times without a zone; that is how the real service is.
    ajv.addFormat("date-time", naive ? NAIVE : ZONED);
    const made = ajv.compile({ ...schema, components: openapi.components });
    validators.set(key, made);
    return made;
  }

  return {
    seen,
    check(method: string, template: string, answer: Answer): void {
      const operation = openapi.paths[template]?.[method.toLowerCase()];
      if (!operation) throw new Error(`${method} ${template} is not in the OpenAPI`);
      seen.add(`${method} ${template} ${answer.status}`);
      if (answer.status === 204) {
        expect(answer.text).toBe("");
        return;
      }
      const schema = operation.responses[answer.status]?.content["application/json"].schema;
      if (!schema) throw new Error(`${method} ${template} does not document ${answer.status}`);
      const validate = validator(schema, method === "POST" && template === "/v1/triggers");
      const errors = validate(answer.body) ? [] : validate.errors;
      expect({ call: `${method} ${template}`, status: answer.status, errors }).toEqual({
        call: `${method} ${template}`,
        status: answer.status,
        errors: [],
      });
    },
  };
}

const ACTIONS: Body[] = [
  { action_type: "cluster", action_config: { cluster_id: "clust_dev_product_clusters" } },
  {
    action_type: "taxonomy_enrichment",
    action_config: { taxonomy_id: "tax_dev_product_categories", collection_id: "col_dev_products" },
  },
  { action_type: "batch_rerun", action_config: { batch_id: "btch_dev_nightly_import" } },
  { action_type: "collection_trigger", action_config: { collection_id: "col_dev_products" } },
];
const NEWER_ACTIONS: Body[] = [
  { action_type: "retriever_execution", action_config: { retriever_id: "ret_dev_product_search" } },
  { action_type: "alert_evaluation", action_config: { alert_id: "alt_1" } },
];
const SCHEDULES: Body[] = [
  { trigger_type: "cron", schedule_config: { cron_expression: "*/5 * * * *" } },
  { trigger_type: "interval", schedule_config: { interval_seconds: 300 } },
  {
    trigger_type: "event",
    schedule_config: { event_type: "documents_added", event_threshold: 10, cooldown_seconds: 60 },
  },
  {
    trigger_type: "conditional",
    schedule_config: { condition_type: "drift", threshold: 0.2, check_interval_seconds: 300 },
  },
];

test.each(["0.81", "2026-10"] as const)(
  "every answer of %s is what the official OpenAPI says",
  async (api) => {
    const rig: Rig = await start({ api, plan: "none", failuresToDisable: 2, at: "2026-10-05T12:00:00.123Z" });
    const { check, seen } = contract(api);
    const call = async (
      method: string,
      template: string,
      id = "",
      body?: unknown,
      headers?: Record<string, string | null>,
    ) => {
      const answer = await rig.call(method, template.replace("{trigger_id}", id), body, headers);
      check(method, template, answer);
      return answer;
    };
    const ONE = "/v1/triggers/{trigger_id}";
    const bodies = [...ACTIONS, ...(api === "2026-10" ? NEWER_ACTIONS : [])].flatMap((action) =>
      SCHEDULES.map((schedule) => {
        const { name: _name, ...body } = cronBody({ ...action, ...schedule });
        return api === "2026-10" ? { ...body, name: "contract", description: "d" } : body;
      }),
    );

    const ids: string[] = [];
    for (const body of bodies) ids.push((await call("POST", "/v1/triggers", "", body)).body.trigger_id);
    rig.emulator.addDocuments("dev", "products", 10);
    rig.emulator.setDrift("dev", "clust_dev_product_clusters", 0.5);
    rig.emulator.failRuns("dev", "tax_dev_product_categories", "boom");
    rig.emulator.advance(900);
    const first = ids[0]!;
    for (const id of ids) {
      await call("GET", ONE, id);
      await call("POST", `${ONE}/execute`, id);
      await call("GET", `${ONE}/history`, id);
    }
    await call("PATCH", ONE, first, { schedule_config: { cron_expression: "0 4 * * *" }, description: null });
    await call("POST", `${ONE}/pause`, first);
    await call("POST", `${ONE}/resume`, first);
    await call("POST", "/v1/triggers/list", "", { limit: 1000 });
    if (api === "2026-10") await call("GET", "/v1/triggers", "");
    await call("DELETE", ONE, first);
    await call("GET", ONE, first);
    await call("PATCH", ONE, first, { description: "x" });
    for (const action of ["pause", "resume", "execute"]) await call("POST", `${ONE}/${action}`, first);

    const bad: [string, string, unknown][] = [
      ["POST", "/v1/triggers", { colour: 1 }],
      ["POST", "/v1/triggers/list", { limit: 0 }],
      ["GET", ONE, undefined],
      ["PATCH", ONE, { action_config: {} }],
      ["DELETE", ONE, undefined],
      ["POST", `${ONE}/pause`, undefined],
      ["POST", `${ONE}/resume`, undefined],
      ["POST", `${ONE}/execute`, undefined],
      ["GET", `${ONE}/history`, undefined],
    ];
    for (const [method, template, body] of bad) {
      await call(method, template, "trg_no", body);
      await call(method, template, "trg_no", body, { authorization: null });
      await call(method, template, "trg_no", body, { "x-namespace": null });
      await call(method, template, "trg_no", body, { "x-namespace": "nowhere" });
    }
    const status = rig.emulator.triggers("dev").map((one) => one.status);
    expect(new Set(status)).toEqual(new Set(["active", "failed", "disabled"]));

    const operations = Object.entries<Json>(officialApi(api).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const operation of operations) {
      const statuses = [...seen]
        .filter((one) => one.startsWith(`${operation} `))
        .map((one) => Number(one.split(" ")[2]));
      expect({ operation, succeeded: statuses.some((one) => one < 300) }).toEqual({
        operation,
        succeeded: true,
      });
      // The GET form of the list shares the errors of its POST form.
      if (operation === "GET /v1/triggers") continue;
      expect({ operation, statuses }).toEqual({
        operation,
        statuses: expect.arrayContaining([400, 401, 404]),
      });
    }
  },
);

test("over the rate limit is in the vendor's envelope", async () => {
  const rig = await start({ plan: "free" });
  for (let n = 0; n < 10; n += 1) await rig.call("POST", "/v1/triggers/list", {});
  const { check, seen } = contract("0.81");
  check("POST", "/v1/triggers/list", await rig.call("POST", "/v1/triggers/list", {}));
  expect([...seen]).toEqual(["POST /v1/triggers/list 429"]);
});
