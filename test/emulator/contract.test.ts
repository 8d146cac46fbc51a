import { afterEach, expect, test } from "@jest/globals";
import type { ApiVersion } from "../../provider/emulator";
import { answerCheck } from "../contract/schema";
import { CONTRACT, has } from "../contract/table";
import { type Answer, type Body, cronBody, type Rig, start, stopAll } from "./harness";

afterEach(stopAll);

/** Checks responses against the table's entry for their call and status. */
function contract(api: ApiVersion) {
  const seen = new Set<string>();
  const modelOf = (call: string, status: number): string | undefined => {
    const { answer, older } = CONTRACT.calls[call]!;
    if (status === (api === "0.81" && older ? older : answer).status) return answer.model;
    if (status === 422) return api === "0.81" ? "Invalid081" : "Invalid";
    return status >= 400 ? "Error" : undefined;
  };
  return {
    seen,
    check(method: string, template: string, answer: Answer): void {
      const call = `${method} ${template}`;
      seen.add(`${call} ${answer.status}`);
      if (answer.status === 204) {
        expect([CONTRACT.calls[call]?.answer.status, answer.text]).toEqual([204, ""]);
        return;
      }
      const model = modelOf(call, answer.status);
      if (!model) throw new Error(`the contract has no ${answer.status} for ${call}`);
      const isCreation = call === "POST /v1/triggers" && answer.status < 300;
      const validate = answerCheck(model, api, isCreation ? "naive" : "zoned");
      const errors = validate(answer.body) ? [] : validate.errors;
      expect({ call, status: answer.status, errors }).toEqual({ call, status: answer.status, errors: [] });
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

test.each(["0.81", "2026-10"] as const)("every response of %s matches the contract", async (api) => {
  const rig: Rig = await start({ api, plan: "none", failuresToFail: 2, at: "2026-10-05T12:00:00.123Z" });
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

  for (const [kind, name] of Object.entries(RESOURCES)) {
    if (kind === "alerts" && api === "0.81") continue;
    const template = Object.keys(CONTRACT.calls).find((one) => one.startsWith(`GET /v1/${kind}/{`))!;
    const path = template.replace("GET ", "");
    check("GET", path, await rig.call("GET", path.replace(/\{.*\}/, name)));
    check("GET", path, await rig.call("GET", path.replace(/\{.*\}/, "no-such-name")));
    if (kind === "namespaces" && api === "0.81") continue;
    await call("POST", `/v1/${kind}/list`, "", {});
  }
  if (api === "2026-10") {
    const { task_id } = (await rig.call("POST", `/v1/triggers/${ids[1]}/execute`)).body;
    check("GET", "/v1/tasks/{task_id}", await rig.call("GET", `/v1/tasks/${task_id}`));
    for (const path of ["/v1/me", "/v1/events", "/v1/health/beat"]) await call("GET", path);
  }

  const calls = Object.entries(CONTRACT.calls).filter(([, { since }]) => has(api, since));
  for (const [name] of calls) {
    const statuses = [...seen]
      .filter((one) => one.startsWith(`${name} `))
      .map((one) => Number(one.split(" ")[2]));
    expect({ name, succeeded: statuses.some((one) => one < 300) }).toEqual({ name, succeeded: true });
    // The GET form of the list has the same errors as its POST form.
    if (!name.includes("/v1/triggers") || name === "GET /v1/triggers") continue;
    expect({ name, statuses }).toEqual({ name, statuses: expect.arrayContaining([400, 401, 404]) });
  }
});

/** One of each kind in the default seed. */
const RESOURCES: Record<string, string> = {
  clusters: "product-clusters",
  collections: "products",
  taxonomies: "product-categories",
  buckets: "catalog",
  retrievers: "product-search",
  alerts: "low-stock",
  namespaces: "dev",
};

test.each(["0.81", "2026-10"] as const)(
  "over the rate limit, %s responds with the vendor's envelope",
  async (api) => {
    const rig = await start({ plan: "free", api });
    for (let n = 0; n < 10; n += 1) await rig.call("POST", "/v1/triggers/list", {});
    const { check, seen } = contract(api);
    check("POST", "/v1/triggers/list", await rig.call("POST", "/v1/triggers/list", {}));
    expect([...seen]).toEqual(["POST /v1/triggers/list 429"]);
  },
);

test("0.81 has none of the later calls", async () => {
  const rig = await start({ api: "0.81" });
  for (const [name, { since }] of Object.entries(CONTRACT.calls)) {
    if (has("0.81", since)) continue;
    const [method, path] = name.split(" ") as [string, string];
    const { status, body } = await rig.call(method, path.replace(/\{.*\}/, "x"));
    expect({ name, status: [404, 405].includes(status), keys: Object.keys(body) }).toEqual({
      name,
      status: true,
      keys: ["detail"],
    });
  }
});
