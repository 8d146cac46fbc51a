import type { Emulator } from "../../provider/emulator";
import { KEY } from "../e2e/key";

type Config = Record<string, unknown>;

/** A secret URL that must not appear in any file. */
export const PLANTED = "https://hooks.example.com/planted";

/** Actions on the emulator's default resources, by type; the number makes them differ. */
const ACTIONS: Readonly<Record<string, (n: number) => Config>> = {
  cluster: (n) => ({
    cluster_id: n % 12 ? "clust_dev_product_clusters" : "clust_dev_customer_segments",
    ...(n % 3
      ? {}
      : { filters: { AND: [{ field: "metadata.team", operator: "eq", value: `team \${${n}}` }] } }),
    ...(n % 5 ? {} : { output_collection_ids: ["col_dev_reviews", "col_dev_products"] }),
  }),
  taxonomy_enrichment: (n) => ({
    taxonomy_id: "tax_dev_product_categories",
    collection_id: "col_dev_products",
    incremental: n % 2 === 0,
    batch_size: 100 + n,
  }),
  batch_rerun: (n) => ({ batch_id: "btch_dev_nightly_import", retry_failed_only: n % 2 === 0 }),
  collection_trigger: (n) => ({
    collection_id: "col_dev_documents",
    include_buckets: n % 2 ? ["bkt_dev_uploads", "bkt_dev_catalog"] : ["bkt_dev_catalog"],
    source_filters: {
      OR: [
        { field: "a", operator: "in", value: [n, null, "x: y"] },
        { field: "b", operator: "eq" },
      ],
    },
  }),
  retriever_execution: (n) => ({
    retriever_id: "ret_dev_product_search",
    inputs: { query: `running shoes ${n}`, top: { k: n, exact: null } },
    acceptance: { min_results: n % 4, judge_field: "verdict.relevant", min_pass_ratio: 0.5 },
    ...(n % 2
      ? {}
      : {
          notification_config: {
            channels: [{ channel_type: "webhook", config: { url: PLANTED } }],
            notify_on: "failure",
          },
        }),
  }),
  alert_evaluation: (n) => ({ alert_id: `alert_${n}`, window: { minutes: n } }),
};

const SCHEDULES: Readonly<Record<string, (n: number) => Config>> = {
  cron: (n) => ({ cron_expression: `${n % 60} 2 * * MON-FRI`, timezone: n % 2 ? "Europe/Paris" : "UTC" }),
  interval: (n) => ({ interval_seconds: 600 + n, start_immediately: false }),
  event: (n) => ({
    event_type: "documents_added",
    event_threshold: 1 + n,
    ...(n % 2 ? { collection_id: "col_dev_reviews" } : {}),
    cooldown_seconds: 300,
  }),
  conditional: () => ({ condition_type: "drift", threshold: 0.3, metric: "cosine_drift" }),
};

/** Names as people choose them. */
const STYLES: readonly ((n: number) => string)[] = [
  (n) => `nightly-${n}`,
  (n) => `Search team / canary ${n}`,
  (n) => `${n}`,
  (n) => `a: "quoted" #${n} ${"${x}"}`,
  (n) => `produits_été_${n} 夜`,
];

/**
 * Creates `count` triggers in `dev`, with all kinds of actions and schedules, every fourth of them paused and some
 * failed.
 */
export async function mixedTriggers(emulator: Emulator, count: number, named = true): Promise<void> {
  const [actions, schedules] = [Object.keys(ACTIONS), Object.keys(SCHEDULES)];
  for (let n = 0; n < count; n += 1) {
    const action = actions[n % actions.length]!;
    const schedule = schedules[Math.floor(n / actions.length) % schedules.length]!;
    const made = await createTrigger(emulator, {
      ...(named ? { name: STYLES[n % STYLES.length]!(n) } : {}),
      ...(n % 3 ? { description: `Number ${n}:\n\twhat "it" does \${not}` } : {}),
      action_type: action,
      action_config: ACTIONS[action]!(n),
      trigger_type: schedule,
      schedule_config: SCHEDULES[schedule]!(n),
      ...(n % 4 ? {} : { status: "paused" }),
    });
    if (n % 10 === 3) emulator.edit("dev", made, { status: "failed", consecutive_failures: 5 });
  }
}

/** Creates a trigger through the API, as a person would. Out: its id. */
export async function createTrigger(emulator: Emulator, body: Config): Promise<string> {
  const answer = await fetch(`${emulator.url}/v1/triggers`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "x-namespace": "dev", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { trigger_id: id } = (await answer.json()) as { trigger_id?: string };
  if (id === undefined) throw new Error(`the emulator refused ${JSON.stringify(body)}`);
  return id;
}
