import type { HandedOver } from "../../api/provider-handover";
import { applyCalls } from "../../apply";
import { namespaceMissing, settingsFrom } from "../../config";
import type { DiffContext } from "../../core/diff/diff";
import type { Plan } from "../../core/diff/plan-types";
import { isSameNamespace } from "../../core/diff/same-namespace";
import { isPauseUnclear, staysPaused } from "../../core/diff/status";
import {
  appliedOf,
  declaredOf,
  isToRecord,
  namespaceOf,
  originOf,
  stateOf,
  type TriggerState,
} from "../../core/diff/trigger-state";
import { issueText } from "../../core/issues/issue";
import { visible } from "../../core/json/safe-text";
import { claimedTwiceText } from "../../core/plan/explain";
import { refreshTrigger } from "../../core/plan/planned-refresh";
import { writeKey } from "../../core/plan/planned-writes";
import { meaningOf, recreationText } from "../../core/plan/schedule-effect";
import { planOwned } from "../../core/plan/trigger-plan";
import { type ProviderEvent, planEvents } from "../../core/report/provider-event";
import type { DesiredTrigger, JsonObject, LiveTrigger } from "../../core/schema/model";
import { isGivenUp, isGone } from "../../core/schema/soft-delete";
import { validateTrigger } from "../../core/schema/validate";
import { UNKNOWN } from "../resource/sdk-values";
import { candidatesFor, claimCreation, planCreation } from "./creation-plan";
import { type EngineDiff, engineDiff } from "./engine-diff";
import { ErrorDedupe } from "./error-dedupe";
import { failedWrite, type Write } from "./failed-write";
import { holdPredecessors, newOrigin, originNow } from "./predecessors";
import { isExisting, readExisting } from "./read-existing";
import { Session, type SessionOptions } from "./session";

type Props = JsonObject & { __provider?: string };
type ConfigReader = { get(key: string): string | undefined };

const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/**
 * Adapters from the engine's calls to the pipeline, without rules of their own. One instance serves all triggers of an
 * operation; see {@link Session} for what they share.
 */
export class TriggerProvider {
  #config: ConfigReader | undefined;
  #session: Session | undefined;
  readonly #reported = new ErrorDedupe();

  constructor(
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly emit: (event: ProviderEvent) => void,
    private readonly sessionOptions: SessionOptions = {},
    /** What a command handed over to the operation; called once. Throws if the provider must not run here. */
    private readonly handedOver: () => HandedOver | undefined = () => undefined,
  ) {}

  /** Only stores the config: the SDK does not wait for this call before others, and an error here would be lost. */
  configure(config: ConfigReader): void {
    this.#config = config;
    this.#session = undefined;
  }

  async check(
    olds: Props,
    news: Props,
  ): Promise<{ inputs: Props; failures: { property: string; reason: string }[] }> {
    const failures = await this.problems(olds, news);
    // The engine would accept a property name, but then prints that property's whole value with secrets unencrypted. So
    // the reason itself begins with the path.
    return { inputs: news, failures: failures.map((reason) => ({ property: "", reason })) };
  }

  /** All errors that can be found before a write. Reporting them here stops the run before any write. */
  private async problems(olds: Props, news: Props): Promise<string[]> {
    const { __provider: _, ...raw } = news;
    const validated = validateTrigger(raw, { isUnknown });
    if (!validated.trigger) return validated.issues.map((issue) => visible(issueText(issue)));
    const desired = validated.trigger;
    if (desired.namespace === undefined) return [namespaceMissing(desired.name).message];
    if (isUnknown(desired.namespace) || isUnknown(desired.name)) return [];
    try {
      const session = this.session(desired.name);
      session.declare(writeKey(desired.namespace, desired.name));
      if (Object.keys(olds).length > 0) {
        // Listed already here, so that a failed list stops the run before any write.
        await session.live.snapshot(desired.namespace);
        return [];
      }
      const { conflict } = await planCreation(session, desired, isUnknown);
      return conflict === undefined ? [] : [conflict];
    } catch (error) {
      // The project's own errors have codes. An error without one is an internal error and is shown as such.
      if (typeof (error as { code?: unknown }).code !== "string") throw error;
      return [(error as Error).message];
    }
  }

  async diff(id: string, olds: Props, news: Props): Promise<EngineDiff> {
    const { __provider: _, ...desired } = news as Props & DesiredTrigger;
    const { plan, session, live, context } = await this.planFor(id, olds, desired);
    const key = writeKey(desired.namespace, desired.name);
    if (session.declares(key)) {
      session.hold(id, { key, namespace: namespaceOf(olds), leaving: plan.op === "replace" });
      holdPredecessors(session, key, olds);
      if (olds["adopt"] === desired.adopt) session.adopted.add(key);
      const isRevival = plan.calls[0]?.op === "revive";
      const paused =
        plan.op === "replace" && !isRevival && staysPaused(desired, live, appliedOf(olds), context);
      if (paused) session.paused.add(key);
      if (live && isRevival) session.revivals.set(key, { plan, live, state: olds });
      const now = new Date(this.sessionOptions.now?.() ?? Date.now());
      const meaning = isGone(live)
        ? paused
          ? undefined
          : recreationText(desired, live, now)
        : meaningOf(desired, live, plan, now);
      session.reportPlan([
        ...planEvents(desired.name, plan),
        ...(meaning === undefined ? [] : [{ kind: "schedule" as const, trigger: desired.name, meaning }]),
      ]);
    }
    return engineDiff(plan, () =>
      isToRecord(plan, desired, olds, { isUnknown, isPlanned: session.declares(key) }),
    );
  }

  async create(inputs: Props): Promise<{ id: string; outs: TriggerState }> {
    const { __provider, ...desired } = inputs as Props & DesiredTrigger;
    const session = this.session(desired.name);
    const key = writeKey(desired.namespace, desired.name);
    const twin = session.predecessorsLeave(key);
    if (twin !== undefined) throw new Error(claimedTwiceText(desired.name, desired.namespace, twin));
    // A live trigger of the same name was created in its place by a run that was killed before it could record that.
    if (session.revivals.has(key) && (await candidatesFor(session, desired)).length > 0)
      session.revivals.delete(key);
    const revival = session.revivals.get(key);
    const { plan, existing, conflict } = revival
      ? { ...revival, existing: revival.live, conflict: undefined }
      : await claimCreation(session, desired, isUnknown);
    if (conflict !== undefined) throw new Error(conflict);
    const origin = await newOrigin(session, desired, plan);
    const before = (revival?.state ?? existing ?? {}) as JsonObject;
    const live = await this.apply(session, desired, { plan, existing, before, origin }, __provider);
    session.made(live.trigger_id, key, desired.namespace);
    if (live.trigger_id === revival?.live.trigger_id)
      session.report([{ kind: "resumed", trigger: desired.name, triggerId: live.trigger_id }]);
    return { id: live.trigger_id, outs: stateOf(desired, live, origin, plan) };
  }

  async update(id: string, olds: Props, news: Props): Promise<{ outs: TriggerState }> {
    const { __provider, ...desired } = news as Props & DesiredTrigger;
    const { plan, session, live } = await this.planFor(id, olds, desired);
    if (isGone(live) || plan.op === "replace") {
      throw new Error(
        `cannot update trigger "${desired.name}" (${id}): it changed during this run. Run \`pulumi up\` again [CHANGED_MEANWHILE].`,
      );
    }
    const origin = await originNow(session, olds);
    const edit = { plan, existing: live, before: olds, origin };
    const after = await this.apply(session, desired, edit, __provider);
    return { outs: stateOf(desired, after, origin, plan) };
  }

  async read(id: string, props: Props): Promise<{ id: string; props?: JsonObject; inputs?: JsonObject }> {
    const { __provider: _, ...state } = props;
    if (isExisting(state)) return readExisting(this.session(id), id, state);
    const declared = declaredOf(state);
    const session = this.session(declared.name);
    session.record(id, writeKey(namespaceOf(state), declared.name));
    const live = await this.find(session, id, state, declared.name);
    if (live === undefined || (isGone(live) && !isGivenUp(live))) {
      const { predecessors } = await originNow(session, state);
      if (predecessors) {
        session.report([
          { kind: "deleted outside", trigger: declared.name, predecessors: Object.keys(predecessors) },
        ]);
        return { id, props: state, inputs: declared as unknown as JsonObject };
      }
      session.report([{ kind: "deleted outside", trigger: declared.name }]);
      return { id: "" };
    }
    const { names } = await session.live.snapshot(namespaceOf(state));
    const refreshed = refreshTrigger(state, live, { names });
    session.report(planEvents(declared.name, refreshed));
    return { id, props: refreshed.state, inputs: refreshed.inputs as unknown as JsonObject };
  }

  async delete(id: string, props: Props): Promise<void> {
    const { __provider: _, ...state } = props;
    const { name } = declaredOf(state);
    const session = this.session(name);
    if (session.revivals.get(writeKey(namespaceOf(state), name))?.live.trigger_id === id) return;
    if (!session.mayDelete(id)) {
      session.reportPlan([{ kind: "held by another", trigger: name, triggerId: id }]);
      return;
    }
    const known = session.live.known(namespaceOf(state));
    if (known?.byId(id)?.status === "disabled" || known?.isAbsent(id)) return;
    session.permitDelete(name, id);
    await this.orShort(name, () => session.api.delete(namespaceOf(state), id));
    if (originOf(state).adopted)
      session.reportPlan([
        { kind: "report", trigger: name, report: { kind: "adopted deleted", triggerId: id } },
      ]);
    session.live.remove(namespaceOf(state), id);
  }

  /** Closes the connections to the API. Calls in progress complete first. */
  async close(): Promise<void> {
    await this.#session?.close();
  }

  private session(trigger: string): Session {
    const config = this.#config;
    try {
      this.#session ??= new Session(
        settingsFrom({ ...(config ? { config: (key) => config.get(key) } : {}), env: this.env }),
        this.emit,
        this.env,
        this.sessionOptions,
        this.handedOver(),
      );
    } catch (error) {
      throw this.#reported.once(error as Error, trigger);
    }
    return this.#session;
  }

  private async planFor(
    id: string,
    olds: Props,
    desired: DesiredTrigger,
  ): Promise<{ plan: Plan; session: Session; live: LiveTrigger | undefined; context: DiffContext }> {
    const { __provider: _, ...state } = olds;
    const session = this.session(desired.name);
    const live = await this.find(session, id, state, desired.name);
    const { names } = await session.live.snapshot(namespaceOf(state));
    const sameNamespace = await this.isSameNamespace(session, desired.namespace, id, state);
    const isUnclear = live && isPauseUnclear(appliedOf(state).quiet_pause, live);
    const resumedSince = isUnclear ? await session.resumedSince(namespaceOf(state)) : undefined;
    const context = { names, isUnknown, sameNamespace, resumedSince };
    return { plan: planOwned(desired, appliedOf(state), live, context), session, live, context };
  }

  private async isSameNamespace(
    session: Session,
    declared: string,
    triggerId: string,
    state: JsonObject,
  ): Promise<boolean> {
    // The list is requested only if it matters.
    if (isUnknown(declared) || declared === namespaceOf(state)) return false;
    return isSameNamespace(declared, { triggerId, state }, await session.live.snapshot(declared));
  }

  private find(
    session: Session,
    id: string,
    state: JsonObject,
    name: string,
  ): Promise<LiveTrigger | undefined> {
    return this.orShort(name, () => session.live.find(namespaceOf(state), id));
  }

  private async apply(
    session: Session,
    desired: DesiredTrigger,
    write: Write,
    shim: string | undefined,
  ): Promise<LiveTrigger> {
    const { plan, existing } = write;
    session.permit(desired, plan.calls);
    const requested_at = this.timeNow();
    const target = { api: session.api, live: session.live, namespace: desired.namespace, desired };
    try {
      return await applyCalls(target, plan.calls, existing);
    } catch (error) {
      const request = { requested_at, given_up_at: this.timeNow() };
      throw await failedWrite(session, error as Error, desired, write, { shim, request });
    }
  }

  private timeNow(): string {
    return new Date(this.sessionOptions.now?.() ?? Date.now()).toISOString();
  }

  private async orShort<T>(trigger: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw this.#reported.once(error as Error, trigger);
    }
  }
}
