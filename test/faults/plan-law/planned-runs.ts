import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digest } from "../../../provider/api/digest";
import { HttpClient } from "../../../provider/api/http";
import { ResourcesApi } from "../../../provider/api/names-to-ids";
import { handOver } from "../../../provider/api/provider-handover";
import { TriggerLists } from "../../../provider/api/trigger-lists";
import { TriggersApi } from "../../../provider/api/triggers";
import { type Fingerprint, fingerprint, staleness } from "../../../provider/cli/run/saved-plan";
import { planDestroy } from "../../../provider/core/plan/plan-deletes";
import type { Remembered, SetPlan } from "../../../provider/core/plan/plan-model";
import { writesOf } from "../../../provider/core/plan/planned-writes";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { DesiredTrigger } from "../../../provider/core/schema/model";
import { ownerMismatch } from "../../../provider/core/stack/stack-owner";
import { observe } from "../../../provider/observe";
import { NAMESPACES } from "../definitions";
import { EngineModel, type Outcome, type Props, type Resource } from "../engine/engine-model";
import { KEY, ProviderProcess, sessionOptions } from "../engine/provider-process";
import { broken } from "../promises";
import type { Open, Operation, Stage } from "../runs";
import type { How } from "../sequence";

/**
 * What the commands do: one plan from definitions, state and lists, handed over to the provider of the engine's model.
 * After each run, the sent requests are compared with the plan: nothing else was written, and everything was written if
 * nothing failed.
 */
export const command: Open = (stage) => {
  const engine = new EngineModel(stage.habits.atOnce);
  let saved: Fingerprint | undefined;
  return {
    get state() {
      return engine.state;
    },
    unfinished: 0,
    async save(program) {
      const planned = await planFor(stage, program, engine.state, { faulty: false });
      saved = "errors" in planned ? undefined : planned.fingerprint;
    },
    async run(operation, program, { faulty, how, kill }) {
      const { emulator, clock, habits, random } = stage;
      const refusal = refusedFor(how, operation);
      if (refusal !== undefined) return refused(refusal);
      const wrong = how === "wrong address";
      const process = (env: Record<string, string> = {}): ProviderProcess => {
        const own = { ...env, MIXPEEK_BASE_URL: addressOf(stage, wrong) };
        return new ProviderProcess(emulator, clock, {
          random,
          pageSize: habits.pageSize,
          faulty,
          kill,
          env: own,
        });
      };
      if (operation === "refresh") {
        const reader = process();
        const outcome = await engine.refresh(reader);
        await reader.end();
        return outcome;
      }
      const before = emulator.requests().length;
      const asked = operation === "destroy" ? undefined : program;
      const planned = await planFor(stage, asked, engine.state, { faulty, wrong });
      if ("errors" in planned) return planned;
      const { plan, live } = planned;
      if (wrong && asked !== undefined && plan.triggers.length > 0)
        throw broken("unplanned", "something that is not the API was planned with");
      if (operation === "up" && how === "saved plan" && saved) {
        const changed = staleness(saved, planned.fingerprint);
        if (changed.length > 0) return refused(`[PLAN_STALE] ${changed.join("; ")}`);
      }
      const conflicts = plan.triggers.flatMap(({ resource, conflict }) =>
        conflict === undefined ? [] : [`${resource}: ${conflict}`],
      );
      if (operation === "preview" || conflicts.length > 0)
        return { killed: false, errors: conflicts, steps: [] };
      const folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-plan-"));
      const handed = handOver(folder, {
        baseUrl: addressOf(stage, wrong),
        lists: live.lists(),
        writes: writesOf(plan, digest),
      });
      const provider = process(handed.env);
      const outcome = await (operation === "destroy"
        ? engine.destroy(provider)
        : engine.up(provider, program));
      await provider.end();
      handed.end();
      rmSync(folder, { recursive: true });
      holdAgainst(plan, stage, sentSince(stage, before), outcome);
      return outcome;
    },
  };
};

const refused = (error: string): Outcome => ({ killed: false, errors: [error], steps: [] });

/** Below this path the emulator has nothing: each response is a router's 404. */
const addressOf = ({ emulator }: Stage, wrong: boolean): string =>
  wrong ? `${emulator.url}/gateway` : emulator.url;

const OWNER = {
  repository: "github.com/acme/search",
  environment: "environments/eu/prod.yaml",
  namespace: "dev",
};

/** Why a run for another owner stops before it reads anything. */
function refusedFor(how: How | undefined, operation: Operation): string | undefined {
  if (operation === "refresh" && how === "another namespace") return undefined;
  const others = {
    "another repository": { ...OWNER, repository: "github.com/acme/ads" },
    "another environment": { ...OWNER, environment: "environments/us/prod.yaml" },
    "another namespace": { ...OWNER, namespace: "prod" },
  };
  if (how === undefined || !(how in others)) return undefined;
  const current = others[how as keyof typeof others];
  const facts = { privateState: false, environmentIsGone: false, sameNamespace: () => false };
  if (ownerMismatch(OWNER, current, facts) === undefined) throw broken("touched", `${how} was let in`);
  return "[STACK_OF_ANOTHER]";
}

/** `program` undefined: a destroy. */
async function planFor(
  stage: Stage,
  program: ReadonlyMap<string, Props> | undefined,
  state: readonly Resource[],
  { faulty, wrong = false }: { faulty: boolean; wrong?: boolean },
): Promise<{ plan: SetPlan; live: TriggerLists; fingerprint: Fingerprint } | Outcome> {
  const { emulator, clock, habits, random } = stage;
  const around = sessionOptions(emulator, clock, { random, faulty });
  const http = new HttpClient({ baseUrl: addressOf(stage, wrong), apiKey: KEY, ...around });
  const live = new TriggerLists(new TriggersApi(http), [], habits.pageSize);
  const remembered = state.map(
    ({ urn, id, outs: { __provider: _, ...own }, pendingDelete }): Remembered => ({
      resource: urn,
      triggerId: id,
      state: own,
      ...(pendingDelete ? { replaced: true } : {}),
    }),
  );
  if (program === undefined) {
    const plan = planDestroy(remembered);
    return {
      plan,
      live,
      fingerprint: fingerprint({}, { triggers: [], options: [], namespaces: new Map() }, plan),
    };
  }
  const triggers = [...program.values()].map(({ __provider: _, ...own }) => own as unknown as DesiredTrigger);
  const options = [...program.keys()].map((resource) => ({ resource, protect: false }));
  try {
    const observed = await observe(live, new ResourcesApi(http), { triggers, remembered });
    const plan = planSet(triggers, { ...observed, remembered, options, now: new Date(clock.now()) });
    const { namespaces } = observed;
    return { plan, live, fingerprint: fingerprint({}, { triggers, options, namespaces }, plan) };
  } catch (error) {
    // A list that fails stops the run before any write.
    return { killed: false, errors: [(error as Error).message], steps: [] };
  } finally {
    await http.close();
  }
}

/** Writes to triggers since then, one line for each that was handled, even if twice. */
function sentSince({ emulator }: Stage, before: number): string[] {
  return emulator
    .requests()
    .slice(before)
    .filter(
      ({ method, path }) => method !== "GET" && path.startsWith("/v1/triggers") && !path.endsWith("/list"),
    )
    .map(({ method, path }) => `${method} ${path}`);
}

/** The requests of a plan. Each may be sent again after a fault. */
function requestsOf({ triggers }: SetPlan): string[] {
  return triggers.flatMap(({ calls }) =>
    calls.map(({ op, triggerId }) => {
      if (op === "create") return "POST /v1/triggers";
      const path = `/v1/triggers/${triggerId}`;
      if (op === "delete") return `DELETE ${path}`;
      return op === "patch" ? `PATCH ${path}` : `POST ${path}/${op === "revive" ? "resume" : op}`;
    }),
  );
}

/**
 * Whether a run stopped before a write to a trigger that is gone: the plan knew that from a GET, and a list that was
 * read later lags and still has it. Which response is right cannot be known, so the run has to stop.
 */
const isContradicted = ({ emulator }: Stage, error: string): boolean => {
  const [id] = /trg_\w+/.exec(error) ?? [];
  const live = NAMESPACES.flatMap((namespace) => emulator.triggers(namespace));
  return (
    id !== undefined && live.every(({ trigger_id, status }) => trigger_id !== id || status === "disabled")
  );
};

function holdAgainst(
  plan: SetPlan,
  stage: Stage,
  sent: readonly string[],
  { killed, errors }: Outcome,
): void {
  const planned = new Set(requestsOf(plan));
  // A trigger that cannot be revived is created: that is part of reviving it.
  if (plan.triggers.some(({ calls }) => calls.some(({ op }) => op === "revive")))
    planned.add("POST /v1/triggers");
  const strange = sent.find((line) => !planned.has(line));
  if (strange !== undefined)
    throw broken("unplanned", `${strange} is not in the plan: ${[...planned].join(", ")}`);
  const unplanned = errors.find((error) => error.includes("[PLAN_CHANGED]") && !isContradicted(stage, error));
  if (unplanned !== undefined) throw broken("unplanned", unplanned);
  if (killed || errors.length > 0) return;
  // A trigger that could not be revived was created completely, so the planned PATCH is done, too.
  const isCreated = sent.includes("POST /v1/triggers");
  const needed = plan.triggers.map((each) => ({
    ...each,
    calls: each.calls.filter(
      ({ op }, at) =>
        !isCreated || op === "revive" || !each.calls.slice(0, at).some((one) => one.op === "revive"),
    ),
  }));
  const missing = requestsOf({ ...plan, triggers: needed }).find((line) => !sent.includes(line));
  if (missing !== undefined) throw broken("unplanned", `${missing} is in the plan and was not sent`);
}
