import { randomUUID } from "node:crypto";
import { awareTime } from "../model/times";
import type { Execution, TriggerRecord } from "../model/types";
import type { Clock } from "../schedule/clock";
import type { Actor, ChangeFeed } from "./change-feed";
import { actionIds, missing, referencesOf } from "./referenced-resources";
import type { Settings } from "./settings";
import { type HeldTrigger, hasResource, type Namespace } from "./store";

/** The `task_type` of an action's task. An alert is evaluated by executing its retriever. */
const TASK_TYPES: Record<string, string> = {
  cluster: "engine_cluster_build",
  taxonomy_enrichment: "api_taxonomies_execute",
  batch_rerun: "api_buckets_batches_process",
  collection_trigger: "api_collections_trigger",
  retriever_execution: "api_retrievers_execute",
  alert_evaluation: "api_retrievers_execute",
};
/** The number of clusters that a successful run reports; the emulator clusters nothing. */
const NUM_CLUSTERS = 8;

/** Runs actions at once and without an effect, so that state and history are final when it returns. */
export class Executions {
  constructor(
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly feed: ChangeFeed,
  ) {}

  /**
   * Runs a trigger's action now, whatever its status, and records the result on the trigger, in its history and in the
   * feed.
   * @param actor who started the run
   */
  run(namespace: Namespace, held: HeldTrigger, actor: Actor): Execution {
    const { record, history } = held;
    const error = this.failureOf(namespace, record);
    const at = awareTime(this.clock.now());
    const taskId = randomUUID();
    const execution: Execution = {
      task_id: taskId,
      job_id: taskId,
      triggered_at: at,
      status: error === null ? "COMPLETED" : "FAILED",
      // Varies from run to run, but is the same in every emulator.
      execution_time_ms: runTimeOf(namespace, record) ?? 800 + ((history.length * 137) % 900),
      error,
      num_clusters: error === null && record.action_type === "cluster" ? NUM_CLUSTERS : null,
      num_documents: error === null ? documentsOf(namespace, record) : null,
    };
    history.push(execution);
    record.last_triggered_at = at;
    record.updated_at = at;
    record.last_execution_task_id = taskId;
    record.last_execution_status = execution.status;
    record.last_execution_error = error;
    if (error === null) succeed(namespace, record, at);
    else this.fail(record);
    const more = { task_id: taskId, error };
    this.feed.note("trigger.fired", namespace, record, actor, more);
    const ended = error === null ? "trigger.execution.completed" : "trigger.execution.failed";
    this.feed.note(ended, namespace, record, "service", more);
    return execution;
  }

  private fail(record: TriggerRecord): void {
    record.consecutive_failures += 1;
    const givenUp = record.consecutive_failures >= this.settings.failuresToFail;
    if (record.status === "active" && givenUp) record.status = "failed";
  }

  private failureOf(namespace: Namespace, record: TriggerRecord): string | null {
    for (const target of [record.trigger_id, ...actionIds(record.action_config)]) {
      const failure = namespace.failures[target];
      if (!failure) continue;
      if (failure.remaining !== null) failure.remaining -= 1;
      if (failure.remaining === 0) delete namespace.failures[target];
      return failure.error;
    }
    if (this.settings.references === "any") return null;
    const gone = referencesOf(record).find(({ kind, id }) => !hasResource(namespace, kind, id));
    return gone ? missing(gone) : null;
  }
}

function runTimeOf({ runTimes = {} }: Namespace, record: TriggerRecord): number | undefined {
  const target = [record.trigger_id, ...actionIds(record.action_config)].find((id) =>
    Object.hasOwn(runTimes, id),
  );
  return target === undefined ? undefined : runTimes[target];
}

/** The response to `POST …/execute` (TaskResponse in the OpenAPI): the task when it is accepted. */
export function taskResponse(record: TriggerRecord, execution: Execution): Record<string, unknown> {
  return {
    task_id: execution.task_id,
    task_type: TASK_TYPES[record.action_type] ?? "plugin_custom",
    status: "PENDING",
    inputs: actionIds(record.action_config),
    outputs: null,
    additional_data: {
      job_id: execution.job_id,
      trigger_id: record.trigger_id,
      namespace_id: record.namespace_id,
      action_type: record.action_type,
    },
    error: null,
  };
}

/** The response to `GET /v1/tasks/{id}`: the completed task, since it completes at once. */
export function finishedTask(record: TriggerRecord, execution: Execution): Record<string, unknown> {
  const { status, error, num_clusters, num_documents } = execution;
  return {
    ...taskResponse(record, execution),
    status,
    outputs: error === null ? [{ num_clusters, num_documents }] : null,
    error,
  };
}

function succeed(namespace: Namespace, record: TriggerRecord, at: string): void {
  record.execution_count += 1;
  record.consecutive_failures = 0;
  if (record.trigger_type !== "conditional") return;
  // Drift is measured against the last successful run, so it is 0 after a new baseline.
  for (const target of [record.trigger_id, ...actionIds(record.action_config)]) {
    delete namespace.drifts[target];
  }
  record.baseline_snapshot = { captured_at: at, task_id: record.last_execution_task_id };
}

function documentsOf(namespace: Namespace, record: TriggerRecord): number {
  const ids = new Set(actionIds(record.action_config));
  return namespace.resources.collections
    .filter((collection) => ids.has(collection.id))
    .reduce((sum, collection) => sum + Number(collection.fields["document_count"] ?? 0), 0);
}
